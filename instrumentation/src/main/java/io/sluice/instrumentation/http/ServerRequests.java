package io.sluice.instrumentation.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsExchange;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.common.Clock;
import io.opentelemetry.semconv.ClientAttributes;
import io.opentelemetry.semconv.HttpAttributes;
import io.opentelemetry.semconv.NetworkAttributes;
import io.opentelemetry.semconv.ServerAttributes;
import io.opentelemetry.semconv.UrlAttributes;
import io.opentelemetry.semconv.UserAgentAttributes;
import java.net.InetSocketAddress;
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
    // From the root, not from the current context: what a pooled thread may still carry is no
    // parent of a new request.
    Context parent =
        propagator.extract(Context.root(), exchange.getRequestHeaders(), HeadersGetter.INSTANCE);
    HttpMethod method = HttpMethod.of(exchange.getRequestMethod());
    String scheme = exchange instanceof HttpsExchange ? "https" : "http";
    String version = version(exchange.getProtocol());
    SpanBuilder builder =
        tracer
            .spanBuilder(route == null ? method.inSpanName() : method.inSpanName() + " " + route)
            .setSpanKind(SpanKind.SERVER)
            .setParent(parent)
            .setAttribute(UrlAttributes.URL_SCHEME, scheme)
            .setAttribute(NetworkAttributes.NETWORK_PROTOCOL_VERSION, version);
    method.describe(builder);
    describeUrl(builder, exchange);
    describePeers(builder, exchange, scheme);
    if (route != null) {
      builder.setAttribute(HttpAttributes.HTTP_ROUTE, route);
    }
    String userAgent = exchange.getRequestHeaders().getFirst("User-Agent");
    if (userAgent != null) {
      builder.setAttribute(UserAgentAttributes.USER_AGENT_ORIGINAL, userAgent);
    }
    Span span = builder.startSpan();
    return new ServerRequest(
        span, parent.with(span), method, route, scheme, version, metrics, clock);
  }

  private static void describeUrl(SpanBuilder span, HttpExchange exchange) {
    String path = exchange.getRequestURI().getRawPath();
    span.setAttribute(UrlAttributes.URL_PATH, path == null ? "" : path);
    String query = exchange.getRequestURI().getRawQuery();
    if (query != null) {
      span.setAttribute(UrlAttributes.URL_QUERY, query);
    }
  }

  private static void describePeers(SpanBuilder span, HttpExchange exchange, String scheme) {
    InetSocketAddress remote = exchange.getRemoteAddress();
    span.setAttribute(ClientAttributes.CLIENT_ADDRESS, remote.getHostString());
    span.setAttribute(NetworkAttributes.NETWORK_PEER_ADDRESS, remote.getHostString());
    span.setAttribute(NetworkAttributes.NETWORK_PEER_PORT, (long) remote.getPort());
    HostAndPort server =
        HostAndPort.parse(
            exchange.getRequestHeaders().getFirst("Host"), scheme.equals("https") ? 443 : 80);
    if (server == null) {
      InetSocketAddress local = exchange.getLocalAddress();
      server = new HostAndPort(local.getHostString(), local.getPort());
    }
    span.setAttribute(ServerAttributes.SERVER_ADDRESS, server.host());
    span.setAttribute(ServerAttributes.SERVER_PORT, (long) server.port());
  }

  /** {@code HTTP/1.1} as {@code 1.1}. */
  private static String version(String protocol) {
    return protocol.substring(protocol.indexOf('/') + 1);
  }
}
