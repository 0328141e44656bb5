package io.sluice.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBucket;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class ClassicBucketsTest {

  private static final List<Double> USUAL =
      List.of(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0);

  @Test
  void keepsWhatABoundShowedWhenTheFirstSlowCallComes() {
    List<Double> values = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      values.add(i < 900 ? 0.0048 : 0.002);
    }
    List<Long> before = cumulative(values, 4);
    values.add(8.0);
    List<Long> after = cumulative(values, 3);
    assertThat(after.subList(0, 10)).isEqualTo(before.subList(0, 10));
    assertThat(before.get(0)).as("those whose next power of two is below 5 ms").isEqualTo(100);
    assertThat(before.get(1)).isEqualTo(1000);
    assertThat(after.get(10)).isEqualTo(1001);
  }

  @Property
  void noBucketFallsWhateverValuesComeAndHoweverOftenTheScaleGoesDown(
      @ForAll("values") List<Double> values,
      @ForAll("scales") List<Integer> scales,
      @ForAll("bounds") List<Double> bounds) {
    List<Long> before = cumulative(values.subList(0, 0), 4, bounds);
    for (int i = 0; i < values.size(); i++) {
      int scale = scales.get(i * scales.size() / values.size());
      List<Long> now = cumulative(values.subList(0, i + 1), scale, bounds);
      for (int bound = 0; bound < now.size(); bound++) {
        assertThat(now.get(bound)).isGreaterThanOrEqualTo(before.get(bound));
      }
      before = now;
    }
  }

  @Property
  void neverShowsAValueAsSmallerThanItWas(
      @ForAll("value") double value, @ForAll("bounds") List<Double> bounds) {
    List<Long> shown = cumulative(List.of(value), 4, bounds);
    for (int i = 0; i < bounds.size(); i++) {
      assertThat(shown.get(i)).isLessThanOrEqualTo(value <= bounds.get(i) ? 1 : 0);
    }
  }

  @Provide
  Arbitrary<Double> value() {
    return Arbitraries.doubles().between(-30, 30).ofScale(6).map(exponent -> Math.pow(2, exponent));
  }

  @Provide
  Arbitrary<List<Double>> values() {
    return value().list().ofMinSize(1).ofMaxSize(60);
  }

  @Provide
  Arbitrary<List<Integer>> scales() {
    return Arbitraries.integers()
        .between(-3, 4)
        .list()
        .ofMinSize(1)
        .ofMaxSize(6)
        .map(list -> list.stream().sorted((a, b) -> b - a).toList());
  }

  @Provide
  Arbitrary<List<Double>> bounds() {
    Arbitrary<List<Double>> any =
        Arbitraries.doubles()
            .between(1e-6, 1e6)
            .ofScale(7)
            .list()
            .ofMinSize(1)
            .ofMaxSize(12)
            .map(list -> list.stream().distinct().sorted().toList());
    return Arbitraries.oneOf(Arbitraries.just(USUAL), any);
  }

  private static List<Long> cumulative(List<Double> values, int scale) {
    return cumulative(values, scale, USUAL);
  }

  /** What is shown under each bound, and last all. */
  private static List<Long> cumulative(List<Double> values, int scale, List<Double> bounds) {
    SeriesPoint point =
        SeriesPoint.newBuilder()
            .setName("h_seconds")
            .setHelp("")
            .setType(SeriesType.HISTOGRAM)
            .setLabels(Map.of())
            .setStartTimeUnixNano(1)
            .setTimeUnixNano(2)
            .setValue(0)
            .setHistogram(histogram(values, scale))
            .build();
    SeriesSnapshots snapshots = new SeriesSnapshots(bounds, bounds);
    HistogramDataPointSnapshot data =
        (HistogramDataPointSnapshot) snapshots.data(snapshots.series(point), point);
    List<Long> cumulative = new ArrayList<>();
    long sum = 0;
    for (ClassicHistogramBucket bucket : data.getClassicBuckets()) {
      sum += bucket.getCount();
      cumulative.add(sum);
    }
    return cumulative;
  }

  /** As an owner counts: at the finest scale, and joined in pairs from there. */
  private static ExponentialHistogram histogram(List<Double> values, int scale) {
    TreeMap<Integer, Long> counts = new TreeMap<>();
    for (double value : values) {
      int finest = (int) Math.ceil(Math.log(value) / Math.log(2) * 16) - 1;
      counts.merge(finest >> (4 - scale), 1L, Long::sum);
    }
    int offset = counts.isEmpty() ? 0 : counts.firstKey();
    int last = counts.isEmpty() ? -1 : counts.lastKey();
    List<Long> dense = new ArrayList<>();
    for (int i = offset; i <= last; i++) {
      dense.add(counts.getOrDefault(i, 0L));
    }
    return ExponentialHistogram.newBuilder()
        .setScale(scale)
        .setCount(values.size())
        .setSum(values.stream().mapToDouble(Double::doubleValue).sum())
        .setZeroCount(0)
        .setOffset(offset)
        .setCounts(dense)
        .build();
  }
}
