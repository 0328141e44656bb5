package io.sluice.processors.spanmetrics;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The time by which something is quiet or has waited long enough. It goes on from what was stored
 * last, and only while somebody looks: a wall clock that is set, an outage and a process that was
 * stopped say nothing of what came meanwhile.
 */
final class RunningTime {

  private static final long NANOS_PER_MILLI = 1_000_000;

  private final LongSupplier nanoTime;
  private final long maxStepNanos;
  private long lastTick;
  private long nowNanos;

  /**
   * @param maxStep no more passes from one look to the next
   * @param startMillis the time now
   */
  RunningTime(LongSupplier nanoTime, Duration maxStep, long startMillis) {
    this.nanoTime = nanoTime;
    this.maxStepNanos = maxStep.toNanos();
    this.lastTick = nanoTime.getAsLong();
    this.nowNanos = startMillis * NANOS_PER_MILLI;
  }

  /** The time now, in milliseconds. */
  long millis() {
    long tick = nanoTime.getAsLong();
    nowNanos += Math.min(tick - lastTick, maxStepNanos);
    lastTick = tick;
    return nowNanos / NANOS_PER_MILLI;
  }
}
