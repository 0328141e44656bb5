package io.sluice.instrumentation.http;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpExchange;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Begins the request's span before the handlers and hands them the observed exchange. */
final class ServerFilter extends Filter {

  private final ServerRequests requests;
  private final Function<HttpExchange, @Nullable String> route;

  ServerFilter(ServerRequests requests, Function<HttpExchange, @Nullable String> route) {
    this.requests = requests;
    this.route = route;
  }

  @Override
  public void doFilter(HttpExchange exchange, Chain chain) throws IOException {
    String template = null;
    RuntimeException noRoute = null;
    try {
      template = route.apply(exchange);
    } catch (RuntimeException e) { // the request is answered all the same, and has not failed
      noRoute = e;
    }
    ServerRequest request = requests.begin(exchange, template);
    if (noRoute != null) {
      Span.fromContext(request.context()).recordException(noRoute);
    }
    ObservedExchange observed = new ObservedExchange(exchange, request);
    try (Scope current = request.context().makeCurrent()) {
      chain.doFilter(observed);
    } catch (Throwable failure) {
      request.fail(failure);
      request.end(observed.getResponseCode());
      throw failure;
    }
  }

  @Override
  public String description() {
    return "continues the caller's trace and measures the request";
  }
}
