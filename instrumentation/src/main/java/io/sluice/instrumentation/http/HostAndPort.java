package io.sluice.instrumentation.http;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/** Whom a request is for. */
record HostAndPort(String host, int port) {

  /**
   * Reads a {@code Host} header.
   *
   * @return null when it is absent or malformed
   */
  static @Nullable HostAndPort parse(@Nullable String header, int defaultPort) {
    if (header == null) {
      return null;
    }
    try {
      URI uri = URI.create("http://" + header);
      return uri.getHost() == null ? null : of(uri, defaultPort);
    } catch (IllegalArgumentException malformed) {
      return null;
    }
  }

  static HostAndPort of(URI uri) {
    return of(uri, "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80);
  }

  private static HostAndPort of(URI uri, int defaultPort) {
    String host = uri.getHost() == null ? "" : uri.getHost();
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return new HostAndPort(
        bracketed ? host.substring(1, host.length() - 1) : host,
        uri.getPort() < 0 ? defaultPort : uri.getPort());
  }
}
