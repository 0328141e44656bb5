package io.sluice.processors.spanmetrics;

import java.util.Arrays;

/**
 * The buckets of an exponential histogram as a producer counts them.
 *
 * @param zeros values that are zero or negative
 * @param offset index of the first of counts
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
record ExponentialCounts(int scale, double zeros, int offset, double[] counts) {

  /** The same with wider buckets. */
  ExponentialCounts at(int coarser) {
    int shift = scale - coarser;
    if (shift <= 0 || counts.length == 0) {
      return new ExponentialCounts(Math.min(scale, coarser), zeros, offset, counts);
    }
    int first = offset >> shift;
    int last = (offset + counts.length - 1) >> shift;
    double[] joined = new double[last - first + 1];
    for (int i = 0; i < counts.length; i++) {
      joined[((offset + i) >> shift) - first] += counts[i];
    }
    return new ExponentialCounts(coarser, zeros, first, joined);
  }

  /** What came since; something is negative when counting began anew. */
  ExponentialCounts since(ExponentialCounts before) {
    int common = Math.min(scale, before.scale);
    ExponentialCounts now = at(common);
    ExponentialCounts then = before.at(common);
    if (then.counts.length == 0) {
      return new ExponentialCounts(common, now.zeros - then.zeros, now.offset, now.counts);
    }
    if (now.counts.length == 0) {
      double[] fallen = Arrays.stream(then.counts).map(count -> 0 - count).toArray();
      return new ExponentialCounts(common, now.zeros - then.zeros, then.offset, fallen);
    }
    int first = Math.min(now.offset, then.offset);
    int end = Math.max(now.offset + now.counts.length, then.offset + then.counts.length);
    double[] more = new double[end - first];
    for (int i = 0; i < now.counts.length; i++) {
      more[now.offset - first + i] += now.counts[i];
    }
    for (int i = 0; i < then.counts.length; i++) {
      more[then.offset - first + i] -= then.counts[i];
    }
    return new ExponentialCounts(common, now.zeros - then.zeros, first, more);
  }

  boolean hasNegative() {
    return zeros < 0 || Arrays.stream(counts).anyMatch(count -> count < 0);
  }
}
