package io.sluice.app.command;

import io.sluice.app.config.ConfigReference;
import io.sluice.app.config.Processors;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code sluice config-reference}: the reference page of all settings, as the docs have it. */
@Command(
    name = "config-reference",
    mixinStandardHelpOptions = true,
    description = "Print the reference page of all settings (docs/configuration.md).")
public final class ReferenceCommand implements Callable<Integer> {

  @Override
  public Integer call() {
    System.out.print(ConfigReference.page(Processors.load()));
    return 0;
  }
}
