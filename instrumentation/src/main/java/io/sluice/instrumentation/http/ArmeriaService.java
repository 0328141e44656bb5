package io.sluice.instrumentation.http;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.logging.RequestLog;
import com.linecorp.armeria.server.HttpResponseException;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.Route;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.SimpleDecoratingHttpService;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import org.jspecify.annotations.Nullable;

/** A service whose requests have spans. */
final class ArmeriaService extends SimpleDecoratingHttpService {

  private final ServerRequests requests;

  ArmeriaService(HttpService delegate, ServerRequests requests) {
    super(delegate);
    this.requests = requests;
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // Armeria closes what the hook opens
  public HttpResponse serve(ServiceRequestContext ctx, HttpRequest http) throws Exception {
    ServerRequest request =
        requests.begin(incoming(ctx, http), http.headers(), Getter.INSTANCE, route(ctx));
    ctx.hook(() -> request.context().makeCurrent());
    var unused = ctx.log().whenComplete().thenAccept(log -> end(request, log));
    try (Scope current = request.context().makeCurrent()) {
      return unwrap().serve(ctx, http);
    }
  }

  private static void end(ServerRequest request, RequestLog log) {
    request.read(log.requestLength());
    request.wrote(log.responseLength());
    Throwable failure = log.responseCause() == null ? log.requestCause() : log.responseCause();
    if (failure != null && !isAnswer(failure)) {
      request.fail(failure);
    }
    request.end(log.responseStatus().code());
  }

  /** Thrown instead of returned: the status says whether that is an error. */
  private static boolean isAnswer(Throwable failure) {
    return failure instanceof HttpStatusException || failure instanceof HttpResponseException;
  }

  private static @Nullable String route(ServiceRequestContext ctx) {
    Route route = ctx.config().route();
    return route.isFallback() ? null : route.patternString();
  }

  private static Incoming incoming(ServiceRequestContext ctx, HttpRequest http) {
    return new Incoming(
        http.method().name(),
        ctx.sessionProtocol().isTls() ? "https" : "http",
        ctx.sessionProtocol().isMultiplex() ? "2" : "1.1",
        ctx.path(),
        ctx.query(),
        http.authority(),
        http.headers().get("user-agent"),
        ctx.remoteAddress(),
        ctx.localAddress());
  }

  private enum Getter implements TextMapGetter<RequestHeaders> {
    INSTANCE;

    @Override
    public @Nullable String get(@Nullable RequestHeaders headers, String key) {
      return HeadersGetter.joined(key, headers == null ? null : headers.getAll(key));
    }
  }
}
