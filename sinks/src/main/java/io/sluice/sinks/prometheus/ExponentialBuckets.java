package io.sluice.sinks.prometheus;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.NativeHistogramBuckets;
import io.sluice.schemas.ExponentialHistogram;
import java.util.Arrays;

/** An exponential histogram's buckets, in those of Prometheus. Immutable. */
final class ExponentialBuckets {

  /** What Prometheus calls schema is what OpenTelemetry calls scale; it knows these. */
  private static final int MIN_SCHEMA = -4;

  private static final int MAX_SCHEMA = 8;

  private final int scale;
  private final double sum;
  private final long zeroCount;
  private final int offset;
  private final long[] counts;

  /**
   * @param zeroCount values that are zero
   * @param offset number of the first bucket in counts
   * @param counts by bucket; not changed by anybody from now on
   */
  ExponentialBuckets(int scale, double sum, long zeroCount, int offset, long[] counts) {
    this.scale = scale;
    this.sum = sum;
    this.zeroCount = zeroCount;
    this.offset = offset;
    this.counts = counts;
  }

  static ExponentialBuckets of(ExponentialHistogram histogram) {
    return new ExponentialBuckets(
        histogram.getScale(),
        histogram.getSum(),
        histogram.getZeroCount(),
        histogram.getOffset(),
        histogram.getCounts().stream().mapToLong(Long::longValue).toArray());
  }

  double sum() {
    return sum;
  }

  long zeroCount() {
    return zeroCount;
  }

  /**
   * An exponential bucket counts under the first bound that the end of its octave, from one power
   * of two to the next, does not exceed. When the scale goes down, buckets join within octaves: so
   * what was shown under a bound stays there, and no counter falls. A bucket of several octaves
   * counts with its first; there are such only where values spread over more than 160 octaves, or a
   * producer counts so coarsely itself.
   *
   * @param bounds ascending, the last infinite
   */
  ClassicHistogramBuckets classic(double[] bounds) {
    long[] under = new long[bounds.length];
    under[0] = zeroCount;
    for (int i = 0; i < counts.length; i++) {
      under[bucketOf(octaveEnd(offset + i), bounds)] += counts[i];
    }
    return ClassicHistogramBuckets.of(bounds, under);
  }

  private double octaveEnd(int bucket) {
    int octave = scale >= 0 ? bucket >> scale : bucket << -scale;
    return Math.scalb(1.0, octave + 1);
  }

  private static int bucketOf(double value, double[] bounds) {
    int bucket = 0;
    while (value > bounds[bucket]) {
      bucket++;
    }
    return bucket;
  }

  /** Whether Prometheus knows buckets as wide as these. */
  boolean canBeNative() {
    return scale >= MIN_SCHEMA;
  }

  int schema() {
    return Math.min(MAX_SCHEMA, scale);
  }

  /** Prometheus numbers a bucket by its upper end, OpenTelemetry by its lower: one apart. */
  NativeHistogramBuckets nativeBuckets() {
    int shift = Math.max(0, scale - MAX_SCHEMA);
    int[] numbers = new int[counts.length];
    long[] joined = new long[counts.length];
    int filled = 0;
    for (int i = 0; i < counts.length; i++) {
      int number = ((offset + i) >> shift) + 1;
      if (filled > 0 && numbers[filled - 1] == number) {
        joined[filled - 1] += counts[i];
      } else if (counts[i] > 0) {
        numbers[filled] = number;
        joined[filled++] = counts[i];
      }
    }
    return NativeHistogramBuckets.of(Arrays.copyOf(numbers, filled), Arrays.copyOf(joined, filled));
  }
}
