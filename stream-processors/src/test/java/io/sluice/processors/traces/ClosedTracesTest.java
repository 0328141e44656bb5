package io.sluice.processors.traces;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.Test;

class ClosedTracesTest {

  private static final Duration REMEMBER = Duration.ofSeconds(2);
  private static final OptionalLong NO_BATCH = OptionalLong.empty();
  private static final Predicate<TraceKey> NONE = Set.<TraceKey>of()::contains;
  private static final int MOST = 1000;

  private final MemoryStore store = new MemoryStore();
  private final ClosedTraces closed = new ClosedTraces(store, REMEMBER, MOST);

  @Test
  void remembersTheLastVersionAndForgetsItInTime() {
    close(closed, 1, 1, 0);
    close(closed, 1, 2, 1_000);

    closed.sweep(3_000, NO_BATCH, NONE);
    assertThat(closed.version(Spans.key(1))).isEqualTo(2);
    closed.sweep(3_001, NO_BATCH, NONE);
    assertThat(closed.version(Spans.key(1))).isZero();
  }

  @Test
  void knowsHowEachEnded() {
    closed.add(Spans.key(1), 3, Ending.TOO_LARGE, 7);
    closed.add(Spans.key(2), 3, Ending.OVER, 7);

    assertThat(closed.version(Spans.key(1))).isEqualTo(3);
    assertThat(closed.ending(Spans.key(1))).isEqualTo(Ending.TOO_LARGE);
    assertThat(closed.ending(Spans.key(2))).isEqualTo(Ending.OVER);
    assertThat(closed.ending(Spans.key(3))).isEqualTo(Ending.OVER);
  }

  @Test
  void knowsTheSameAfterARestart() {
    close(closed, 1, 1, 500);
    closed.add(Spans.key(2), 4, Ending.STILL_BUSY, 20);
    closed.add(Spans.key(3), 1, Ending.OVER, 30);
    closed.write(600, 40);

    ClosedTraces again = new ClosedTraces(store, REMEMBER, MOST);
    EmittedUpTo emitted = again.restore(OptionalLong.of(15));

    assertThat(emitted.position(Spans.key(1))).isZero();
    assertThat(emitted.position(Spans.key(2))).isEqualTo(20);
    assertThat(emitted.position(Spans.key(3))).isEqualTo(30);
    assertThat(again.version(Spans.key(1))).isEqualTo(1);
    assertThat(again.version(Spans.key(2))).isEqualTo(4);
    assertThat(again.ending(Spans.key(2))).isEqualTo(Ending.STILL_BUSY);
    assertThat(again.lastTime()).hasValue(600);
    assertThat(again.lastPosition()).isEqualTo(40);
    close(again, 4, 1, 700);
    assertThat(store.size()).isEqualTo(3);
  }

  @Test
  void knowsTheTimeAlsoWhenAllTracesAreForgotten() {
    assertThat(closed.lastTime()).isEmpty();
    close(closed, 1, 1, 7_000);
    closed.sweep(60_000, NO_BATCH, NONE);

    assertThat(closed.version(Spans.key(1))).isZero();
    ClosedTraces again = new ClosedTraces(store, REMEMBER, MOST);
    again.restore(NO_BATCH);
    assertThat(again.lastTime()).hasValue(7_000);
  }

  @Test
  void keepsWhatWasEmittedOfABatchThatIsStillNeeded() {
    close(closed, 1, 1, 0); // at position 10
    close(closed, 2, 1, 100);
    closed.sweep(60_000, OptionalLong.of(5), NONE);

    assertThat(closed.version(Spans.key(1))).isZero();
    ClosedTraces again = new ClosedTraces(store, REMEMBER, MOST);
    assertThat(again.restore(OptionalLong.of(5)).position(Spans.key(1))).isEqualTo(10);
    closed.sweep(60_000, OptionalLong.of(10), NONE);
    assertThat(store.size()).isEqualTo(1); // the newest
  }

