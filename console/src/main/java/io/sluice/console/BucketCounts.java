package io.sluice.console;

import io.sluice.schemas.ExponentialHistogram;
import java.util.List;

/**
 * How many values were in the buckets of exponential histograms, and what they come to. Scales go
 * down as values spread, so of two the coarser one holds. Not safe for use by several threads.
 */
final class BucketCounts {

  /** The middle of a bucket is 4.4 % from its ends. Small. */
  private static final int MAX_SCALE = 3;

  private static final int MIN_SCALE = -10;
  private static final int MAX_BUCKETS = 1 << 12;

  private int scale = MAX_SCALE;
  private int offset;
  private long[] counts = {};
  private long zeros;
  private double sum;

  /** Nothing at all. */
  BucketCounts() {}

  static BucketCounts of(ExponentialHistogram histogram) {
    BucketCounts counted = new BucketCounts();
    counted.zeros = histogram.getZeroCount();
    counted.sum = histogram.getSum();
    List<Long> counts = histogram.getCounts();
    counted.coarsen(Math.max(MIN_SCALE, Math.min(MAX_SCALE, histogram.getScale())));
    for (int i = 0; i < counts.size(); i++) {
      if (counts.get(i) != 0) {
        counted.add(histogram.getOffset() + i, counts.get(i), histogram.getScale());
      }
    }
    return counted;
  }

  void add(BucketCounts other) {
    combine(other, 1);
  }

  /** What came since an earlier state of the same histogram. */
  BucketCounts since(BucketCounts before) {
    BucketCounts difference = new BucketCounts();
    difference.combine(this, 1);
    difference.combine(before, -1);
    return difference;
  }

  private void combine(BucketCounts other, int sign) {
    zeros += sign * other.zeros;
    sum += sign * other.sum;
    coarsen(other.scale);
    for (int i = 0; i < other.counts.length; i++) {
      if (other.counts[i] != 0) {
        add(other.offset + i, sign * other.counts[i], other.scale);
      }
    }
  }

  long count() {
    long count = zeros;
    for (long bucket : counts) {
      count += bucket;
    }
    return count;
  }

  double sum() {
    return sum;
  }

  /**
   * A value that so large a share of those counted does not exceed: the middle of its bucket.
   *
   * @param share from 0 to 1
   * @return 0 when it is among the zeros, or there are none
   */
  double quantile(double share) {
    double wanted = share * count();
    double passed = zeros;
    if (passed >= wanted) {
      return 0;
    }
    for (int i = 0; i < counts.length; i++) {
      passed += counts[i];
      if (passed >= wanted) {
        return Math.pow(2, (offset + i + 0.5) * Math.pow(2, -scale));
      }
    }
    return 0;
  }

  private void add(int index, long added, int fromScale) {
    int at = index >> (fromScale - scale);
    int length = counts.length;
    if (length == 0) {
      offset = at;
      counts = new long[] {added};
      return;
    }
    int low = Math.min(offset, at);
    int high = Math.max(offset + length - 1, at);
    if (high - low >= MAX_BUCKETS) {
      return; // of no histogram that Sluice makes
    }
    if (high - low >= length) {
      long[] larger = new long[high - low + 1];
      System.arraycopy(counts, 0, larger, offset - low, length);
      counts = larger;
      offset = low;
    }
    counts[at - offset] += added;
  }

  private void coarsen(int to) {
    if (to >= scale) {
      return;
    }
    long[] before = counts;
    int first = offset;
    int from = scale;
    scale = to;
    counts = new long[] {};
    for (int i = 0; i < before.length; i++) {
      if (before[i] != 0) {
        add(first + i, before[i], from);
      }
    }
  }
}
