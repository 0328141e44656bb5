package io.sluice.app.command;

import io.sluice.alerts.PrometheusRules;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sluice slo rules PATH}. */
@Command(
    name = "rules",
    mixinStandardHelpOptions = true,
    description = "Write the same SLOs as recording and alerting rules of Prometheus.")
final class SloRulesCommand implements Callable<Integer> {

  @Parameters(paramLabel = "PATH", description = "A YAML file, or a directory of them.")
  private Path path = Path.of("");

  @Override
  public Integer call() {
    System.out.print(PrometheusRules.of(SloCommand.read(path).slos()));
    return 0;
  }
}
