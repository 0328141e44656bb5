package io.sluice.app.command;

import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.Server;
import io.sluice.app.config.TelemetrySettings.LogLevel;
import io.sluice.app.runtime.ProcessLog;
import io.sluice.console.OpenDoor;
import io.sluice.demo.Shop;
import io.sluice.demo.ShopConfig;
import io.sluice.schemas.stage.ListenAddress;
import io.sluice.schemas.stage.StartException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sluice shop}: the shop of the demo alone, for a Sluice that runs elsewhere. */
@Command(
    name = "shop",
    mixinStandardHelpOptions = true,
    description = {
      "Run the demo's small shop alone: it sends its telemetry to an OTLP endpoint.",
      "POST /demo/faults/NAME on its port breaks it, DELETE mends it, GET /demo/faults lists."
    })
public final class ShopCommand implements Callable<Integer> {

  private static final Duration DAY = Duration.ofDays(1);

  @Option(
      names = "--otlp-endpoint",
      paramLabel = "URL",
      description = "OTLP over gRPC (default: ${DEFAULT-VALUE}).",
      defaultValue = "http://localhost:4317")
  private String otlpEndpoint = "";

  @Option(
      names = "--bootstrap-servers",
      paramLabel = "HOST:PORT",
      description =
          "The Kafka that carries orders between two services of the shop (default:"
              + " ${DEFAULT-VALUE}).",
      defaultValue = "localhost:9092")
  private String bootstrapServers = "";

  @Option(
      names = "--rps",
      paramLabel = "N",
      description = "Visitors' requests per second (default: ${DEFAULT-VALUE}).",
      defaultValue = "10")
  private double requestsPerSecond;

  @Mixin private FaultOption fault = new FaultOption();

  @Option(
      names = "--bind-address",
      paramLabel = "ADDRESS",
      description = "Address that the faults' port listens on (default: ${DEFAULT-VALUE}).",
      defaultValue = "127.0.0.1")
  private String bindAddress = "";

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "Port of the faults; 0 for any free one (default: ${DEFAULT-VALUE}).",
      defaultValue = "8090")
  private int port;

  @Override
  public Integer call() throws InterruptedException {
    fault.check();
    ShopConfig.checkRate("--rps", requestsPerSecond);
    ShopConfig config =
        new ShopConfig(
            otlpEndpoint, bootstrapServers, requestsPerSecond, ShopConfig.defaults().seed());
    ProcessLog.toStandardError(LogLevel.INFO);
    Shutdown shutdown = new Shutdown();
    FaultsService faults = new FaultsService();
    try (Server server = listen(faults, bindAddress, port);
        Shop shop = Shop.start(config)) {
      fault.activate(shop.faults());
      faults.control(shop.faults());
      Addresses.line(
          System.out, "faults", "http://localhost:" + server.activeLocalPort() + "/demo/faults");
      while (!shutdown.await(DAY)) {
        // nothing of the shop ends by itself
      }
      return 0;
    } finally {
      shutdown.finished();
    }
  }

  static Server listen(FaultsService faults, String bindAddress, int port) {
    Server server =
        Server.builder()
            .port(ListenAddress.of("shop", bindAddress, port), SessionProtocol.HTTP)
            .gracefulShutdownTimeout(Duration.ZERO, Duration.ofSeconds(1))
            .disableServerHeader()
            .serviceUnder("/demo", OpenDoor.to(faults, bindAddress))
            .build();
    try {
      server.start().join();
    } catch (CompletionException e) {
      throw new StartException(
          "the shop cannot listen on " + bindAddress + " port " + port + ": " + e.getCause());
    }
    return server;
  }
}
