package io.sluice.instrumentation.http;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.PushPromiseHandler;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** Sends through another client, with a span around each request. */
final class ObservedClient extends HttpClient {

  private final HttpClient delegate;
  private final ClientRequests requests;

  ObservedClient(HttpClient delegate, ClientRequests requests) {
    this.delegate = delegate;
    this.requests = requests;
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> bodyHandler)
      throws IOException, InterruptedException {
    ClientRequest observed = requests.begin(request.method(), request.uri());
    try {
      return delegate.send(
          requests.carrying(request, observed), ObservedBody.handler(bodyHandler, observed));
    } catch (Throwable failure) {
      observed.end(failure);
      throw failure;
    }
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, BodyHandler<T> bodyHandler) {
    return observe(
        request,
        observed ->
            delegate.sendAsync(
                requests.carrying(request, observed), ObservedBody.handler(bodyHandler, observed)));
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request,
      BodyHandler<T> bodyHandler,
      @Nullable PushPromiseHandler<T> pushPromiseHandler) {
    return observe(
        request,
        observed ->
            delegate.sendAsync(
                requests.carrying(request, observed),
                ObservedBody.handler(bodyHandler, observed),
                pushPromiseHandler));
  }

  /** Gives the client's own future, so that its cancellation still aborts the exchange. */
  @SuppressWarnings("FutureReturnValueIgnored") // The callback fails for no reason of its own.
  private <T> CompletableFuture<HttpResponse<T>> observe(
      HttpRequest request, Function<ClientRequest, CompletableFuture<HttpResponse<T>>> send) {
    ClientRequest observed = requests.begin(request.method(), request.uri());
    CompletableFuture<HttpResponse<T>> sending;
    try {
      sending = send.apply(observed);
    } catch (Throwable failure) {
      observed.end(failure);
      throw failure;
    }
    sending.whenComplete(
        (response, failure) -> {
          if (failure != null) {
            observed.end(failure);
          }
        });
    return sending;
  }

  @Override
  public WebSocket.Builder newWebSocketBuilder() {
    return delegate.newWebSocketBuilder();
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return delegate.cookieHandler();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return delegate.connectTimeout();
  }

  @Override
  public Redirect followRedirects() {
    return delegate.followRedirects();
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return delegate.proxy();
  }

  @Override
  public SSLContext sslContext() {
    return delegate.sslContext();
  }

  @Override
  public SSLParameters sslParameters() {
    return delegate.sslParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return delegate.authenticator();
  }

  @Override
  public Version version() {
    return delegate.version();
  }

  @Override
  public Optional<Executor> executor() {
    return delegate.executor();
  }
}
