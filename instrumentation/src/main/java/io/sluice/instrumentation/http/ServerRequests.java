package io.sluice.instrumentation.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.common.Clock;
import io.opentelemetry.semconv.HttpAttributes;
import org.jspecify.annotations.Nullable;

/** Begins the span of a request that comes in. */
final class ServerRequests {

  private final Tracer tracer;
  private final TextMapPropagator propagator;
  private final HttpMetrics metrics;
  private final Clock clock;

  ServerRequests(OpenTelemetry openTelemetry, Clock clock) {
    tracer = openTelemetry.getTracer(Instrument.HTTP);
    propagator = openTelemetry.getPropagators().getTextMapPropagator();
    metrics = new HttpMetrics(openTelemetry.getMeter(Instrument.HTTP), "server");
    this.clock = clock;
  }

  ServerRequest begin(HttpExchange exchange, @Nullable String route) {
    return begin(
        new Incoming(
            exchange.getRequestMethod(),
            exchange instanceof HttpsExchange ? "https" : "http",
            exchange.getProtocol(),
            exchange.getRequestURI().getRawPath(),
            exchange.getRequestURI().getRawQuery(),
            exchange.getRequestHeaders().getFirst("Host"),
            exchange.getRequestHeaders().getFirst("User-Agent"),
            exchange.getRemoteAddress(),
            exchange.getLocalAddress()),
        exchange.getRequestHeaders(),
        HeadersGetter.INSTANCE,
        route);
  }

  /**
   * @param headers where the caller's context may stand
   * @param route the template that the path matches, or null when it is not known yet
   */
  <C> ServerRequest begin(
      Incoming request, C headers, TextMapGetter<C> getter, @Nullable String route) {
    // From the root, not from the current context: what a pooled thread may still carry is no
    // parent of a new request.
    Context parent = propagator.extract(Context.root(), headers, getter);
    HttpMethod method = HttpMethod.of(request.method());
    SpanBuilder builder =
        tracer.spanBuilder(method.inSpanName(route)).setSpanKind(SpanKind.SERVER).setParent(parent);
    method.describe(builder);
    request.describe(builder);
    if (route != null) {
      builder.setAttribute(HttpAttributes.HTTP_ROUTE, route);
    }
    Span span = builder.startSpan();
    return new ServerRequest(
        span,
        parent.with(span),
        method,
        route,
        request.scheme(),
        request.version(),
        metrics,
        clock);
  }
}
