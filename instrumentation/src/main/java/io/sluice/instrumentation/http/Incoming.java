package io.sluice.instrumentation.http;

import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.semconv.ClientAttributes;
import io.opentelemetry.semconv.NetworkAttributes;
import io.opentelemetry.semconv.ServerAttributes;
import io.opentelemetry.semconv.UrlAttributes;
import io.opentelemetry.semconv.UserAgentAttributes;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a request when it comes in, whichever server took it.
 *
 * @param protocol such as {@code HTTP/1.1}
 * @param path as sent, not decoded
 * @param hostHeader whom the caller asked for
 */
record Incoming(
    String method,
    String scheme,
    String protocol,
    @Nullable String path,
    @Nullable String query,
    @Nullable String hostHeader,
    @Nullable String userAgent,
    InetSocketAddress remote,
    InetSocketAddress local) {

  /** {@code HTTP/1.1} as {@code 1.1}. */
  String version() {
    return protocol.substring(protocol.indexOf('/') + 1);
  }

  void describe(SpanBuilder span) {
    span.setAttribute(UrlAttributes.URL_SCHEME, scheme);
    span.setAttribute(NetworkAttributes.NETWORK_PROTOCOL_VERSION, version());
    span.setAttribute(UrlAttributes.URL_PATH, path == null ? "" : path);
    if (query != null) {
      span.setAttribute(UrlAttributes.URL_QUERY, query);
    }
    if (userAgent != null) {
      span.setAttribute(UserAgentAttributes.USER_AGENT_ORIGINAL, userAgent);
    }
    span.setAttribute(ClientAttributes.CLIENT_ADDRESS, remote.getHostString());
    span.setAttribute(NetworkAttributes.NETWORK_PEER_ADDRESS, remote.getHostString());
    span.setAttribute(NetworkAttributes.NETWORK_PEER_PORT, (long) remote.getPort());
    HostAndPort server = HostAndPort.parse(hostHeader, scheme.equals("https") ? 443 : 80);
    if (server == null) {
      server = new HostAndPort(local.getHostString(), local.getPort());
    }
    span.setAttribute(ServerAttributes.SERVER_ADDRESS, server.host());
    span.setAttribute(ServerAttributes.SERVER_PORT, (long) server.port());
  }
}
