package io.sluice.processors.spanmetrics;

import io.sluice.schemas.ExponentialHistogram;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Counts positive values in exponential buckets: bucket i holds (base^i, base^(i+1)] with base =
 * 2^(2^-scale). Values of any size fit a fixed number of buckets, because the scale goes down (each
 * step joins buckets in pairs) when they spread; so the relative error is bounded, 2.2 % at scale
 * 4. Merging is exact: the order of values and merges changes no count.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram">
 *     OpenTelemetry metrics data model, exponential histogram</a>
 */
final class MergeableHistogram {

  static final int MAX_BUCKETS = 160;
  static final int MAX_SCALE = 4;
  private static final int MIN_SCALE = -10;
  private static final double LOG_2 = Math.log(2);

  private int scale = MAX_SCALE;
  private long count;
  private double sum;
  private long zeroCount;
  private int offset;
  private long[] counts = {};

  MergeableHistogram() {}

  MergeableHistogram(ExponentialHistogram from) {
    scale = from.getScale();
    count = from.getCount();
    sum = from.getSum();
    zeroCount = from.getZeroCount();
    offset = from.getOffset();
    counts = from.getCounts().stream().mapToLong(Long::longValue).toArray();
  }

  /** Counts a value; what is zero, negative or no number counts as zero. */
  void record(double value) {
    count++;
    if (!(value > 0) || Double.isInfinite(value)) {
      zeroCount++;
      return;
    }
    sum += value;
    add(index(value, scale), 1, scale);
  }

  void merge(MergeableHistogram other) {
    count += other.count;
    sum += other.sum;
    zeroCount += other.zeroCount;
    for (int i = 0; i < other.counts.length; i++) {
      if (other.counts[i] > 0) {
        add(other.offset + i, other.counts[i], other.scale);
      }
    }
  }

  long count() {
    return count;
  }

  ExponentialHistogram toRecord() {
    List<Long> list = new ArrayList<>(counts.length);
    for (long bucket : counts) {
      list.add(bucket);
    }
    return ExponentialHistogram.newBuilder()
        .setScale(scale)
        .setCount(count)
        .setSum(sum)
        .setZeroCount(zeroCount)
        .setOffset(offset)
        .setCounts(list)
        .build();
  }

  /** The bucket of a positive value. */
  static int index(double value, int scale) {
    int exponent = Math.getExponent(value);
    boolean powerOfTwo = (Double.doubleToLongBits(value) & 0xfffffffffffffL) == 0;
    if (exponent < Double.MIN_EXPONENT) {
      return index(Double.MIN_NORMAL, scale); // subnormal: as small as anything gets
    }
    if (scale <= 0) {
      return (powerOfTwo ? exponent - 1 : exponent) >> -scale;
    }
    if (powerOfTwo) {
      return (exponent << scale) - 1;
    }
    // Rounding of the logarithm must not carry a value over the end of its octave.
    int first = exponent << scale;
    int last = first + (1 << scale) - 1;
    int computed = (int) Math.ceil(Math.log(value) / LOG_2 * (1 << scale)) - 1;
    return Math.max(first, Math.min(last, computed));
  }

  private void add(int index, long added, int fromScale) {
    while (fromScale < scale) {
      reduceScale();
    }
    int at = index >> (fromScale - scale);
    while (!fits(at)) {
      reduceScale();
      at >>= 1;
    }
    grow(at);
    counts[at - offset] += added;
  }

  private boolean fits(int index) {
    if (counts.length == 0 || scale == MIN_SCALE) {
      return true;
    }
    long low = Math.min(offset, index);
    long high = Math.max(offset + counts.length - 1, index);
    return high - low < MAX_BUCKETS;
  }

  private void grow(int index) {
    if (counts.length == 0) {
      offset = index;
      counts = new long[1];
    } else if (index < offset) {
      long[] larger = new long[counts.length + offset - index];
      System.arraycopy(counts, 0, larger, offset - index, counts.length);
      counts = larger;
      offset = index;
    } else if (index >= offset + counts.length) {
      counts = Arrays.copyOf(counts, index - offset + 1);
    }
  }

  /** Joins buckets in pairs. */
  private void reduceScale() {
    long[] before = counts;
    int beforeOffset = offset;
    scale--;
    counts = new long[] {};
    for (int i = 0; i < before.length; i++) {
      if (before[i] > 0) {
        int joined = (beforeOffset + i) >> 1;
        grow(joined);
        counts[joined - offset] += before[i];
      }
    }
  }
}
