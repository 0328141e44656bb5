package io.sluice.processor.runtime;

import java.time.Duration;
import java.util.function.LongSupplier;

/** Notices when a clock is set back. For one thread, which asks every few seconds. */
final class ClockSteps {

  /** What goes by a step of less has made up for it before a new start would. */
  private static final Duration LEAST = Duration.ofSeconds(2);

  private final LongSupplier wallMillis;
  private final LongSupplier nanoTime;
  private long ahead;

  /**
   * @param wallMillis the clock
   * @param nanoTime nanoseconds that go on whatever the clock is set to
   */
  ClockSteps(LongSupplier wallMillis, LongSupplier nanoTime) {
    this.wallMillis = wallMillis;
    this.nanoTime = nanoTime;
    this.ahead = ahead();
  }

  /** Whether the clock was set back since it was asked last. */
  boolean wentBack() {
    long before = ahead;
    ahead = ahead();
    return before - ahead > LEAST.toMillis();
  }

  private long ahead() {
    return wallMillis.getAsLong() - Duration.ofNanos(nanoTime.getAsLong()).toMillis();
  }
}
