package io.sluice.processors.spanmetrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.schemas.ExponentialHistogram;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Against the definition: bucket i holds (base^i, base^(i+1)] with base = 2^(2^-scale). */
class MergeableHistogramTest {

  private static final BigDecimal A_BIT_MORE = new BigDecimal("1.00000000000001");
  private static final BigDecimal A_BIT_LESS = new BigDecimal("0.99999999999999");

  /** Of any size that a double has, with many powers of two: they are the ends of buckets. */
  @Provide
  Arbitrary<Double> positives() {
    Arbitrary<Double> anySize =
        Arbitraries.integers()
            .between(-1022, 1023)
            .flatMap(
                exponent ->
                    Arbitraries.doubles()
                        .between(1, 2)
                        .map(
                            fraction ->
                                Math.scalb(Math.min(fraction, Math.nextDown(2d)), exponent)));
    Arbitrary<Double> powersOfTwo =
        Arbitraries.integers().between(-1022, 1023).map(exponent -> Math.scalb(1d, exponent));
    return Arbitraries.oneOf(anySize, powersOfTwo);
  }

  /** Durations in seconds, a nanosecond to three years, now and then zero. */
  @Provide
  Arbitrary<List<Double>> durations() {
    Arbitrary<Double> seconds =
        Arbitraries.longs().between(0, 100_000_000_000_000_000L).map(nanos -> nanos / 1e9);
    Arbitrary<Double> usual =
        Arbitraries.longs().between(1_000_000, 50_000_000).map(nanos -> nanos / 1e9);
    return Arbitraries.frequencyOf(Tuple.of(1, seconds), Tuple.of(4, usual)).list().ofMaxSize(60);
  }

  @Property
  void putsAValueIntoTheBucketThatTheDefinitionNames(
      @ForAll("positives") double value, @ForAll @IntRange(min = -10, max = 4) int scale) {
    int index = MergeableHistogram.index(value, scale);

    BigDecimal exact = new BigDecimal(value);
    // The definition lets a value so near to the end of a bucket fall to either side.
    assertThat(isAbove(exact.multiply(A_BIT_MORE), index, scale)).isTrue();
    assertThat(isAbove(exact.multiply(A_BIT_LESS), index + 1, scale)).isFalse();
  }

  @Property
  void isExactAtPowersOfTwoAndBesideThem(
      @ForAll @IntRange(min = -1021, max = 1023) int exponent,
      @ForAll @IntRange(min = 0, max = 4) int scale) {
    double power = Math.scalb(1d, exponent);
    int end = exponent << scale;

    assertThat(MergeableHistogram.index(power, scale)).isEqualTo(end - 1);
    assertThat(MergeableHistogram.index(Math.nextDown(power), scale)).isEqualTo(end - 1);
    assertThat(MergeableHistogram.index(Math.nextUp(power), scale)).isEqualTo(end);
  }

  @Property
  void keepsAValueInsideItsBucketWhenBucketsAreJoined(
      @ForAll("positives") double value, @ForAll @IntRange(min = -9, max = 4) int scale) {
    assertThat(MergeableHistogram.index(value, scale - 1))
        .isEqualTo(MergeableHistogram.index(value, scale) >> 1);
  }

  @Property
  void countsEachValueInItsBucketAtTheFinestScaleThatFits(
      @ForAll @Size(max = 40) List<@From("positives") Double> values) {
    ExponentialHistogram histogram = of(values).toRecord();

    int scale = finestScale(values);
    Map<Integer, Long> expected = new TreeMap<>();
    values.forEach(value -> expected.merge(MergeableHistogram.index(value, scale), 1L, Long::sum));
    assertThat(histogram.getScale()).isEqualTo(scale);
    assertThat(buckets(histogram)).isEqualTo(expected);
    assertThat(histogram.getCounts()).hasSizeLessThanOrEqualTo(MergeableHistogram.MAX_BUCKETS);
  }

  @Example
  void sumsStayFinite() {
    MergeableHistogram histogram = new MergeableHistogram();
    histogram.record(Double.MAX_VALUE, 3);
    MergeableHistogram other = new MergeableHistogram();
    other.record(Double.MAX_VALUE);
    histogram.merge(other);
    histogram.addZerosAndSum(0, Double.MAX_VALUE);
    assertThat(histogram.toRecord().getSum()).isEqualTo(Double.MAX_VALUE);
  }

  @Property
  void mergingInAnyOrderAndNestingIsAddingAllValuesToOne(
      @ForAll("durations") List<Double> a,
      @ForAll("durations") List<Double> b,
      @ForAll("durations") List<Double> c) {
    List<Double> all = new ArrayList<>(a);
    all.addAll(b);
    all.addAll(c);
    ExponentialHistogram whole = of(all).toRecord();

    assertSame(merged(merged(of(a), of(b)), of(c)), whole);
    assertSame(merged(of(a), merged(of(b), of(c))), whole);
    assertSame(merged(merged(of(c), of(a)), of(b)), whole);
  }

