package io.sluice.instrumentation.http;

import com.linecorp.armeria.client.ClientRequestContext;
import com.linecorp.armeria.client.HttpClient;
import com.linecorp.armeria.client.SimpleDecoratingHttpClient;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.logging.RequestLog;
import io.opentelemetry.context.Scope;

/** A client whose requests have spans and carry their context. */
final class ArmeriaClient extends SimpleDecoratingHttpClient {

  private final ClientRequests requests;

  ArmeriaClient(HttpClient delegate, ClientRequests requests) {
    super(delegate);
    this.requests = requests;
  }

  @Override
  @SuppressWarnings("MustBeClosedChecker") // Armeria closes what the hook opens
  public HttpResponse execute(ClientRequestContext ctx, HttpRequest http) throws Exception {
    ClientRequest request = requests.begin(http.method().name(), ctx.uri());
    requests.inject(request, ctx::setAdditionalRequestHeader);
    ctx.hook(() -> request.context().makeCurrent());
    var unused = ctx.log().whenComplete().thenAccept(log -> end(request, log));
    try (Scope current = request.context().makeCurrent()) {
      return unwrap().execute(ctx, http);
    }
  }

  private static void end(ClientRequest request, RequestLog log) {
    request.sent(log.requestLength());
    request.receivingBody(log.responseStatus().code());
    request.received(log.responseLength());
    request.end(log.responseCause() == null ? log.requestCause() : log.responseCause());
  }
}
