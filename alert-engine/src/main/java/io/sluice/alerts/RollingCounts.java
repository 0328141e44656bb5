package io.sluice.alerts;

/**
 * Sums the windows of one SLO that start at or after some time, in constant time per change. The
 * windows themselves are kept by {@link SliHistory}, which tells this of every change.
 */
final class RollingCounts {

  private final long lengthNanos;
  private Counts sum = Counts.NONE;

  /** Windows that start at or after this are in the sum. */
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

  /** The begin moved: windows that are now before it leave the sum, others come back. */
  void moveTo(long newFromNanos, SliHistory history) {
    if (newFromNanos > fromNanos) {
      sum = sum.minus(history.between(fromNanos, newFromNanos));
    } else {
      sum = sum.plus(history.between(newFromNanos, fromNanos));
    }
    fromNanos = newFromNanos;
  }
}
