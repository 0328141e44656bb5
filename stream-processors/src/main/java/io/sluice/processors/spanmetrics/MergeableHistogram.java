package io.sluice.processors.spanmetrics;

import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
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

  /** Sums of fractions that should be whole come out a little less. */
  private static final double ALMOST = 1e-6;

  private int scale = MAX_SCALE;
  private double sum;
  private double zeroCount;
  private int offset;
  private double[] counts = {};

  MergeableHistogram() {}

  MergeableHistogram(ExponentialHistogram from) {
    scale = from.getScale();
    sum = from.getSum();
    zeroCount = from.getZeroCount();
    offset = from.getOffset();
    counts = from.getCounts().stream().mapToDouble(Long::doubleValue).toArray();
  }

  /** Counts a value once; see {@link #record(double, double)}. */
  void record(double value) {
    record(value, 1);
  }

  /**
   * Counts a value; what is zero, negative or no number counts as zero.
   *
   * @param weight how many times
   */
  void record(double value, double weight) {
    if (!(value > 0) || Double.isInfinite(value)) {
      zeroCount += weight;
      return;
    }
    sum = bounded(sum + value * weight);
    add(index(value, scale), weight, scale);
  }

  /** Counts what was counted in other buckets: so many values in one of them. */
  void addBucket(int index, double times, int itsScale) {
    add(index, times, itsScale);
  }

  /** Counts zeros, and adds to the sum what was measured in {@link #addBucket}. */
  void addZerosAndSum(double zeros, double more) {
    zeroCount += zeros;
    sum = bounded(sum + more);
  }

  void merge(MergeableHistogram other) {
    sum = bounded(sum + other.sum);
    zeroCount += other.zeroCount;
    for (int i = 0; i < other.counts.length; i++) {
      if (other.counts[i] > 0) {
        add(other.offset + i, other.counts[i], other.scale);
      }
    }
  }

  /** A sum that became infinite would stay so. */
  private static double bounded(double sum) {
    return Math.max(-Double.MAX_VALUE, Math.min(Double.MAX_VALUE, sum));
  }

  /** Is empty, with room for values like those before. */
  void clear() {
    if (scale == MAX_SCALE) {
      Arrays.fill(counts, 0);
    } else {
      scale = MAX_SCALE;
      counts = new double[] {};
    }
    sum = 0;
    zeroCount = 0;
  }

  /** How many values were counted, with their weights. */
  double count() {
    double count = zeroCount;
    for (double bucket : counts) {
      count += bucket;
    }
    return count;
  }

  /** What was counted comes to. */
  double sum() {
    return sum;
  }

  /**
   * A value that so large a share of those counted does not exceed: the upper end of its bucket.
   *
   * @param share from 0 to 1
   * @return 0 when it is among the zeros, or there are none
   */
  double quantile(double share) {
    double wanted = share * count();
    double passed = zeroCount;
    for (int i = 0; i < counts.length; i++) {
      if (passed >= wanted) {
        return i == 0 ? 0 : upperEnd(offset + i - 1);
      }
      passed += counts[i];
    }
    return counts.length == 0 ? 0 : upperEnd(offset + counts.length - 1);
  }

  private double upperEnd(int index) {
    return Math.min(Double.MAX_VALUE, Math.pow(2, (index + 1) * Math.pow(2, -scale)));
  }

  void pack(Packer out) {
    int filled = 0;
    for (double bucket : counts) {
      filled += bucket > 0 ? 1 : 0;
    }
    out.signed(scale).amount(zeroCount).real(sum).number(filled).signed(offset);
    int before = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] > 0) {
        out.number(i - before).amount(counts[i]);
        before = i;
      }
    }
  }

  /** Adds a packed one. */
  void merge(Unpacker in) {
    int otherScale = (int) in.signed();
    zeroCount += in.amount();
    sum = bounded(sum + in.real());
    int filled = in.length();
    int index = (int) in.signed();
    for (int i = 0; i < filled; i++) {
      index += (int) in.number();
      add(index, in.amount(), otherScale);
    }
  }

  /** Reads over a packed one, to know that it can be merged. */
  static void check(Unpacker in) {
    long scale = in.signed();
    boolean possible = scale >= MIN_SCALE && scale <= MAX_SCALE && isCount(in.amount());
    possible &= Double.isFinite(in.real());
    int filled = in.length();
    long index = in.signed();
    possible &= filled <= MAX_BUCKETS;
    for (int i = 0; i < filled; i++) {
      long gap = in.number();
      possible &= gap >= 0 && gap < MAX_BUCKETS;
      index += gap;
      possible &= isCount(in.amount()) && Math.abs(index) < 1 << 20;
    }
    if (!possible) {
      throw new InvalidInputException(Reason.INVALID, "a partial histogram is impossible");
    }
  }

  private static boolean isCount(double amount) {
    return amount >= 0 && amount < Double.POSITIVE_INFINITY;
  }

  ExponentialHistogram toRecord() {
    trim();
    List<Long> list = new ArrayList<>(counts.length);
    long zeros = whole(zeroCount);
    long total = zeros;
    for (double bucket : counts) {
      list.add(whole(bucket));
      total += whole(bucket);
    }
    return ExponentialHistogram.newBuilder()
        .setScale(scale)
        .setCount(total)
        .setSum(sum)
        .setZeroCount(zeros)
        .setOffset(offset)
        .setCounts(list)
        .build();
  }

  private static long whole(double amount) {
    return (long) (amount + ALMOST);
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

  private void add(int index, double added, int fromScale) {
    while (fromScale < scale) {
      reduceScale();
    }
    int at = index >> (fromScale - scale);
    while (!fits(at)) {
      int length = counts.length;
      trim();
      if (counts.length == length) {
        reduceScale();
        at >>= 1;
      }
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

  /** Gives room up that nothing is in: it must not cost precision. */
  private void trim() {
    int first = 0;
    int end = counts.length;
    while (first < end && counts[first] == 0) {
      first++;
    }
    while (end > first && counts[end - 1] == 0) {
      end--;
    }
    if (end - first < counts.length) {
      counts = Arrays.copyOfRange(counts, first, end);
      offset += first;
    }
  }

  /** Makes room for a bucket, and for some more on its side, since values come in any order. */
  private void grow(int index) {
    int length = counts.length;
    if (length == 0) {
      offset = index;
      counts = new double[1];
    } else if (index < offset) {
      int more = Math.max(offset - index, slack());
      double[] larger = new double[length + more];
      System.arraycopy(counts, 0, larger, more, length);
      counts = larger;
      offset -= more;
    } else if (index >= offset + length) {
      counts = Arrays.copyOf(counts, Math.max(index - offset + 1, length + slack()));
    }
  }

  private int slack() {
    return Math.max(0, Math.min(counts.length, MAX_BUCKETS - counts.length));
  }

  /** Joins buckets in pairs. */
  private void reduceScale() {
    double[] before = counts;
    int beforeOffset = offset;
    scale--;
    counts = new double[] {};
    for (int i = 0; i < before.length; i++) {
      if (before[i] > 0) {
        int joined = (beforeOffset + i) >> 1;
        grow(joined);
        counts[joined - offset] += before[i];
      }
    }
  }
}
