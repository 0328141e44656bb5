package io.sluice.alerts;

/**
 * Sums the windows of one SLO over the last so many nanoseconds, in constant time per change. The
 * windows themselves are kept by {@link SliHistory}, which tells this of every change.
 */
final class RollingCounts {

  private final long lengthNanos;
  private Counts sum = Counts.NONE;

  /** Windows that start at or after this and before the history's end are in the sum. */
  private long fromNanos = Long.MIN_VALUE;

  RollingCounts(long lengthNanos) {
    this.lengthNanos = lengthNanos;
  }

  long lengthNanos() {
    return lengthNanos;
  }

  Counts sum() {
    return sum;
  }

  /** A window came or was corrected by a difference. */
  void changed(long startNanos, Counts difference) {
    if (startNanos >= fromNanos) {
      sum = sum.plus(difference);
    }
  }

  /** Time went on: windows before the new begin leave the sum. */
  void advance(long endNanos, SliHistory history) {
    if (endNanos == Long.MIN_VALUE) {
      return; // no window yet
    }
    long newFrom = endNanos - lengthNanos;
    if (newFrom > fromNanos) {
      sum = sum.minus(history.between(fromNanos, newFrom));
      fromNanos = newFrom;
    }
  }
}
