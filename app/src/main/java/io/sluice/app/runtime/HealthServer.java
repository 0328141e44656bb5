package io.sluice.app.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.sluice.app.config.TelemetrySettings;
import io.sluice.schemas.stage.Health;
import io.sluice.schemas.stage.PortTaken;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/**
 * What a process says of itself when it is watched by something else: {@code /health/live}, {@code
 * /health/ready} and, unless the Prometheus sink of the same process shows them, its own metrics.
 * Answers one request at a time.
 */
public final class HealthServer implements AutoCloseable {

  private static final int OK = 200;
  private static final int UNAVAILABLE = 503;

  private final HttpServer server;

  private HealthServer(HttpServer server) {
    this.server = server;
  }

  /**
   * @throws StartException when it cannot listen
   */
  public static HealthServer start(TelemetrySettings settings, SluiceProcess process) {
    InetSocketAddress address = new InetSocketAddress(settings.bindAddress(), settings.port());
    HttpServer server;
    try {
      server = HttpServer.create(address, 0);
    } catch (IOException e) {
      throw new StartException(
          "health and metrics cannot listen on "
              + settings.bindAddress()
              + " port "
              + settings.port()
              + ": "
              + (PortTaken.is(e) ? "it is taken; set telemetry.port" : e.getMessage()));
    }
    server.createContext("/health/live", exchange -> health(exchange, process, Health::live));
    server.createContext("/health/ready", exchange -> health(exchange, process, Health::ready));
    if (process.prometheusSink().isEmpty()) {
      server.createContext(
          "/metrics",
          exchange ->
              reply(
                  exchange,
                  OK,
                  "text/plain; version=0.0.4; charset=utf-8",
                  process.meters().scrape()));
    }
    server.start();
    return new HealthServer(server);
  }

  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private static void health(HttpExchange exchange, SluiceProcess process, Predicate<Health> good)
      throws IOException {
    var states = process.health();
    int status = states.values().stream().allMatch(good) ? OK : UNAVAILABLE;
    reply(exchange, status, "application/json", json(states));
  }

  private static String json(Object value) throws JsonProcessingException {
    return new ObjectMapper().writeValueAsString(value);
  }

  private static void reply(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("content-type", type);
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
