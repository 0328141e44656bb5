package io.sluice.processor.runtime;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How often threads of a stage failed in a row: each within a minute of the one before. A thread
 * that runs again proves nothing, since what it fails at may come later. From any thread.
 */
final class ThreadFailures {

  private static final Duration APART = Duration.ofMinutes(1);

  private final LongSupplier nanoTime;
  private long inARow;
  private long lastNanos;

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  ThreadFailures(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** One failed now; returns how many did in a row, this one among them. */
  synchronized long another() {
    inARow = inARow() + 1;
    lastNanos = nanoTime.getAsLong();
    return inARow;
  }

  /** How many failed in a row; 0 when the last is a minute ago. */
  synchronized long inARow() {
    return nanoTime.getAsLong() - lastNanos > APART.toNanos() ? 0 : inARow;
  }
}
