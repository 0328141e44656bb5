package io.sluice.instrumentation.async;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.trace.Span;
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
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Many pieces of work at once on few threads: who completes and who cancels races freely. */
class SpansInterleavingTest {

  private static final int ROUNDS = 4_000;
  private static final int THREADS = 4;

  @Test
  void endsEverySpanOnceUnderItsOwnParentWhoeverWins() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(THREADS);
    Map<String, String> wrongParents = new ConcurrentHashMap<>();
    try (RecordedTelemetry telemetry = new RecordedTelemetry()) {
      Spans spans = Spans.instrument(telemetry.tracer(), "work");
      ExecutorService executor = spans.executorService(pool);
      Map<String, Integer> expected = new HashMap<>();
      List<Future<?>> racing = new ArrayList<>();
      Random random = new Random(7);

      for (int round = 0; round < ROUNDS; round++) {
        Span parent = telemetry.tracer().spanBuilder("parent").startSpan();
        String parentId = parent.getSpanContext().getSpanId();
        expected.put(parentId, 2);
        boolean fails = random.nextInt(3) == 0;
        boolean isCancelled = random.nextInt(3) == 0;
        try (Scope current = parent.makeCurrent()) {
          CompletableFuture<String> source = new CompletableFuture<>();
          CompletableFuture<String> result = spans.stage(() -> source);
          Callable<Boolean> task =
              () -> {
                if (!Span.current().getSpanContext().getTraceId().equals(parentTrace(parent))) {
                  wrongParents.put(parentId, "another trace is current");
                }
                return fails
                    ? source.completeExceptionally(new IllegalStateException("no"))
                    : source.complete("done");
              };
          racing.add(executor.submit(task));
          if (isCancelled) {
            racing.add(pool.submit(() -> result.cancel(true)));
          }
        }
      }
      for (Future<?> future : racing) {
        future.get();
      }

      await().until(() -> telemetry.spans().size() >= 2 * ROUNDS);
      Map<String, Integer> ended = new HashMap<>();
      for (SpanData span : telemetry.spans()) {
        ended.merge(span.getParentSpanId(), 1, Integer::sum);
      }
      assertThat(ended).isEqualTo(expected);
      assertThat(wrongParents).isEmpty();
      for (int i = 0; i < 4 * THREADS; i++) {
        assertThat(pool.submit(Context::current).get()).isEqualTo(Context.root());
      }
      OpenScopes.assertNone(getClass());
    } finally {
      pool.shutdownNow();
    }
  }

  private static String parentTrace(Span parent) {
    return parent.getSpanContext().getTraceId();
  }
}
