package io.sluice.console;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other sites' pages from using the console through its user's browser: by a name that points
 * here (DNS rebinding), by a form or script that posts here, by a frame, or by a script in
 * telemetry.
 */
final class BrowserGuard extends SimpleDecoratingHttpService {

  /**
   * Scripts and styles from here only, none of them inline, and no text that becomes markup except
   * through lit's own templates.
   */
  private static final String POLICY =
      "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors"
          + " 'none'; require-trusted-types-for 'script'; trusted-types lit-html";

  /** Rebinding needs a name; an address cannot be pointed elsewhere. */
  private static final Pattern ADDRESS = Pattern.compile("\\d+(\\.\\d+){3}|\\[[0-9a-f:.]+]");

  private final Set<String> names = new HashSet<>();
  private final String hosts;

  /**
   * @param bindAddress a name that it answers to too, besides localhost and any IP address
   * @param allowedHosts further such names
   * @param hosts says to whoever uses another name what it answers to
   */
  BrowserGuard(HttpService delegate, String bindAddress, List<String> allowedHosts, String hosts) {
    super(delegate);
    names.add("localhost");
    names.add(bindAddress.toLowerCase(Locale.ROOT));
    allowedHosts.forEach(host -> names.add(host.toLowerCase(Locale.ROOT)));
    this.hosts = hosts;
  }

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) throws Exception {
    context.mutateAdditionalResponseHeaders(
        headers ->
            headers
                .add("content-security-policy", POLICY)
                .add("x-content-type-options", "nosniff")
                .add("referrer-policy", "no-referrer")
                .add("cross-origin-opener-policy", "same-origin")
                .add("cross-origin-resource-policy", "same-origin"));
    String authority = lowerCase(request.authority());
    String host = withoutPort(authority);
    if (!names.contains(host) && !ADDRESS.matcher(host).matches()) {
      return Json.error(HttpStatus.FORBIDDEN, hosts);
    }
    if (changesSomething(request.method()) && isForeign(request, authority)) {
      return Json.error(HttpStatus.FORBIDDEN, "a page of another site may not change anything");
    }
    return unwrap().serve(context, request);
  }

  static boolean changesSomething(HttpMethod method) {
    return method != HttpMethod.GET && method != HttpMethod.HEAD && method != HttpMethod.OPTIONS;
  }

  /** Browsers say where a request comes from; programs such as curl say nothing. */
  private static boolean isForeign(HttpRequest request, String authority) {
    String site = request.headers().get("sec-fetch-site");
    if (site != null && !site.equals("same-origin") && !site.equals("none")) {
      return true;
    }
    String origin = request.headers().get(HttpHeaderNames.ORIGIN);
    if (origin == null) {
      return false;
    }
    // "null" for a page without an origin, scheme://host:port for any other.
    int scheme = origin.indexOf("://");
    return scheme < 0 || !lowerCase(origin.substring(scheme + 3)).equals(authority);
  }

  private static String lowerCase(@Nullable String text) {
    return text == null ? "" : text.toLowerCase(Locale.ROOT);
  }

  private static String withoutPort(String authority) {
    int colon = authority.lastIndexOf(':');
    return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
  }
}
