package io.sluice.instrumentation.http;

import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.semconv.HttpAttributes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A request method as the conventions write it: known ones as they are, all others as {@code
 * _OTHER}, so that a caller cannot invent span names and series.
 *
 * @param attribute the value of {@code http.request.method}
 * @param original what was sent
 */
record HttpMethod(String attribute, String original) {

  private static final String OTHER = "_OTHER";

  private static final Set<String> KNOWN =
      Set.of(
          "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "QUERY", "TRACE");

  static HttpMethod of(String method) {
    return new HttpMethod(KNOWN.contains(method) ? method : OTHER, method);
  }

  /** What a span name begins with. */
  String inSpanName() {
    return attribute.equals(OTHER) ? "HTTP" : attribute;
  }

  /** The name of the span of a request that matched this route, or none. */
  String inSpanName(@Nullable String route) {
    return route == null ? inSpanName() : inSpanName() + " " + route;
  }

  void describe(SpanBuilder span) {
    span.setAttribute(HttpAttributes.HTTP_REQUEST_METHOD, attribute);
    if (attribute.equals(OTHER)) {
      span.setAttribute(HttpAttributes.HTTP_REQUEST_METHOD_ORIGINAL, original);
    }
  }
}
