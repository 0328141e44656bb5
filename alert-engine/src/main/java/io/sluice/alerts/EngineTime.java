package io.sluice.alerts;

/**
 * The time of day for what is decided. The wall clock is asked at the start, and from then on it
 * may only be behind: one that is set forward makes no input late. A tick is a moment on a clock
 * that nobody can set, in nanoseconds.
 */
final class EngineTime {

  /** A moment that is known: its time of day, and its tick. */
  private long knownNanos;

  private long knownTick;

  void begin(long wallNanos, long tick) {
    knownNanos = wallNanos;
    knownTick = tick;
  }

  /**
   * A window has come, which is sent when it is over: the clock that nobody can set may stand still
   * while a machine sleeps, or the wall clock was behind at the start.
   */
  void came(long endNanos, long wallNanos, long tick) {
    if (endNanos > at(tick)) {
      begin(Math.max(at(tick), Math.min(endNanos, wallNanos)), tick);
    }
  }

  long now(long wallNanos, long tick) {
    return Math.min(wallNanos, at(tick));
  }

  private long at(long tick) {
    return knownNanos + (tick - knownTick);
  }
}