  @Property
  void countsTheSameInAnyOrder(@ForAll("durations") List<Double> values, @ForAll Random random) {
    List<Double> shuffled = new ArrayList<>(values);
    Collections.shuffle(shuffled, random);
    assertSame(of(shuffled), of(values).toRecord());
  }

  @Property
  void keepsCountsAndSum(@ForAll("durations") List<Double> values) {
    ExponentialHistogram histogram = of(values).toRecord();

    long zeros = values.stream().filter(value -> value == 0).count();
    assertThat(histogram.getCount()).isEqualTo(values.size());
    assertThat(histogram.getZeroCount()).isEqualTo(zeros);
    assertThat(histogram.getCounts().stream().mapToLong(Long::longValue).sum() + zeros)
        .isEqualTo(values.size());
    double sum = values.stream().mapToDouble(Double::doubleValue).sum();
    assertThat(histogram.getSum()).isCloseTo(sum, within(sum * 1e-12));
  }

  @Property
  void goesOnFromItsRecordAsIfItHadNeverBeenWritten(
      @ForAll("durations") List<Double> before, @ForAll("durations") List<Double> after) {
    MergeableHistogram continued = new MergeableHistogram(of(before).toRecord());
    after.forEach(continued::record);

    List<Double> all = new ArrayList<>(before);
    all.addAll(after);
    assertSame(continued, of(all).toRecord());
  }

  @Example
  void takesWhatIsNoPositiveNumberForZero() {
    List<Double> values =
        List.of(0d, -0d, -1d, Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    ExponentialHistogram histogram = of(values).toRecord();

    assertThat(histogram.getZeroCount()).isEqualTo(6);
    assertThat(histogram.getCount()).isEqualTo(6);
    assertThat(histogram.getSum()).isZero();
    assertThat(histogram.getCounts()).isEmpty();
  }

  @Example
  void holdsTheSmallestAndTheLargestDoubleTogether() {
    List<Double> values = List.of(Double.MIN_VALUE, 1d, Double.MAX_VALUE);
    ExponentialHistogram histogram = of(values).toRecord();

    assertThat(histogram.getCounts()).hasSizeLessThanOrEqualTo(MergeableHistogram.MAX_BUCKETS);
    assertThat(buckets(histogram).values()).containsExactly(1L, 1L, 1L);
  }

  private static MergeableHistogram of(List<Double> values) {
    MergeableHistogram histogram = new MergeableHistogram();
    values.forEach(histogram::record);
    return histogram;
  }

  /** A new one: neither of the two is changed. */
  private static MergeableHistogram merged(MergeableHistogram one, MergeableHistogram other) {
    MergeableHistogram both = new MergeableHistogram(one.toRecord());
    both.merge(other);
    return both;
  }

  /** The same in everything; sums as near as rounding lets them be. */
  private static void assertSame(MergeableHistogram actual, ExponentialHistogram expected) {
    ExponentialHistogram histogram = actual.toRecord();
    assertThat(histogram.getSum()).isCloseTo(expected.getSum(), within(expected.getSum() * 1e-12));
    assertThat(ExponentialHistogram.newBuilder(histogram).setSum(expected.getSum()).build())
        .isEqualTo(expected);
  }

  private static Map<Integer, Long> buckets(ExponentialHistogram histogram) {
    Map<Integer, Long> buckets = new TreeMap<>();
    for (int i = 0; i < histogram.getCounts().size(); i++) {
      if (histogram.getCounts().get(i) > 0) {
        buckets.put(histogram.getOffset() + i, histogram.getCounts().get(i));
      }
    }
    return buckets;
  }

  private static int finestScale(List<Double> values) {
    if (values.isEmpty()) {
      return MergeableHistogram.MAX_SCALE;
    }
    int scale = MergeableHistogram.MAX_SCALE;
    while (MergeableHistogram.index(Collections.max(values), scale)
            - MergeableHistogram.index(Collections.min(values), scale)
        >= MergeableHistogram.MAX_BUCKETS) {
      scale--;
    }
    return scale;
  }

  /** value > base^index, exactly: both sides raised to the power that makes them rational. */
  private static boolean isAbove(BigDecimal value, int index, int scale) {
    BigDecimal raised = value.pow(scale > 0 ? 1 << scale : 1);
    long exponent = scale > 0 ? index : (long) index << -scale;
    if (exponent < -20_000 || exponent > 20_000) {
      return exponent < 0; // beyond any double
    }
    BigDecimal power = BigDecimal.valueOf(2).pow((int) Math.abs(exponent));
    return exponent >= 0
        ? raised.compareTo(power) > 0
        : raised.multiply(power).compareTo(BigDecimal.ONE) > 0;
  }
}
