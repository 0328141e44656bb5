package io.sluice.processors.spanmetrics;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.otlp.MetricPointView;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What a point of a producer says was counted: a sum, or a histogram of either kind. A point is
 * checked when it is read.
 *
 * @param sum the value of a sum; of all values of a histogram
 * @param bounds of an explicit histogram
 * @param counts of an explicit histogram or a summary
 * @param exponential of an exponential one; with no buckets for the others
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
record Reading(double sum, double[] bounds, double[] counts, ExponentialCounts exponential) {

  private static final double[] NONE = {};
  private static final ExponentialCounts NO_BUCKETS = new ExponentialCounts(0, 0, 0, NONE);
  private static final int MAX_EXPONENTIAL_BUCKETS = 10_000;
  private static final int MIN_SCALE = -10;
  private static final int MAX_SCALE = 20;

  /** Larger ones would soon add up to what is no finite number. */
  private static final double MAX_AMOUNT = 1e300;

  /** Powers of two outside are no double. */
  private static final int MAX_EXPONENT = 1100;

  /** A value of a gauge. */
  static double value(MetricPointView point) {
    if (!point.hasValue() || !Double.isFinite(point.value())) {
      throw invalid("a point whose value is no finite number");
    }
    return point.value();
  }

  /** A value of a sum. */
  static Reading number(MetricPointView point) {
    return of(amount(value(point)));
  }

  static Reading of(double value) {
    return new Reading(value, NONE, NONE, NO_BUCKETS);
  }

  static Reading explicit(MetricPointView point) {
    double[] bounds = point.explicitBounds();
    long[] buckets = point.bucketCounts();
    if (bounds.length > ExplicitBuckets.MAX_BOUNDS) {
      throw new InvalidInputException(
          Reason.TOO_LARGE, "a histogram with more than " + ExplicitBuckets.MAX_BOUNDS + " bounds");
    }
    if (buckets.length == 0 && bounds.length == 0) {
      buckets = new long[] {point.count()};
    }
    if (buckets.length != bounds.length + 1) {
      throw invalid("a histogram whose buckets do not go with its bounds");
    }
    for (int i = 0; i < bounds.length; i++) {
      if (!Double.isFinite(bounds[i]) || (i > 0 && bounds[i] <= bounds[i - 1])) {
        throw invalid("a histogram whose bounds do not grow");
      }
    }
    double[] counts = counts(buckets);
    checkTotal(Arrays.stream(counts).sum(), point.count());
    return new Reading(amount(point.sum()), bounds, counts, NO_BUCKETS);
  }

  static Reading exponential(MetricPointView point) {
    double[] counts = counts(point.positiveCounts());
    double[] negative = counts(point.negativeCounts());
    int scale = point.scale();
    if (counts.length > MAX_EXPONENTIAL_BUCKETS || negative.length > MAX_EXPONENTIAL_BUCKETS) {
      throw new InvalidInputException(
          Reason.TOO_LARGE, "a histogram with more than " + MAX_EXPONENTIAL_BUCKETS + " buckets");
    }
    if (scale < MIN_SCALE || scale > MAX_SCALE || point.zeroCount() < 0) {
      throw invalid("a histogram with an impossible scale or count");
    }
    long first = point.positiveOffset();
    long last = first + counts.length;
    double perExponent = Math.pow(2, scale);
    if (counts.length > 0
        && (first < -MAX_EXPONENT * perExponent - 1 || last > MAX_EXPONENT * perExponent + 1)) {
      throw invalid("a histogram with buckets that no number falls in");
    }
    double zeros = (double) point.zeroCount() + Arrays.stream(negative).sum();
    checkTotal(zeros + Arrays.stream(counts).sum(), point.count());
    ExponentialCounts exact = new ExponentialCounts(scale, zeros, (int) first, counts);
    return new Reading(amount(point.sum()), NONE, NONE, exact.at(MergeableHistogram.MAX_SCALE));
  }

  static Reading summary(MetricPointView point) {
    if (point.count() < 0) {
      throw invalid("a summary with a negative count");
    }
    return new Reading(
        amount(point.sum()), NONE, new double[] {(double) point.count()}, NO_BUCKETS);
  }

  /** Both together. */
  Reading plus(double more) {
    return of(sum + more);
  }

  /**
   * What came since another reading of the same stream; null when counting began anew, as a count
   * that fell or other buckets tell.
   */
  @Nullable Reading since(Reading before) {
    if (!Arrays.equals(bounds, before.bounds) || counts.length != before.counts.length) {
      return null;
    }
    if (isNumber() && sum < before.sum) {
      return null;
    }
    double[] more = new double[counts.length];
    for (int i = 0; i < more.length; i++) {
      more[i] = counts[i] - before.counts[i];
      if (more[i] < 0) {
        return null;
      }
    }
    ExponentialCounts buckets = exponential.since(before.exponential);
    return buckets.hasNegative() ? null : new Reading(sum - before.sum, bounds, more, buckets);
  }

  private boolean isNumber() {
    return counts.length == 0 && exponential.counts().length == 0 && exponential.zeros() == 0;
  }

  void pack(Packer out) {
    out.real(sum).number(bounds.length);
    for (double bound : bounds) {
      out.real(bound);
    }
    amounts(counts, out);
    out.signed(exponential.scale()).amount(exponential.zeros()).signed(exponential.offset());
    amounts(exponential.counts(), out);
  }

  static Reading unpack(Unpacker in) {
    double sum = in.real();
    double[] bounds = new double[in.length()];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = in.real();
    }
    double[] counts = amounts(in);
    int scale = (int) in.signed();
    double zeros = in.amount();
    int offset = (int) in.signed();
    return new Reading(
        sum, bounds, counts, new ExponentialCounts(scale, zeros, offset, amounts(in)));
  }

  private static void amounts(double[] counts, Packer out) {
    out.number(counts.length);
    for (double count : counts) {
      out.amount(count);
    }
  }

  private static double[] amounts(Unpacker in) {
    double[] counts = new double[in.length()];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = in.amount();
    }
    return counts;
  }

  private static double[] counts(long[] counts) {
    double[] checked = new double[counts.length];
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] < 0) {
        throw invalid("a histogram with a negative count");
      }
      checked[i] = (double) counts[i];
    }
    return checked;
  }

  private static void checkTotal(double total, long count) {
    if (total != (double) count) {
      throw invalid("a histogram whose buckets do not sum up to its count");
    }
  }

  private static double amount(double sum) {
    if (!(Math.abs(sum) <= MAX_AMOUNT)) {
      throw invalid("a sum that is no number or larger than can be added up");
    }
    return sum;
  }

  private static InvalidInputException invalid(String what) {
    return new InvalidInputException(Reason.INVALID, what);
  }
}
