package io.sluice.app.command;

import io.sluice.app.config.LoadedConfig;
import io.sluice.app.config.Processors;
import io.sluice.app.runtime.DataDirectory;
import io.sluice.app.runtime.LocalPipeline;
import io.sluice.app.runtime.ProcessLog;
import io.sluice.app.runtime.Role;
import io.sluice.app.runtime.StageReport;
import io.sluice.demo.Shop;
import io.sluice.demo.ShopConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice demo}: the whole pipeline in this process, with a shop that sends real traffic. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Run the whole pipeline in this process, with a small shop sending traffic.",
      "With --seconds it stops by itself, prints what went through each stage, checks the result, and"
          + " exits with 1 when a stage produced nothing or a check failed."
    })
public final class DemoCommand implements Callable<Integer> {

  /** What has nothing to do while nothing is wrong, or while nobody is to be told. */
  private static final Set<String> MAY_BE_IDLE = Set.of("alerts", Role.NOTIFIER);

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "Stop after so many seconds of traffic, with a summary and checks.")
  private @Nullable Integer seconds;

  @Mixin private FaultOption fault = new FaultOption();

  @Option(
      names = "--java-agent",
      description = {
        "Add the service reviews, under the OpenTelemetry Java agent with the exporters to Kafka."
      })
  private boolean javaAgent;

  @Option(
      names = "--node",
      description = {
        "Add the service recommendations, in Node.js over OTLP. Needs node and npm; the first time npm"
            + " fetches its libraries."
      })
  private boolean node;

  @Option(
      names = "--rps",
      paramLabel = "N",
      description = "Visitors' requests per second (default: ${DEFAULT-VALUE}).",
      defaultValue = "10")
  private double requestsPerSecond;

  @Override
  public Integer call() throws InterruptedException {
    Processors processors = options.processors();
    LoadedConfig loaded = options.load(processors);
    if (options.printed(loaded)) {
      return 0;
    }
    checkOptions();
    Shutdown shutdown = new Shutdown();
    try (DataDirectory data = DataDirectory.open(Path.of(loaded.config().data()))) {
      Path logFile = data.path().resolve("sluice.log");
      ProcessLog.toFile(loaded.config().telemetry().logLevel(), logFile);
      Progress progress = new Progress(System.out);
      FaultsService faults = new FaultsService();
      try (LocalPipeline pipeline =
          LocalPipeline.start(
              loaded,
              processors,
              data,
              Map.of("/demo", faults),
              progress::step,
              shutdown::isRequested)) {
        progress.step("opening the shop");
        return runShop(pipeline, processors, faults, progress, shutdown, logFile);
      }
    } finally {
      shutdown.finished();
    }
  }

  /** Before a start that takes seconds. */
  private void checkOptions() {
    if (seconds != null && seconds < 1) {
      throw new IllegalArgumentException("--seconds: expected at least 1, got " + seconds);
    }
    fault.check();
    ShopConfig.checkRate("--rps", requestsPerSecond);
  }

  private int runShop(
      LocalPipeline pipeline,
      Processors processors,
      FaultsService faults,
      Progress progress,
      Shutdown shutdown,
      Path logFile)
      throws InterruptedException {
    int grpcPort = pipeline.process().ingest().orElseThrow().grpcPort();
    ShopConfig config =
        new ShopConfig(
            "http://127.0.0.1:" + grpcPort,
            pipeline.connection().bootstrapServers(),
            requestsPerSecond,
            ShopConfig.defaults().seed());
    Instant opened = Instant.now();
    List<String> neighbours;
    try (Shop shop = Shop.start(config);
        DemoNeighbours added = DemoNeighbours.start(shop, pipeline, javaAgent, node, progress)) {
      neighbours = added.names();
      fault.activate(shop.faults());
      faults.control(shop.faults());
      progress.up();
      Addresses.print(pipeline, System.out);
      printWhatToLookAt(pipeline, logFile);
      if (seconds == null) {
        return shutdown.awaitWhileLive(pipeline.process());
      }
      if (shutdown.await(Duration.ofSeconds(seconds))) {
        return 0;
      }
    }
    // The shop is closed, so what it sent last is on its way: the checks wait for it.
    return summarize(pipeline, processors, opened, neighbours) ? 0 : 1;
  }

  private void printWhatToLookAt(LocalPipeline pipeline, Path logFile) {
    String console = pipeline.process().console().orElseThrow().url();
    System.out.println();
    System.out.println("Look at first:");
    System.out.println(
        "  a trace over several services   " + console + "/#/traces?service=checkout");
    System.out.println("  secrets that were redacted      " + console + "/#/logs?q=charging");
    System.out.println(
        "  break the shop                  curl -X POST " + console + "/demo/faults/payment-slow");
    System.out.println("  the alert that follows          " + console + "/#/alerts");
    System.out.println(
        "  mend it                         curl -X DELETE "
            + console
            + "/demo/faults/payment-slow");
    System.out.println();
    System.out.println(
        seconds == null
            ? "Stop with Ctrl-C. The log is " + logFile
            : "Stops by itself after " + seconds + " s. The log is " + logFile);
  }

  private static boolean summarize(
      LocalPipeline pipeline, Processors processors, Instant opened, List<String> neighbours)
      throws InterruptedException {
    DemoChecks checks = new DemoChecks(pipeline, opened, neighbours);
    List<DemoChecks.Result> results = checks.run();
    checks.eventually(() -> idle(report(pipeline, processors), processors).isEmpty());
    List<StageReport> stages = report(pipeline, processors);
    boolean good = idle(stages, processors).isEmpty();
    System.out.println();
    System.out.print(StageReport.table(stages));
    System.out.println();
    for (StageReport stage : idle(stages, processors)) {
      System.out.println("FAILED  stage " + stage.stage() + " produced nothing");
    }
    for (DemoChecks.Result result : results) {
      System.out.println((result.passed() ? "ok      " : "FAILED  ") + result.sentence());
      good &= result.passed();
    }
    return good;
  }

  private static List<StageReport> report(LocalPipeline pipeline, Processors processors) {
    return StageReport.of(
        pipeline.process().meters(),
        Role.all(processors).subList(0, Role.all(processors).size() - 1));
  }

  /** Those that should have produced something by now. */
  private static List<StageReport> idle(List<StageReport> stages, Processors processors) {
    return stages.stream()
        .filter(stage -> stage.out() == 0)
        .filter(stage -> !MAY_BE_IDLE.contains(stage.stage()))
        .filter(stage -> !processors.isOfPlugin(stage.stage()))
        .toList();
  }
}
