package io.sluice.processors.traces;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClosedTracesTest {

  private static final Duration REMEMBER = Duration.ofSeconds(2);
  private static final long TICK = 100;

  private final MemoryStore store = new MemoryStore();
  private final ClosedTraces closed = new ClosedTraces(store, REMEMBER);

  @Test
  void remembersTheLastVersionAndForgetsItInTime() {
    closed.put(Spans.key(1), 1, 0);
    closed.put(Spans.key(1), 2, 1_000);

    closed.sweep(3_000);
    assertThat(closed.version(Spans.key(1))).isEqualTo(2);
    closed.sweep(3_001);
    assertThat(closed.version(Spans.key(1))).isZero();
  }

  @Test
  void knowsTheTimeAlsoWhenAllTracesAreForgotten() {
    assertThat(closed.lastTime()).isEmpty();
    closed.put(Spans.key(1), 1, 7_000);
    closed.sweep(60_000);

    assertThat(closed.version(Spans.key(1))).isZero();
    assertThat(new ClosedTraces(store, REMEMBER).lastTime()).hasValue(7_000);
  }

  /**
   * Far more in a tick than one look takes in, of ids in no order: the store must not only grow.
   */
  @Test
  void forgetsAsFastAsTracesCome() {
    int perTick = 2_000;
    int kept = (int) (perTick * REMEMBER.toMillis() / TICK);
    int number = 1;
    for (long now = 0; now < 6 * REMEMBER.toMillis(); now += TICK) {
      for (int i = 0; i < perTick; i++) {
        closed.put(new TraceKey(number * 0x9E3779B97F4A7C15L, number), 1, now);
        number++;
      }
      closed.sweep(now);
    }

    assertThat(store.size()).isBetween(kept, 3 * kept);
  }
}
