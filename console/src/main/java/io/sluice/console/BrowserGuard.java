package io.sluice.console;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other sites' pages from using the console through its user's browser: by a name that points
 * here (DNS rebinding), by a form or script that posts here, or by a script in telemetry.
 */
final class BrowserGuard extends SimpleDecoratingHttpService {

  private static final String POLICY =
      "default-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; base-uri"
          + " 'none'; form-action 'self'; frame-ancestors 'none'";

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

  private final String bindAddress;

  BrowserGuard(HttpService delegate, String bindAddress) {
    super(delegate);
    this.bindAddress = bindAddress;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
    String host = hostOf(request.authority());
    if (isLoopback(bindAddress) && !LOOPBACK.contains(host)) {
      return Json.error(
          HttpStatus.FORBIDDEN, "the console listens on loopback; call it by localhost");
    }
    if (changesSomething(request.method()) && isForeign(request, host)) {
      return Json.error(HttpStatus.FORBIDDEN, "a page of another site may not change anything");
    }
    context.mutateAdditionalResponseHeaders(
        headers ->
            headers
                .add("content-security-policy", POLICY)
                .add("x-content-type-options", "nosniff")
                .add("referrer-policy", "no-referrer")
                .add("cross-origin-resource-policy", "same-origin"));
    return unwrap().serve(context, request);
  }

  private static boolean changesSomething(HttpMethod method) {
    return method != HttpMethod.GET && method != HttpMethod.HEAD && method != HttpMethod.OPTIONS;
  }

  /** Browsers say where a request comes from; programs such as curl say nothing. */
  private static boolean isForeign(HttpRequest request, String host) {
    String site = request.headers().get("sec-fetch-site");
    if (site != null && !site.equals("same-origin") && !site.equals("none")) {
      return true;
    }
    String origin = request.headers().get(HttpHeaderNames.ORIGIN);
    if (origin == null) {
      return false;
    }
    try {
      String authority = URI.create(origin).getAuthority();
      return authority == null || !hostOf(authority).equals(host);
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  private static boolean isLoopback(String address) {
    return address.startsWith("127.") || address.equals("localhost") || address.equals("::1");
  }

  private static String hostOf(@Nullable String authority) {
    if (authority == null) {
      return "";
    }
    int colon = authority.lastIndexOf(':');
    return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
  }
}
