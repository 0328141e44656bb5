package io.sluice.processors.sli;

import java.time.Duration;

/**
 * How far time has come for a task: by what <em>arrived in Kafka</em>, since arrival times cannot
 * lie, and a replay sees the same ones. When nothing arrives for a while time goes on by itself: by
 * a clock that nobody can set. The wall clock is asked once, at the start, and one that was behind
 * then, or far ahead, is set right by arrivals.
 *
 * <p>A tick is a moment on that clock, in nanoseconds, of no meaning but to others.
 */
final class ArrivalTime {

  /**
   * Longer than a producer holds a record back whose time it has written: for two minutes by
   * default, and the exporter of services for ten.
   */
  private static final Duration HELD_BACK = Duration.ofMinutes(15);

  private long newestNanos;

  /** A moment that is known: its time of day, and its tick. */
  private long knownNanos;

  private long knownTick;
  private long arrivedTick;

  /** Nothing has arrived yet, though a backlog may be under way. */
  void begin(long wallNanos, long tick) {
    newestNanos = 0;
    knownNanos = wallNanos;
    knownTick = tick;
    arrivedTick = tick;
  }

  /** Something arrived at that time of day, and is seen now. None is later than now. */
  void arrived(long nanos, long tick) {
    newestNanos = Math.max(newestNanos, nanos);
    arrivedTick = tick;
    if (newestNanos > at(tick)) {
      setRight(tick);
    }
  }

  /**
   * It was known that all had come until a moment. What came since then arrived later than that, or
   * was held back by who sent it.
   */
  void allCameUntil(long tick) {
    if (newestNanos < at(tick) - HELD_BACK.toNanos()) {
      setRight(tick);
    }
  }

  private void setRight(long tick) {
    knownNanos = newestNanos;
    knownTick = tick;
  }

  /** The newest arrival; 0 before the first. */
  long newest() {
    return newestNanos;
  }

  /** The time of day of a tick. */
  long at(long tick) {
    return knownNanos + (tick - knownTick);
  }

  /** How far time has come: by itself too, when nothing arrived for so long. */
  long now(long tick, Duration silence) {
    boolean silent = tick - arrivedTick >= silence.toNanos();
    return silent ? Math.max(newestNanos, at(tick)) : newestNanos;
  }
}
