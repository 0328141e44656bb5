package io.sluice.instrumentation.http;

import java.net.http.HttpRequest.BodyPublisher;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;

/** A request body that is counted as it is sent. */
final class CountingPublisher implements BodyPublisher {

  private final BodyPublisher body;
  private final ClientRequest request;

  CountingPublisher(BodyPublisher body, ClientRequest request) {
    this.body = body;
    this.request = request;
  }

  @Override
  public long contentLength() {
    return body.contentLength();
  }

  @Override
  public void subscribe(Subscriber<? super ByteBuffer> subscriber) {
    request.sendingBody();
    body.subscribe(
        new Subscriber<ByteBuffer>() {
          @Override
          public void onSubscribe(Subscription subscription) {
            subscriber.onSubscribe(subscription);
          }

          @Override
          public void onNext(ByteBuffer part) {
            request.sent(part.remaining());
            subscriber.onNext(part);
          }

          @Override
          public void onError(Throwable failure) {
            subscriber.onError(failure);
          }

          @Override
          public void onComplete() {
            subscriber.onComplete();
          }
        });
  }
}
