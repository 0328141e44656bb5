package io.sluice.app.command;

import io.sluice.app.config.LoadedConfig;
import io.sluice.app.config.Processors;
import io.sluice.app.runtime.DataDirectory;
import io.sluice.app.runtime.LocalPipeline;
import io.sluice.app.runtime.ProcessLog;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code sluice up}: the whole pipeline in this process, without the shop. */
@Command(
    name = "up",
    mixinStandardHelpOptions = true,
    description = "Run the whole pipeline in this process, on an embedded Kafka broker.")
public final class UpCommand implements Callable<Integer> {

  @Mixin private ConfigOptions options = new ConfigOptions();

  @Override
  public Integer call() throws InterruptedException {
    Processors processors = options.processors();
    LoadedConfig loaded = options.load(processors);
    if (options.printed(loaded)) {
      return 0;
    }
    Shutdown shutdown = new Shutdown();
    try (DataDirectory data = DataDirectory.open(Path.of(loaded.config().data()))) {
      ProcessLog.toFile(loaded.config().telemetry().logLevel(), data.path().resolve("sluice.log"));
      Progress progress = new Progress(System.out);
      try (LocalPipeline pipeline =
          LocalPipeline.start(
              loaded, processors, data, Map.of(), progress::step, shutdown::isRequested)) {
        progress.up();
        Addresses.print(pipeline, System.out);
        System.out.println("\nStop with Ctrl-C. The log is " + data.path().resolve("sluice.log"));
        return shutdown.awaitWhileLive(pipeline.process());
      }
    } finally {
      shutdown.finished();
    }
  }
}
