package io.sluice.app.command;

import io.sluice.app.bench.Benchmark;
import io.sluice.app.config.TelemetrySettings.LogLevel;
import io.sluice.app.runtime.ProcessLog;
import io.sluice.schemas.settings.NearestName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code sluice bench NAME}: a benchmark against its limit, in one run. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    description = "Measure against a limit of this machine, in one run.")
public final class BenchCommand implements Callable<Integer> {

  @Parameters(arity = "0..1", paramLabel = "NAME", description = "Without it, all are listed.")
  private @Nullable String name;

  @Override
  public Integer call() throws Exception {
    Map<String, Benchmark> benchmarks = new TreeMap<>();
    ServiceLoader.load(Benchmark.class)
        .forEach(benchmark -> benchmarks.put(benchmark.name(), benchmark));
    if (name == null) {
      benchmarks
          .values()
          .forEach(each -> System.out.printf("%-12s %s%n", each.name(), each.description()));
      return 0;
    }
    Benchmark chosen = benchmarks.get(name);
    if (chosen == null) {
      throw new IllegalArgumentException(
          "no benchmark \"" + name + "\"" + NearestName.hint(name, benchmarks.keySet()));
    }
    Path log = Files.createTempFile("sluice-bench-", ".log");
    System.err.println("log: " + log);
    ProcessLog.toFile(LogLevel.WARN, log);
    chosen.run(System.out);
    return 0;
  }
}
