package io.sluice.instrumentation.http;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.sdk.common.Clock;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletMapping;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.MappingMatch;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Observes servlets (Jakarta Servlet 5 or 6): a filter before all others, for {@code REQUEST} and
 * {@code ASYNC}, with async support.
 *
 * <p>Each request continues the caller's trace and has a server span that is current in the filters
 * and servlets behind this one, and ends when the request is complete: for an async one when its
 * last dispatch, {@code complete()}, error or time-out ends it. A failure, a time-out, a client
 * that went away while it was read from or written to, and a status of 500 or more make it an
 * error.
 *
 * <p>Metrics: {@code http.server.request.duration} (s), {@code http.server.request.body.size} and
 * {@code http.server.response.body.size} (By). Bodies are counted as they pass. A form that the
 * container reads itself counts as its {@code Content-Length} says, and an error page that the
 * container writes afterwards is not counted.
 *
 * <p>Only for services that have the Servlet API on their class path. Safe for use by several
 * threads.
 */
public final class ServletTelemetry {

  private final ServerRequests requests;

  private ServletTelemetry(ServerRequests requests) {
    this.requests = requests;
  }

  public static ServletTelemetry create(OpenTelemetry openTelemetry) {
    return create(openTelemetry, Clock.getDefault());
  }

  static ServletTelemetry create(OpenTelemetry openTelemetry, Clock clock) {
    return new ServletTelemetry(new ServerRequests(openTelemetry, clock));
  }

  /** A filter whose {@code http.route} is the pattern by which the servlet was found. */
  public Filter filter() {
    return filter(ServletTelemetry::pattern);
  }

  /**
   * A filter for frameworks that route behind one servlet.
   *
   * @param route asked when the request was handled; gives the template that it matched, such as
   *     what Spring MVC leaves in the attribute {@code HandlerMapping
   *     .BEST_MATCHING_PATTERN_ATTRIBUTE}, or null. Never the path itself. When it throws, the span
   *     has no route and is an error; the answer stays as it is
   */
  public Filter filter(Function<HttpServletRequest, @Nullable String> route) {
    return new ServletFilter(requests, route);
  }

  private static @Nullable String pattern(HttpServletRequest request) {
    HttpServletMapping mapping = request.getHttpServletMapping();
    // The default servlet takes what nothing else matched: no route.
    return mapping == null || mapping.getMappingMatch() == MappingMatch.DEFAULT
        ? null
        : request.getContextPath() + mapping.getPattern();
  }
}
