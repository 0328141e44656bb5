package io.sluice.processors.sli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.ExplicitHistogram;
import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class IncrementTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long HOUR = 3600 * SECOND;

  @Test
  void theFirstPointOfASeriesThatWasCountingSaysNothing() {
    assertThat(Increment.between(null, counter(0, HOUR, 500))).isEmpty();
    assertThat(total(null, counter(HOUR, HOUR + SECOND, 5))).as("it has just begun").isEqualTo(5);
  }

  @Test
  void countsWhatCameBetweenTwoPoints() {
    assertThat(total(counter(0, HOUR, 500), counter(0, HOUR + SECOND, 507))).isEqualTo(7);
    assertThat(total(counter(0, HOUR, 0.4), counter(0, HOUR + SECOND, 1.1))).isEqualTo(1);
    assertThat(total(counter(0, HOUR, 5), counter(0, HOUR, 5))).isZero();
  }

  @Test
  void countsAllOfASeriesThatBeganAnew() {
    assertThat(total(counter(0, HOUR, 500), counter(0, HOUR + SECOND, 3))).isEqualTo(3);
    assertThat(total(counter(0, HOUR, 2), counter(HOUR + SECOND, HOUR + 2 * SECOND, 3)))
        .as("by its start, though the value is higher")
        .isEqualTo(3);
  }

  @Test
  void tellsTheBucketsOfAHistogram() {
    SeriesPoint before = explicit(List.of(0.1, 0.5), 10, 10, 10);

    assertThat(Increment.between(before, later(explicit(List.of(0.1, 0.5), 12, 10, 11))))
        .containsExactly(
            new Increment(Double.NEGATIVE_INFINITY, 0.1, 2),
            new Increment(0.5, Double.POSITIVE_INFINITY, 1));
    assertThat(Increment.between(before, later(explicit(List.of(0.1, 0.5), 1, 0, 0))))
        .as("a reset")
        .containsExactly(new Increment(Double.NEGATIVE_INFINITY, 0.1, 1));
    assertThat(Increment.between(before, later(explicit(List.of(0.1, 1.0), 12, 12, 12))))
        .as("other bounds")
        .isEmpty();
  }

  @Test
  void comparesExponentialHistogramsByTheCoarserOfTwoScales() {
    SeriesPoint fine = exponential(1, 0, 1, 1, 1, 1); // up to 2^0.5, 2, 2^1.5, 4
    SeriesPoint coarse = later(exponential(0, 0, 4, 2)); // up to 2, 4

    assertThat(Increment.between(fine, coarse)).containsExactly(new Increment(1, 2, 2));
    assertThat(Increment.between(exponential(0, -2, 1), later(exponential(0, -2, 3))))
        .containsExactly(new Increment(0.25, 0.5, 2));
  }

  @Test
  void believesNoJumpBeyondAllMeasure() {
    assertThat(total(counter(0, HOUR, 5), counter(0, HOUR + SECOND, 1e300))).isZero();
    assertThat(total(counter(0, HOUR, 5), counter(0, HOUR + SECOND, Double.NaN))).isZero();
  }

  /** Whatever falls between points, with restarts of the producer. */
  @Property(tries = 300)
  void addUpToWhatWasCounted(
      @ForAll @Size(min = 1, max = 30) List<@IntRange(min = -1, max = 50) Integer> steps) {
    long counted = 0;
    long value = 0;
    long sum = 0;
    SeriesPoint before = counter(0, HOUR, 0);
    long time = HOUR;
    for (int step : steps) {
      time += SECOND;
      value = step < 0 ? 0 : value + step;
      counted += Math.max(0, step);
      SeriesPoint now = counter(0, time, (double) value);
      sum += total(before, now);
      before = now;
    }
    assertThat(sum).isEqualTo(counted);
  }

  private static long total(@Nullable SeriesPoint before, SeriesPoint now) {
    return Increment.between(before, now).stream().mapToLong(Increment::count).sum();
  }

  private static SeriesPoint later(SeriesPoint point) {
    return SeriesPoint.newBuilder(point).setTimeUnixNano(HOUR + SECOND).build();
  }

  private static SeriesPoint counter(long start, long time, double value) {
    return point(SeriesType.COUNTER, start, time).setValue(value).build();
  }

  private static SeriesPoint explicit(List<Double> bounds, long... counts) {
    return point(SeriesType.HISTOGRAM, 0, HOUR)
        .setExplicitHistogram(new ExplicitHistogram(bounds, list(counts), 0.0))
        .build();
  }

  private static SeriesPoint exponential(int scale, int offset, long... counts) {
    return point(SeriesType.HISTOGRAM, 0, HOUR)
        .setHistogram(
            new ExponentialHistogram(
                scale, Arrays.stream(counts).sum(), 0.0, 0L, offset, list(counts)))
        .build();
  }

  private static List<Long> list(long... counts) {
    List<Long> list = new ArrayList<>();
    Arrays.stream(counts).forEach(list::add);
    return list;
  }

  private static SeriesPoint.Builder point(SeriesType type, long start, long time) {
    return SeriesPoint.newBuilder()
        .setName("m")
        .setHelp("")
        .setType(type)
        .setLabels(Map.of())
        .setStartTimeUnixNano(start)
        .setTimeUnixNano(time)
        .setValue(0);
  }
}
