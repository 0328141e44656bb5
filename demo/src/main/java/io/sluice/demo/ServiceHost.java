package io.sluice.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.sluice.instrumentation.ServiceTelemetry;
import io.sluice.instrumentation.http.HttpClientTelemetry;
import io.sluice.instrumentation.http.HttpServerTelemetry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * What every service of the shop stands on: a server on a port of its own, its own telemetry, and
 * clients of other services.
 */
final class ServiceHost implements AutoCloseable {

  /** Enough for a slow payment at the default rate; what comes beyond waits, as it would. */
  private static final int THREADS = 8;

  static {
    // Without it the JDK's server sends head and body of a response as two packets, and the second
    // waits up to 40 ms for the acknowledgement of the first. Read once, by the first server.
    if (System.getProperty("sun.net.httpserver.nodelay") == null) {
      System.setProperty("sun.net.httpserver.nodelay", "true");
    }
    // The library for JDBC writes the names of the stable conventions only when it is told; the
    // former ones beside them, since only those tell the operation and the table. Read once, too.
    if (System.getProperty("otel.semconv-stability.opt-in") == null) {
      System.setProperty("otel.semconv-stability.opt-in", "database/dup");
    }
  }

  private final String name;
  private final ServiceTelemetry telemetry;
  private final ServiceLog log;
  private final HttpClient client;
  private final HttpServer server;
  private final ExecutorService threads;
  private final Router router = new Router();

  ServiceHost(String name, ServiceTelemetry telemetry, HttpClient client) throws IOException {
    this.name = name;
    this.telemetry = telemetry;
    this.log = new ServiceLog(telemetry.openTelemetry(), "shop." + name, InstantSource.system());
    this.client = HttpClientTelemetry.create(telemetry.openTelemetry()).wrap(client);
    this.threads = Pools.fixed("shop-" + name, THREADS);
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server
        .createContext("/", this::serve)
        .getFilters()
        .add(
            HttpServerTelemetry.create(telemetry.openTelemetry())
                .filter(
                    exchange -> {
                      Router.Match match = match(exchange);
                      return match == null ? null : match.template();
                    }));
  }

  OpenTelemetry openTelemetry() {
    return telemetry.openTelemetry();
  }

  Tracer tracer() {
    return telemetry.openTelemetry().getTracer("shop." + name);
  }

  ServiceLog log() {
    return log;
  }

  /** Adds a route; before {@link #start}. */
  void route(String method, String template, Router.Handler handler) {
    router.add(method, template, handler);
  }

  void start() {
    server.start();
  }

  /** Where it listens. */
  URI uri() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** Another service, as this one calls it. */
  Peer peer(ServiceHost other, Duration timeout) {
    return peer(other.name, other.uri(), timeout);
  }

  /** A service outside of this process. */
  Peer peer(String other, URI uri, Duration timeout) {
    return new Peer(other, uri, client, timeout);
  }

  /** Ends requests in flight and sends the last telemetry. */
  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
    telemetry.close();
  }

  private Router.@Nullable Match match(HttpExchange exchange) {
    return router.match(exchange.getRequestMethod(), exchange.getRequestURI().getPath());
  }

  private void serve(HttpExchange exchange) throws IOException {
    Router.Match match = match(exchange);
    Reply reply =
        match == null ? Reply.problem(404, "there is nothing here") : answer(match, exchange);
    byte[] body = Json.MAPPER.writeValueAsBytes(reply.body());
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(reply.status(), body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private Reply answer(Router.Match match, HttpExchange exchange) throws IOException {
    try {
      return match.handler().handle(new Request(match.path(), exchange.getRequestBody()));
    } catch (PeerException failure) {
      log.error(failure.peer() + " is needed for this and failed", failure);
      int status = failure.status() == 504 ? 504 : 502;
      return Reply.problem(status, "something behind the shop does not work");
    } catch (JsonProcessingException malformed) {
      log.warn("refused a request whose body makes no sense");
      return Reply.problem(400, "the body is not what this takes");
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      return Reply.problem(503, "the shop closes");
    } catch (RuntimeException bug) {
      log.error("could not handle the request", bug);
      return Reply.problem(500, "this is the shop's mistake");
    }
  }
}
