package io.sluice.processors.spanmetrics;

/**
 * Lets about one exemplar a second pass for each series and step of values. Knows those that passed
 * last in a table of bounded size: one that was pushed out of it passes too early, none too late.
 */
final class ExemplarGate {

  private static final int FEWEST_SLOTS = 1 << 6;
  private static final int MOST_SLOTS = 1 << 16;
  private static final long MULTIPLIER = 0x9E3779B97F4A7C15L;

  /** One is enough for so long. */
  private static final long REST_NANOS = 1_000_000_000;

  private long[] passed = {};
  private long[] times = {};

  /** Forgets what passed. */
  void clear() {
    passed = new long[0];
    times = new long[0];
  }

  /**
   * Whether one may pass, which is then noted.
   *
   * @param series its number, from 1 on
   * @param timeNanos of the value; one that is much older than the last passes too
   */
  boolean pass(long series, int step, long timeNanos) {
    if (series >= passed.length && passed.length < MOST_SLOTS) {
      int slots = Math.max(FEWEST_SLOTS, passed.length * 4);
      passed = new long[slots];
      times = new long[slots];
    }
    long key = series << Short.SIZE | (step & 0xffff);
    int slot = (int) ((key * MULTIPLIER) >>> Integer.SIZE) & (passed.length - 1);
    if (passed[slot] == key && Math.abs(timeNanos - times[slot]) < REST_NANOS) {
      return false;
    }
    passed[slot] = key;
    times[slot] = timeNanos;
    return true;
  }
}
