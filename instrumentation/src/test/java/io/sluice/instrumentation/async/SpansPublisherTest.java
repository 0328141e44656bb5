package io.sluice.instrumentation.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.instrumentation.OpenScopes;
import io.sluice.instrumentation.RecordedTelemetry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpansPublisherTest {

  private static final int ROUNDS = 3_000;
  private static final int THREADS = 4;

  private final RecordedTelemetry telemetry = new RecordedTelemetry();
  private final Spans spans = Spans.instrument(telemetry.tracer(), "work");

  @AfterEach
  void close() throws Exception {
    OpenScopes.assertNone(getClass());
    telemetry.close();
  }

  @Test
  void isCurrentWhereThePublisherWorksAndNotInTheSubscriber() {
    List<Span> working = new ArrayList<>();
    List<Span> seen = new ArrayList<>();
    Span parent = telemetry.tracer().spanBuilder("parent").startSpan();
    Flow.Publisher<String> publisher;
    try (Scope current = parent.makeCurrent()) {
      publisher =
          spans.publisher(
              subscriber ->
                  subscriber.onSubscribe(
                      new Flow.Subscription() {
                        @Override
                        public void request(long items) {
                          working.add(Span.current());
                          subscriber.onNext("item");
                          subscriber.onComplete();
                        }

                        @Override
                        public void cancel() {}
                      }));
    }

    publisher.subscribe(new Taking(1, () -> seen.add(Span.current())));

    SpanData span = telemetry.span();
    assertThat(span.getParentSpanId()).isEqualTo(parent.getSpanContext().getSpanId());
    assertThat(working).extracting(Span::getSpanContext).containsExactly(span.getSpanContext());
    assertThat(seen).containsExactly(parent);
    assertThat(Context.current()).isEqualTo(Context.root());
  }

  @Test
  void carriesTheFailureOfTheSubscriptionAndOfTheItems() {
    Flow.Publisher<String> broken =
        spans.publisher(
            subscriber -> {
              throw new IllegalArgumentException("no");
            });
    assertThatThrownBy(() -> broken.subscribe(new Taking(1, () -> {})))
        .isInstanceOf(IllegalArgumentException.class);
    spans
        .<String>publisher(subscriber -> subscriber.onError(new IllegalStateException("no")))
        .subscribe(new Taking(1, () -> {}));

    assertThat(telemetry.spans())
        .hasSize(2)
        .allMatch(span -> span.getStatus().getStatusCode() == StatusCode.ERROR);
  }

  @Test
  void refusesASecondSubscriptionAndGoesOnWithTheFirst() {
    Counted first = new Counted();
    Counted second = new Counted();
    Taking taking = new Taking(1, () -> {});
    spans
        .<String>publisher(
            subscriber -> {
              subscriber.onSubscribe(first);
              subscriber.onSubscribe(second);
            })
        .subscribe(taking);

    assertThat(second.cancelled).isEqualTo(1);
    assertThat(second.requested).isZero();
    assertThat(first.requested).isEqualTo(1);
    assertThat(telemetry.spans()).as("the work goes on").isEmpty();
    taking.cancel();
    assertThat(first.cancelled).isEqualTo(1);
    assertThat(telemetry.spans()).hasSize(1);
  }

  private static final class Counted implements Flow.Subscription {
    private int requested;
    private int cancelled;

    @Override
    public void request(long items) {
      requested++;
    }

    @Override
    public void cancel() {
      cancelled++;
    }
  }

  @Test
  void endsOnceWhoeverEndsItAndLeavesNothingOnTheThreads() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    try {
      Map<String, Integer> expected = new HashMap<>();
      Random random = new Random(11);
      for (int round = 0; round < ROUNDS; round++) {
        Span parent = telemetry.tracer().spanBuilder("parent").startSpan();
        expected.put(parent.getSpanContext().getSpanId(), 1);
        SubmissionPublisher<String> source = new SubmissionPublisher<>(pool, 4);
        Flow.Publisher<String> work;
        try (Scope current = parent.makeCurrent()) {
          work = spans.publisher(source);
        }
        Taking taking = new Taking(1 + random.nextInt(3), () -> {});
        boolean fails = random.nextInt(3) == 0;
        pool.execute(() -> work.subscribe(taking));
        pool.execute(
            () -> {
              source.offer("item", null);
              source.offer("item", null);
              if (fails) {
                source.closeExceptionally(new IllegalStateException("no"));
              } else {
                source.close();
              }
            });
        if (random.nextInt(3) == 0) {
          pool.execute(taking::cancel);
        }
      }

      await().untilAsserted(() -> assertThat(telemetry.spans()).hasSize(ROUNDS));
      Map<String, Integer> ended = new HashMap<>();
      telemetry.spans().forEach(span -> ended.merge(span.getParentSpanId(), 1, Integer::sum));
      assertThat(ended).isEqualTo(expected);
      for (int i = 0; i < 4 * THREADS; i++) {
        assertThat(pool.submit(Context::current).get()).isEqualTo(Context.root());
      }
    } finally {
      pool.shutdownNow();
    }
  }

  /** Cancels when it has seen enough. */
  private static final class Taking implements Flow.Subscriber<String> {

    private final Runnable onItem;
    private volatile int left;
    private volatile Flow.@Nullable Subscription subscription;

    Taking(int items, Runnable onItem) {
      this.left = items;
      this.onItem = onItem;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      this.subscription = subscription;
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // signals come one after the other
    public void onNext(String item) {
      onItem.run();
      left--;
      if (left == 0) {
        cancel();
      }
    }

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}

    void cancel() {
      Flow.Subscription mine = subscription;
      if (mine != null) {
        mine.cancel();
      }
    }
  }
}
