package io.sluice.instrumentation.http;

import io.opentelemetry.context.Context;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A request with its response, from the filter until it is complete, also after dispatches. */
final class ServletExchange implements AsyncListener {

  /** Of the request: where a later dispatch finds this. */
  static final String ATTRIBUTE = ServletExchange.class.getName();

  private final ServerRequest observed;
  private final ServletRequestObserver request;
  private final ServletResponseObserver response;
  private final Function<HttpServletRequest, @Nullable String> route;
  private volatile boolean async;

  ServletExchange(
      ServerRequest observed,
      HttpServletRequest request,
      HttpServletResponse response,
      Function<HttpServletRequest, @Nullable String> route) {
    this.observed = observed;
    this.request = new ServletRequestObserver(request, observed, this);
    this.response =
        new ServletResponseObserver(response, observed, request.getMethod().equals("HEAD"));
    this.route = route;
  }

  Context context() {
    return observed.context();
  }

  HttpServletRequest request() {
    return request;
  }

  HttpServletResponse response() {
    return response;
  }

  /** The first dispatch is over. */
  void handled() {
    match();
    if (!async && request.isAsyncStarted()) {
      started(request.getAsyncContext()); // by somebody who went past the observed request
    }
    if (!async) {
      end(response.getStatus());
    }
  }

  /** A dispatch threw this; the container answers it with an error page. */
  void failed(Throwable failure) {
    @Nullable Throwable root = failure instanceof ServletException e ? e.getRootCause() : null;
    observed.fail(root == null ? failure : root);
    if (!async) {
      match();
      end(response.isCommitted() ? response.getStatus() : 500);
    }
  }

  /** The request goes on after its dispatch. */
  void started(AsyncContext context) {
    async = true;
    context.addListener(this);
  }

  private void match() {
    if (!observed.hasRoute()) {
      try {
        String template = route.apply(request);
        if (template != null) {
          observed.matched(template);
        }
      } catch (RuntimeException failure) {
        observed.fail(failure); // on the span; the answer is the service's
      }
    }
  }

  private void end(int status) {
    request.countForm();
    observed.end(status);
  }

  @Override
  public void onComplete(AsyncEvent event) {
    match();
    end(response.getStatus());
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    observed.fail(new TimeoutException("the async request timed out"));
  }

  @Override
  public void onError(AsyncEvent event) {
    if (event.getThrowable() != null) {
      observed.fail(event.getThrowable());
    }
  }

  /** Begun again in a dispatch: that forgets its listeners. */
  @Override
  public void onStartAsync(AsyncEvent event) {
    event.getAsyncContext().addListener(this);
  }
}
