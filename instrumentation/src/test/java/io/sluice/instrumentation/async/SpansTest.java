package io.sluice.instrumentation.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.instrumentation.OpenScopes;
import io.sluice.instrumentation.RecordedTelemetry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;

class SpansTest {

  private final RecordedTelemetry telemetry = new RecordedTelemetry();
  private final Spans spans = Spans.instrument(telemetry.tracer(), "work");
  private final ExecutorService pool = Executors.newSingleThreadExecutor();

  @AfterEach
  void stop() throws Exception {
    pool.shutdownNow();
    assertThat(pool.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
    OpenScopes.assertNone(getClass());
    assertThat(Context.current()).isEqualTo(Context.root());
    telemetry.close();
  }

  @Test
  void runsUnderTheSpanThatWasCurrentWhenTheWorkWasHandedIn() throws Exception {
    Span handedInUnder = telemetry.tracer().spanBuilder("caller").startSpan();
    CompletableFuture<Span> inside = new CompletableFuture<>();
    Runnable work;
    try (Scope current = handedInUnder.makeCurrent()) {
      work = spans.runnable(() -> inside.complete(Span.current()));
    }

    pool.submit(work).get();

    SpanData span = telemetry.span();
    assertThat(span.getParentSpanId()).isEqualTo(handedInUnder.getSpanContext().getSpanId());
    assertThat(inside.join().getSpanContext()).isEqualTo(span.getSpanContext());
    assertThat(pool.submit(Context::current).get()).isEqualTo(Context.root());
  }

  @Test
  void restoresTheRunningThreadsOwnContext() {
    Runnable work = spans.runnable(() -> {});
    Span other = telemetry.tracer().spanBuilder("other").startSpan();
    try (Scope current = other.makeCurrent()) {
      work.run();

      assertThat(Span.current()).isSameAs(other);
    }
    assertThat(telemetry.span().getParentSpanContext().isValid()).isFalse();
  }

  @Test
  void carriesKindAndAttributes() {
    spans
        .kind(SpanKind.CONSUMER)
        .attribute(AttributeKey.stringKey("queue"), "orders")
        .runnable(() -> {})
        .run();
    spans.runnable(() -> {}).run();

    assertThat(telemetry.spans().get(0).getKind()).isEqualTo(SpanKind.CONSUMER);
    assertThat(telemetry.spans().get(0).getAttributes().get(AttributeKey.stringKey("queue")))
        .isEqualTo("orders");
    assertThat(telemetry.spans().get(1).getKind()).isEqualTo(SpanKind.INTERNAL);
    assertThat(telemetry.spans().get(1).getAttributes().isEmpty()).isTrue();
  }

  @Test
  void makesASpanForEachRun() {
    Runnable work = spans.runnable(() -> {});

    work.run();
    work.run();

    assertThat(telemetry.spans())
        .hasSize(2)
        .extracting(SpanData::getSpanId)
        .doesNotHaveDuplicates();
  }

  @Test
  void givesTheResultsOfCallablesAndSuppliers() throws Exception {
    assertThat(spans.callable(() -> 41).call()).isEqualTo(41);
    assertThat(spans.supplier(() -> 42).get()).isEqualTo(42);
    assertThat(telemetry.spans()).hasSize(2);
  }

  @Test
  void failsWithTheWorkAndPassesTheSameFailureOn() {
    IOException failure = new IOException("no");
    AssertionError error = new AssertionError("not even an exception");

    assertThatThrownBy(
            spans.callable(
                    () -> {
                      throw failure;
                    })
                ::call)
        .isSameAs(failure);
    assertThatThrownBy(
            spans.runnable(
                    () -> {
                      throw error;
                    })
                ::run)
        .isSameAs(error);
    assertThatThrownBy(
            spans.supplier(
                    () -> {
                      throw new IllegalStateException("no");
                    })
                ::get)
        .isInstanceOf(IllegalStateException.class);

    assertThat(telemetry.spans())
        .extracting(SpansTest::errorType)
        .containsExactly(
            "java.io.IOException", "java.lang.AssertionError", "java.lang.IllegalStateException");
    assertThat(telemetry.spans())
        .allSatisfy(
            span -> assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR));
  }

