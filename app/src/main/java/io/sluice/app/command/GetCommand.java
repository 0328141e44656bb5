package io.sluice.app.command;

import io.sluice.app.config.LoadedConfig;
import io.sluice.app.config.Processors;
import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice get [KIND]}: the definitions in effect. */
@Command(
    name = "get",
    mixinStandardHelpOptions = true,
    description =
        "Print the definitions in effect: those applied, or else those that Sluice ships.")
public final class GetCommand implements Callable<Integer> {

  @Mixin private ClusterOptions options = new ClusterOptions();

  @Parameters(
      arity = "0..1",
      paramLabel = "KIND",
      description = "redaction-rules, slos or a plugin's; without it, one line for each kind.")
  private @Nullable String kind;

  @Override
  public Integer call() {
    Processors processors = options.processors();
    LoadedConfig loaded = options.load(processors);
    if (options.printed(loaded)) {
      return 0;
    }
    Map<String, DefinitionSet> applied =
        new DefinitionTopic(ConfigOptions.connection(loaded)).current();
    if (kind == null) {
      for (String each : processors.kindNames()) {
        DefinitionSet set = inEffect(applied, each, processors);
        String origin = applied.containsKey(each) ? "version " + set.getVersion() : "shipped";
        System.out.println(each + ": " + origin + ", " + set.getDocuments().size() + " files");
      }
      return 0;
    }
    for (DefinitionDocument document : inEffect(applied, kind, processors).getDocuments()) {
      System.out.println("# " + document.getName());
      System.out.println(document.getContent());
    }
    return 0;
  }

  private static DefinitionSet inEffect(
      Map<String, DefinitionSet> applied, String kind, Processors processors) {
    DefinitionSet set = applied.get(kind);
    return set != null ? set : processors.shippedDefinitions(kind);
  }
}
