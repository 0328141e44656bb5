package io.sluice.instrumentation.http;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.common.Clock;
import io.opentelemetry.semconv.ServerAttributes;
import io.opentelemetry.semconv.UrlAttributes;
import java.net.URI;
import java.net.http.HttpRequest;

/** Begins the span of a request that goes out. */
final class ClientRequests {

  private final Tracer tracer;
  private final TextMapPropagator propagator;
  private final HttpMetrics metrics;
  private final Clock clock;

  ClientRequests(OpenTelemetry openTelemetry, Clock clock) {
    tracer = openTelemetry.getTracer(Instrument.HTTP);
    propagator = openTelemetry.getPropagators().getTextMapPropagator();
    metrics = new HttpMetrics(openTelemetry.getMeter(Instrument.HTTP), "client");
    this.clock = clock;
  }

  ClientRequest begin(HttpRequest request) {
    Context parent = Context.current();
    HttpMethod method = HttpMethod.of(request.method());
    HostAndPort server = HostAndPort.of(request.uri());
    SpanBuilder builder =
        tracer
            .spanBuilder(method.inSpanName())
            .setSpanKind(SpanKind.CLIENT)
            .setParent(parent)
            .setAttribute(UrlAttributes.URL_FULL, withoutUserInfo(request.uri()))
            .setAttribute(ServerAttributes.SERVER_ADDRESS, server.host())
            .setAttribute(ServerAttributes.SERVER_PORT, (long) server.port());
    method.describe(builder);
    Span span = builder.startSpan();
    return new ClientRequest(span, parent.with(span), method, server, metrics, clock);
  }

  /** The request with the context of its span in the headers, and a body that is counted. */
  HttpRequest carrying(HttpRequest request, ClientRequest observed) {
    HttpRequest.Builder builder = HttpRequest.newBuilder(request, (name, value) -> true);
    request
        .bodyPublisher()
        .ifPresent(body -> builder.method(request.method(), new CountingPublisher(body, observed)));
    propagator.inject(
        observed.context(),
        builder,
        (carrier, key, value) -> {
          if (carrier != null) {
            carrier.setHeader(key, value);
          }
        });
    return builder.build();
  }

  private static String withoutUserInfo(URI uri) {
    String userInfo = uri.getRawUserInfo();
    String full = uri.toString();
    return userInfo == null ? full : full.replaceFirst("//[^/@]*@", "//REDACTED:REDACTED@");
  }
}
