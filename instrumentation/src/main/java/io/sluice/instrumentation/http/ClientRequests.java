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
import java.util.function.BiConsumer;

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

  ClientRequest begin(String sentMethod, URI uri) {
    Context parent = Context.current();
    HttpMethod method = HttpMethod.of(sentMethod);
    HostAndPort server = HostAndPort.of(uri);
    SpanBuilder builder =
        tracer
            .spanBuilder(method.inSpanName())
            .setSpanKind(SpanKind.CLIENT)
            .setParent(parent)
            .setAttribute(UrlAttributes.URL_FULL, withoutUserInfo(uri))
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
    inject(observed, builder::setHeader);
    return builder.build();
  }

  /** Hands the headers that carry the context of the request's span to the setter. */
  void inject(ClientRequest observed, BiConsumer<String, String> header) {
    propagator.inject(
        observed.context(),
        header,
        (carrier, key, value) -> {
          if (carrier != null) {
            carrier.accept(key, value);
          }
        });
  }

  private static String withoutUserInfo(URI uri) {
    String userInfo = uri.getRawUserInfo();
    String full = uri.toString();
    return userInfo == null ? full : full.replaceFirst("//[^/@]*@", "//REDACTED:REDACTED@");
  }
}
