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
import io.sluice.schemas.stage.Health;
import io.sluice.schemas.stage.HealthReport;
import io.sluice.schemas.stage.ListenAddress;
import io.sluice.schemas.stage.PortTaken;
import io.sluice.schemas.stage.StartException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a process says of itself when it is watched by something else: {@code /health/live}, {@code
 * /health/ready} and, unless the Prometheus sink of the same process shows them, its own metrics.
 * Why a part is not ready is in the log, and for those who may read on the console.
 */
public final class HealthServer implements AutoCloseable {

  private static final MediaType METRICS =
      MediaType.parse("text/plain; version=0.0.4; charset=utf-8");

  private static final Logger log = LoggerFactory.getLogger(HealthServer.class);

  private final Server server;

  private HealthServer(Server server) {
    this.server = server;
  }

  /**
   * @throws StartException when it cannot listen
   */
  public static HealthServer start(TelemetrySettings settings, SluiceProcess process) {
    AtomicReference<Map<String, String>> logged = new AtomicReference<>(Map.of());
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
                "/health/ready",
                (context, request) -> {
                  Map<String, Health> states = process.health();
                  logWhatIsNew(states, logged);
                  return reply(HealthReport.ready(states));
                });
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

  private static void logWhatIsNew(
      Map<String, Health> states, AtomicReference<Map<String, String>> logged) {
    Map<String, String> waiting = new LinkedHashMap<>();
    states.forEach(
        (name, state) -> {
          if (!state.ready()) {
            waiting.put(name, state.detail());
          }
        });
    Map<String, String> before = logged.getAndSet(waiting);
    waiting.forEach(
        (name, detail) -> {
          if (!detail.equals(before.get(name))) {
            log.warn("{} is not ready: {}", name, detail);
          }
        });
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