  @Test
  void endsWithTheStageAndNotWithTheCallThatMadeIt() {
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<Span> inside = new CompletableFuture<>();

    CompletableFuture<String> result =
        spans.stage(
            () -> {
              inside.complete(Span.current());
              return source;
            });
    assertThat(telemetry.spans()).isEmpty();
    assertThat(Span.current().getSpanContext().isValid()).isFalse();
    source.complete("done");

    assertThat(result.join()).isEqualTo("done");
    assertThat(telemetry.span().getSpanContext()).isEqualTo(inside.join().getSpanContext());
    assertThat(telemetry.span().getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
  }

  @Test
  void hasEndedBeforeWhatDependsOnTheStageRuns() {
    CompletableFuture<String> source = new CompletableFuture<>();
    List<Integer> endedWhenDependentRan = new ArrayList<>();

    CompletableFuture<Void> dependent =
        spans
            .stage(() -> source)
            .thenRun(() -> endedWhenDependentRan.add(telemetry.spans().size()));
    source.complete("done");

    dependent.join();
    assertThat(endedWhenDependentRan).containsExactly(1);
  }

  @Test
  void failsWithTheStage() {
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> result = spans.stage(() -> source.thenApply(String::trim));
    source.completeExceptionally(new IOException("no"));

    assertThatThrownBy(result::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(IOException.class);
    assertThat(errorType(telemetry.span())).isEqualTo("java.io.IOException");
  }

  @Test
  void endsWhenNoStageComesOfTheWork() {
    assertThatThrownBy(
            () ->
                spans.<String>stage(
                    () -> {
                      throw new IllegalStateException("no");
                    }))
        .isInstanceOf(IllegalStateException.class);

    assertThat(errorType(telemetry.span())).isEqualTo("java.lang.IllegalStateException");
  }

  @Test
  void endsWhenTheWorkGivesNoStage() {
    assertThatThrownBy(() -> spans.<String>stage(() -> noStage()))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("the work gave no stage");

    assertThat(errorType(telemetry.span())).isEqualTo("java.lang.NullPointerException");
  }

  /** As code that knows nothing of {@code @Nullable}. */
  @SuppressWarnings({"NullAway", "DataFlowIssue"})
  private static CompletableFuture<String> noStage() {
    return null;
  }

  @Test
  void cancelsTheStageWithItsResult() {
    CompletableFuture<String> source = new CompletableFuture<>();

    spans.stage(() -> source).cancel(true);

    assertThat(source).isCancelled();
    assertThat(errorType(telemetry.span())).isEqualTo(CancellationException.class.getName());
  }

  @Test
  void failsWithACancelledStage() {
    CompletableFuture<String> source = new CompletableFuture<>();
    CompletableFuture<String> result = spans.stage(() -> source);

    source.cancel(true);

    assertThat(result).isCompletedExceptionally();
    assertThat(errorType(telemetry.span())).isEqualTo(CancellationException.class.getName());
  }

  @Test
  void endsWithATimeOutOfItsResult() {
    CompletableFuture<String> source = new CompletableFuture<>();

    CompletableFuture<String> result =
        spans.stage(() -> source).orTimeout(10, TimeUnit.MILLISECONDS);

    assertThatThrownBy(result::join).hasCauseInstanceOf(TimeoutException.class);
    await().until(() -> telemetry.spans().size() == 1);
    assertThat(errorType(telemetry.span())).isEqualTo(TimeoutException.class.getName());
    source.complete("too late");
    assertThat(telemetry.spans()).hasSize(1);
  }

  @Test
  void wrapsTheTasksOfAnExecutor() {
    Span caller = telemetry.tracer().spanBuilder("caller").startSpan();
    try (Scope current = caller.makeCurrent()) {
      spans.executor(pool).execute(() -> {});
    }

    await().until(() -> telemetry.spans().size() == 1);
    assertThat(telemetry.span().getParentSpanId()).isEqualTo(caller.getSpanContext().getSpanId());
  }

  @Test
  void wrapsTheTasksOfAnExecutorService() throws Exception {
    ExecutorService executor = spans.executorService(pool);
    Callable<Integer> failing =
        () -> {
          throw new IOException("no");
        };

    assertThat(executor.submit(() -> 1).get()).isEqualTo(1);
    assertThat(executor.submit(() -> {}, 2).get()).isEqualTo(2);
    executor.submit(() -> {}).get();
    assertThatThrownBy(executor.submit(failing)::get).hasCauseInstanceOf(IOException.class);
    executor.invokeAll(List.of(() -> 3, () -> 4));
    assertThat(executor.<Integer>invokeAny(List.of(() -> 5))).isEqualTo(5);
    executor.execute(() -> {});
    executor.shutdown();
    assertThat(executor.awaitTermination(10, TimeUnit.SECONDS)).isTrue();

    assertThat(telemetry.spans()).hasSize(8);
    assertThat(telemetry.spans())
        .filteredOn(span -> span.getStatus().getStatusCode() == StatusCode.ERROR)
        .singleElement()
        .extracting(SpansTest::errorType)
        .isEqualTo("java.io.IOException");
  }

  /** By its name, since the build is for Java 17. */
  @Test
  @EnabledForJreRange(min = JRE.JAVA_21)
  void wrapsTheTasksOfVirtualThreads() throws Exception {
    ExecutorService threads =
        spans.executorService(
            (ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null));
    Span parent = telemetry.tracer().spanBuilder("parent").startSpan();
    List<Future<String>> traces = new ArrayList<>();
    try (Scope current = parent.makeCurrent()) {
      for (int i = 0; i < 1_000; i++) {
        traces.add(threads.submit(() -> Span.current().getSpanContext().getTraceId()));
      }
    }
    for (Future<String> trace : traces) {
      assertThat(trace.get()).isEqualTo(parent.getSpanContext().getTraceId());
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();

    assertThat(telemetry.spans())
        .hasSize(1_000)
        .allMatch(span -> span.getParentSpanId().equals(parent.getSpanContext().getSpanId()));
  }

  @Test
  void endsTheSpanOfACancelledTaskAndFreesItsThread() throws Exception {
    ExecutorService executor = spans.executorService(pool);
    CountDownLatch running = new CountDownLatch(1);

    Future<?> task =
        executor.submit(
            () -> {
              running.countDown();
              new CountDownLatch(1).await();
              return "never";
            });
    running.await();
    task.cancel(true);

    await().until(() -> telemetry.spans().size() == 1);
    assertThat(errorType(telemetry.span())).isEqualTo("java.lang.InterruptedException");
    assertThat(pool.submit(Context::current).get()).isEqualTo(Context.root());
  }

  @Test
  void makesNoSpanForATaskThatNeverRan() throws Exception {
    ExecutorService executor = spans.executorService(pool);
    CountDownLatch release = new CountDownLatch(1);
    Future<Boolean> blocking = pool.submit(() -> release.await(10, TimeUnit.SECONDS));

    Future<?> queued = executor.submit(() -> {});
    queued.cancel(true);
    release.countDown();

    assertThat(blocking.get()).isTrue();
    pool.submit(() -> {}).get();
    assertThat(telemetry.spans()).isEmpty();
  }

  private static String errorType(SpanData span) {
    return String.valueOf(span.getAttributes().get(AttributeKey.stringKey("error.type")));
  }
}
