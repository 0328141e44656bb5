package io.sluice.instrumentation.async;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.sluice.instrumentation.Failures;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts a span around each subscription. */
final class SpannedPublisher<T> implements Flow.Publisher<T> {

  private final Flow.Publisher<T> work;
  private final Context parent;
  private final Supplier<Span> spans;

  SpannedPublisher(Flow.Publisher<T> work, Context parent, Supplier<Span> spans) {
    this.work = work;
    this.parent = parent;
    this.spans = spans;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super T> subscriber) {
    Span span = spans.get();
    Context inside = parent.with(span);
    try (Scope current = inside.makeCurrent()) {
      work.subscribe(new Spanned<>(subscriber, span, parent, inside));
    } catch (Throwable failure) {
      Failures.record(span, failure);
      span.end();
      throw failure;
    }
  }

  private static final class Spanned<T> implements Flow.Subscriber<T>, Flow.Subscription {

    private final Flow.Subscriber<? super T> subscriber;
    private final Span span;
    private final Context outside;
    private final Context inside;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final AtomicReference<Flow.@Nullable Subscription> subscription =
        new AtomicReference<>();

    Spanned(Flow.Subscriber<? super T> subscriber, Span span, Context outside, Context inside) {
      this.subscriber = subscriber;
      this.span = span;
      this.outside = outside;
      this.inside = inside;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      if (!this.subscription.compareAndSet(null, subscription)) {
        subscription.cancel(); // rule 2.5: one subscription, which goes on
        return;
      }
      try (Scope current = outside.makeCurrent()) {
        subscriber.onSubscribe(this);
      }
    }

    @Override
    public void onNext(T item) {
      try (Scope current = outside.makeCurrent()) {
        subscriber.onNext(item);
      }
    }

    @Override
    public void onError(Throwable failure) {
      end(failure);
      try (Scope current = outside.makeCurrent()) {
        subscriber.onError(failure);
      }
    }

    @Override
    public void onComplete() {
      end(null);
      try (Scope current = outside.makeCurrent()) {
        subscriber.onComplete();
      }
    }

    @Override
    public void request(long items) {
      Flow.Subscription inner = subscription.get();
      if (inner != null) {
        try (Scope current = inside.makeCurrent()) {
          inner.request(items);
        }
      }
    }

    @Override
    public void cancel() {
      Flow.Subscription inner = subscription.get();
      if (inner != null) {
        try (Scope current = inside.makeCurrent()) {
          inner.cancel();
        }
      }
      end(null);
    }

    private void end(@Nullable Throwable failure) {
      if (ended.compareAndSet(false, true)) {
        if (failure != null) {
          Failures.record(span, failure);
        }
        span.end();
      }
    }
  }
}
