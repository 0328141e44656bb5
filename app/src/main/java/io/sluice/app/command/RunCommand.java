package io.sluice.app.command;

import io.sluice.app.config.LoadedConfig;
import io.sluice.app.config.Processors;
import io.sluice.app.runtime.DataDirectory;
import io.sluice.app.runtime.HealthServer;
import io.sluice.app.runtime.ProcessLog;
import io.sluice.app.runtime.Role;
import io.sluice.app.runtime.SluiceProcess;
import io.sluice.schemas.settings.NearestName;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code sluice run ROLE…}: only these roles, against a real Kafka. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Run some of the roles against a Kafka cluster (kafka.bootstrapServers).",
      "Roles: ingest, sanitizer, traces, spanmetrics, sli, alerts, notifier, prometheus-sink, search-sink,"
          + " console, and the processors of plugins.",
      "Addresses go to standard output, the log to standard error, one JSON object a line."
    })
public final class RunCommand implements Callable<Integer> {

  @Mixin private ClusterOptions options = new ClusterOptions();

  @Parameters(arity = "1..*", paramLabel = "ROLE", description = "What this process is to be.")
  private List<String> roles = List.of();

  @Override
  public Integer call() throws InterruptedException {
    Processors processors = options.processors();
    LoadedConfig loaded = options.load(processors);
    if (options.printed(loaded)) {
      return 0;
    }
    Set<String> chosen = checked(processors);
    ProcessLog.toStandardError(loaded.config().telemetry().logLevel());
    Shutdown shutdown = new Shutdown();
    try (DataDirectory data = DataDirectory.open(Path.of(loaded.config().data()));
        SluiceProcess process =
            SluiceProcess.start(
                loaded, processors, chosen, ConfigOptions.connection(loaded), data, Map.of());
        HealthServer health = HealthServer.start(loaded.config().telemetry(), process)) {
      Addresses.print(process, System.out);
      Addresses.line(System.out, "health", "http://localhost:" + health.port() + "/health/ready");
      return shutdown.awaitWhileLive(process);
    } finally {
      shutdown.finished();
    }
  }

  private Set<String> checked(Processors processors) {
    List<String> known = Role.all(processors);
    for (String role : roles) {
      if (!known.contains(role)) {
        throw new IllegalArgumentException(
            "no role \""
                + role
                + "\""
                + NearestName.hint(role, known)
                + " (roles: "
                + String.join(", ", known)
                + ")"
                + (processors.refused().isEmpty() ? "" : "; a plugin was refused, see above"));
      }
    }
    return new LinkedHashSet<>(roles);
  }
}
