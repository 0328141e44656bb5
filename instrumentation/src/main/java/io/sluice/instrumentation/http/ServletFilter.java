package io.sluice.instrumentation.http;

import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Collections;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Begins the request's span and hands on the observed request and response. */
final class ServletFilter implements Filter {

  private final ServerRequests requests;
  private final Function<HttpServletRequest, @Nullable String> route;

  ServletFilter(ServerRequests requests, Function<HttpServletRequest, @Nullable String> route) {
    this.requests = requests;
    this.route = route;
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (request.getAttribute(ServletExchange.ATTRIBUTE) instanceof ServletExchange begun) {
      // Dispatched again. What comes now is the observed request already.
      run(begun, request, response, chain);
    } else if (request instanceof HttpServletRequest http
        && response instanceof HttpServletResponse answer) {
      begin(http, answer, chain);
    } else {
      chain.doFilter(request, response);
    }
  }

  private void begin(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    ServerRequest begun = requests.begin(incoming(request), request, Getter.INSTANCE, null);
    ServletExchange exchange = new ServletExchange(begun, request, response, route);
    request.setAttribute(ServletExchange.ATTRIBUTE, exchange);
    run(exchange, exchange.request(), exchange.response(), chain);
    exchange.handled();
  }

  private static void run(
      ServletExchange exchange, ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    try (Scope current = exchange.context().makeCurrent()) {
      chain.doFilter(request, response);
    } catch (Throwable failure) {
      exchange.failed(failure);
      throw failure;
    }
  }

  private static Incoming incoming(HttpServletRequest request) {
    return new Incoming(
        request.getMethod(),
        request.getScheme(),
        request.getProtocol(),
        request.getRequestURI(),
        request.getQueryString(),
        request.getHeader("Host"),
        request.getHeader("User-Agent"),
        address(request.getRemoteAddr(), request.getRemotePort()),
        address(request.getLocalAddr(), request.getLocalPort()));
  }

  /**
   * @param host null when the connection is closed already
   * @param port negative for connections without ports, such as Unix domain sockets
   */
  private static InetSocketAddress address(@Nullable String host, int port) {
    return InetSocketAddress.createUnresolved(host == null ? "" : host, Math.max(0, port));
  }

  private enum Getter implements TextMapGetter<HttpServletRequest> {
    INSTANCE;

    @Override
    public @Nullable String get(@Nullable HttpServletRequest request, String key) {
      return HeadersGetter.joined(
          key, request == null ? null : Collections.list(request.getHeaders(key)));
    }
  }
}