  /** Or a trace that is open as version 1 would be version 2 after a restart. */
  @Test
  void doesNotRememberAgainAfterARestartWhatItKeepsForABatch() {
    close(closed, 1, 1, 0);
    close(closed, 2, 1, 60_000);
    closed.sweep(60_000, OptionalLong.of(5), NONE);

    ClosedTraces again = new ClosedTraces(store, REMEMBER, MOST);
    assertThat(again.restore(OptionalLong.of(5)).position(Spans.key(1))).isEqualTo(10);
    assertThat(again.version(Spans.key(1))).isZero();
    again.sweep(60_000, NO_BATCH, NONE);
    assertThat(store.size()).isEqualTo(1);
  }

  @Test
  void remembersATraceThatIsOpenAgain() {
    close(closed, 1, 3, 0);
    close(closed, 2, 3, 0);
    closed.sweep(60_000, NO_BATCH, Spans.key(1)::equals);
    closed.write(60_000, 20);

    ClosedTraces again = new ClosedTraces(store, REMEMBER, MOST);
    again.restore(NO_BATCH);
    assertThat(again.version(Spans.key(1))).isEqualTo(3);
    assertThat(again.version(Spans.key(2))).isZero();
  }

  @Test
  void forgetsTheOldestWhereThereAreTooMany() {
    for (int trace = 1; trace <= 2 * MOST; trace++) {
      close(closed, trace, 1, 0);
    }
    closed.sweep(0, NO_BATCH, NONE);

    assertThat(closed.version(Spans.key(MOST))).isZero();
    assertThat(closed.version(Spans.key(MOST + 1))).isEqualTo(1);
    assertThat(store.size()).isEqualTo(MOST);
  }

  @Test
  void countsWhatWasClosedSinceABatchCameAlsoAfterARestart() {
    for (int i = 1; i <= 5; i++) {
      closed.add(Spans.key(2 * i), 1, Ending.OVER, 10L * i);
      closed.add(Spans.key(2 * i + 1), 1, Ending.OVER, 10L * i);
      closed.write(0, 10L * i);
    }
    ClosedTraces again = new ClosedTraces(store, REMEMBER, MOST);
    again.restore(OptionalLong.of(0));

    for (ClosedTraces each : List.of(closed, again)) {
      assertThat(each.since(OptionalLong.of(0))).isEqualTo(10);
      assertThat(each.since(OptionalLong.of(20))).isEqualTo(6);
      assertThat(each.since(NO_BATCH)).isZero();
    }
  }

  /** As when a limit is lowered and all above it is closed at once: Kafka takes 11 MiB. */
  @Test
  void noSliceOutgrowsARecordHoweverManyAreClosedAtOnce() {
    int many = 500_000;
    for (int trace = 1; trace <= many; trace++) {
      closed.add(Spans.key(trace), 1, Ending.OVER, trace);
    }
    closed.write(700, many);
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      all.forEachRemaining(entry -> assertThat(entry.value).hasSizeLessThan(2 << 20));
    }

    ClosedTraces again = new ClosedTraces(store, REMEMBER, MOST);
    EmittedUpTo emitted = again.restore(OptionalLong.of(0));
    for (int trace : new int[] {1, many / 2, many}) {
      assertThat(again.version(Spans.key(trace))).isEqualTo(1);
      assertThat(emitted.position(Spans.key(trace))).isEqualTo(trace);
    }
    assertThat(again.since(OptionalLong.of(0))).isEqualTo(many);
    assertThat(again.lastPosition()).isEqualTo(many);
    closed.sweep(60_000, NO_BATCH, NONE);
    assertThat(store.size()).as("the newest").isEqualTo(1);
  }

  private static void close(ClosedTraces closed, int trace, int version, long now) {
    closed.add(Spans.key(trace), version, Ending.OVER, 10);
    closed.write(now, 10);
  }
}
