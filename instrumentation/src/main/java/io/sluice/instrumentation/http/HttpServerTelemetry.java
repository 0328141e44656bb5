package io.sluice.instrumentation.http;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.common.Clock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Observes a {@code com.sun.net.httpserver.HttpServer}: {@code
 * context.getFilters().add(telemetry.filter())}.
 *
 * <p>Each request continues the caller's trace (or begins one, when the caller's trace context is
 * absent or malformed), and has a server span that is current while the handlers run and ends when
 * the response is complete, also when another thread completes it. A handler that throws or hangs
 * up, and a status of 500 or more, make the span an error. A handler that never completes its
 * exchange never ends its span, as its client never gets the end of the response.
 *
 * <p>Metrics: {@code http.server.request.duration} (s), {@code http.server.request.body.size} and
 * {@code http.server.response.body.size} (By; the bytes that the handler read and wrote).
 *
 * <p>Handlers behind the filter get a wrapping exchange, which is never an {@code HttpsExchange}.
 * Safe for use by several threads and servers.
 */
public final class HttpServerTelemetry {

  private final ServerRequests requests;

  private HttpServerTelemetry(ServerRequests requests) {
    this.requests = requests;
  }

  public static HttpServerTelemetry create(OpenTelemetry openTelemetry) {
    return create(openTelemetry, Clock.getDefault());
  }

  static HttpServerTelemetry create(OpenTelemetry openTelemetry, Clock clock) {
    return new HttpServerTelemetry(new ServerRequests(openTelemetry, clock));
  }

  /** A filter whose {@code http.route} is the path of the server's context. */
  public Filter filter() {
    return filter(exchange -> exchange.getHttpContext().getPath());
  }

  /**
   * A filter for servers that route by themselves.
   *
   * @param route gives the template that the request matches, such as {@code /products/{id}}; null
   *     when it matches none. Never the path itself, which would make a series of every path. What
   *     it throws becomes an event of the span, which is without a route then.
   */
  public Filter filter(Function<HttpExchange, @Nullable String> route) {
    return new ServerFilter(requests, route);
  }
}
