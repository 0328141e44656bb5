package io.sluice.instrumentation.http;

import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;

/** A response body that is counted as it comes; its end is the end of the request. */
final class ObservedBody<T> implements BodySubscriber<T> {

  private final BodySubscriber<T> delegate;
  private final ClientRequest request;

  private ObservedBody(BodySubscriber<T> delegate, ClientRequest request) {
    this.delegate = delegate;
    this.request = request;
  }

  static <T> BodyHandler<T> handler(BodyHandler<T> delegate, ClientRequest request) {
    return response -> {
      request.receivingBody(response.statusCode());
      return new ObservedBody<>(delegate.apply(response), request);
    };
  }

  @Override
  public CompletionStage<T> getBody() {
    return delegate.getBody();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    delegate.onSubscribe(
        new Subscription() {
          @Override
          public void request(long parts) {
            subscription.request(parts);
          }

          /** The reader wants no more, e.g. closed the stream early. */
          @Override
          public void cancel() {
            subscription.cancel();
            request.end(new CancellationException("the response body was not read to its end"));
          }
        });
  }

  @Override
  public void onNext(List<ByteBuffer> parts) {
    for (ByteBuffer part : parts) {
      request.received(part.remaining());
    }
    delegate.onNext(parts);
  }

  @Override
  public void onError(Throwable failure) {
    request.end(failure);
    delegate.onError(failure);
  }

  @Override
  public void onComplete() {
    // Before the reader learns it: who has the whole response finds the span ended.
    request.end(null);
    delegate.onComplete();
  }
}
