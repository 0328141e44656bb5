package io.sluice.app.command;

import io.sluice.app.config.LoadedConfig;
import io.sluice.app.config.Processors;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice delete KIND}: back to the definitions that Sluice ships. */
@Command(
    name = "delete",
    mixinStandardHelpOptions = true,
    description = "Take applied definitions back; those that Sluice ships are in effect again.")
public final class DeleteCommand implements Callable<Integer> {

  @Mixin private ClusterOptions options = new ClusterOptions();

  @Parameters(paramLabel = "KIND", description = "redaction-rules, slos or a plugin's.")
  private String kind = "";

  @Override
  public Integer call() {
    Processors processors = options.processors();
    if (!processors.kindNames().contains(kind)) {
      throw new IllegalArgumentException(
          "no kind \"" + kind + "\"; there are " + String.join(", ", processors.kindNames()));
    }
    LoadedConfig loaded = options.load(processors);
    if (options.printed(loaded)) {
      return 0;
    }
    new DefinitionTopic(ConfigOptions.connection(loaded)).write(kind, null);
    System.out.println("deleted " + kind + "; the shipped ones are in effect");
    return 0;
  }
}
