package io.sluice.app.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.SessionProtocol;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import io.sluice.app.config.TelemetrySettings;
import io.sluice.schemas.stage.HealthReport;
import io.sluice.schemas.stage.ListenAddress;
import io.sluice.schemas.stage.PortTaken;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/**
 * What a process says of itself when it is watched by something else: {@code /health/live}, {@code
 * /health/ready} and, unless the Prometheus sink of the same process shows them, its own metrics.
 */
public final class HealthServer implements AutoCloseable {

  private static final MediaType METRICS =
      MediaType.parse("text/plain; version=0.0.4; charset=utf-8");

  private final Server server;

  private HealthServer(Server server) {
    this.server = server;
  }

  /**
   * @throws StartException when it cannot listen
   */
  public static HealthServer start(TelemetrySettings settings, SluiceProcess process) {
    ServerBuilder builder =
        Server.builder()
            .port(
                ListenAddress.of("telemetry", settings.bindAddress(), settings.port()),
                SessionProtocol.HTTP)
            .gracefulShutdownTimeout(Duration.ZERO, Duration.ofSeconds(1))
            .disableServerHeader()
            .service(
                "/health/live", (context, request) -> reply(HealthReport.live(process.health())))
            .service(
                "/health/ready", (context, request) -> reply(HealthReport.ready(process.health())));
    if (process.prometheusSink().isEmpty()) {
      builder.service(
          "/metrics",
          (context, request) -> HttpResponse.of(HttpStatus.OK, METRICS, process.meters().scrape()));
    }
    Server server = builder.build();
    try {
      server.start().join();
    } catch (CompletionException e) {
      throw new StartException(
          "health and metrics cannot listen on "
              + settings.bindAddress()
              + " port "
              + settings.port()
              + ": "
              + (PortTaken.is(e) ? "it is taken; set telemetry.port" : e.getCause()));
    }
    return new HealthServer(server);
  }

  public int port() {
    return server.activeLocalPort();
  }

  @Override
  public void close() {
    server.stop().join();
  }

  private static HttpResponse reply(HealthReport report) {
    try {
      return HttpResponse.of(
          report.ok() ? HttpStatus.OK : HttpStatus.SERVICE_UNAVAILABLE,
          MediaType.JSON_UTF_8,
          new ObjectMapper().writeValueAsString(report));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("booleans and text are always JSON", e);
    }
  }
}
