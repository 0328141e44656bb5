package io.sluice.processors.traces;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ClosedTracesTest {

  private static final Duration REMEMBER = Duration.ofSeconds(2);
  private static final OptionalLong NO_BATCH = OptionalLong.empty();
  private static final int MOST = 1000;

  private final MemoryStore store = new MemoryStore();
  private final ClosedTraces closed = new ClosedTraces(store, REMEMBER, MOST);

  @Test
  void remembersTheLastVersionAndForgetsItInTime() {
    close(closed, 1, 1, 0);
    close(closed, 1, 2, 1_000);

    closed.sweep(3_000, NO_BATCH);
    assertThat(closed.version(Spans.key(1))).isEqualTo(2);
    closed.sweep(3_001, NO_BATCH);
    assertThat(closed.version(Spans.key(1))).isZero();
  }

  @Test
  void knowsWhatWasCutBySize() {
    closed.add(Spans.key(1), 3, true, 7);
    closed.add(Spans.key(2), 3, false, 7);

    assertThat(closed.version(Spans.key(1))).isEqualTo(3);
    assertThat(closed.cutBySize(Spans.key(1))).isTrue();
    assertThat(closed.cutBySize(Spans.key(2))).isFalse();
    assertThat(closed.cutBySize(Spans.key(3))).isFalse();
  }

  @Test
  void knowsTheSameAfterARestart() {
    close(closed, 1, 1, 500);
    closed.add(Spans.key(2), 4, true, 20);
    closed.add(Spans.key(3), 1, false, 30);
    closed.write(600, 40);

    ClosedTraces again = new ClosedTraces(store, REMEMBER, MOST);
    Map<TraceKey, Long> emitted = again.restore(OptionalLong.of(15));

    assertThat(emitted).isEqualTo(Map.of(Spans.key(2), 20L, Spans.key(3), 30L));
    assertThat(again.version(Spans.key(1))).isEqualTo(1);
    assertThat(again.version(Spans.key(2))).isEqualTo(4);
    assertThat(again.cutBySize(Spans.key(2))).isTrue();
    assertThat(again.lastTime()).hasValue(600);
    assertThat(again.lastPosition()).isEqualTo(40);
    close(again, 4, 1, 700);
    assertThat(store.size()).isEqualTo(3);
  }

  @Test
  void knowsTheTimeAlsoWhenAllTracesAreForgotten() {
    assertThat(closed.lastTime()).isEmpty();
    close(closed, 1, 1, 7_000);
    closed.sweep(60_000, NO_BATCH);

    assertThat(closed.version(Spans.key(1))).isZero();
    ClosedTraces again = new ClosedTraces(store, REMEMBER, MOST);
    again.restore(NO_BATCH);
    assertThat(again.lastTime()).hasValue(7_000);
  }

  @Test
  void keepsWhatWasEmittedOfABatchThatIsStillNeeded() {
    close(closed, 1, 1, 0); // at position 10
    close(closed, 2, 1, 100);
    closed.sweep(60_000, OptionalLong.of(5));

    assertThat(closed.version(Spans.key(1))).isZero();
    ClosedTraces again = new ClosedTraces(store, REMEMBER, MOST);
    assertThat(again.restore(OptionalLong.of(5))).containsEntry(Spans.key(1), 10L);
    closed.sweep(60_000, OptionalLong.of(10));
    assertThat(store.size()).isEqualTo(1); // the newest
  }

  @Test
  void forgetsTheOldestWhereThereAreTooMany() {
    for (int trace = 1; trace <= 2 * MOST; trace++) {
      close(closed, trace, 1, 0);
    }
    closed.sweep(0, NO_BATCH);

    assertThat(closed.version(Spans.key(MOST))).isZero();
    assertThat(closed.version(Spans.key(MOST + 1))).isEqualTo(1);
    assertThat(store.size()).isEqualTo(MOST);
  }

  private static void close(ClosedTraces closed, int trace, int version, long now) {
    closed.add(Spans.key(trace), version, false, 10);
    closed.write(now, 10);
  }
}
