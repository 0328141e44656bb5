package io.sluice.processors.spanmetrics;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.otlp.Slice;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SpanCombinerTest {

  private static final long ARRIVAL = Telemetry.START.toEpochMilli();

  /** Whether a batch is malformed, by its number: the last third of the numbers. */
  private static final int MALFORMED = 20;

  @Property(tries = 200)
  void addsUpToTheSameHoweverOftenItIsDrained(
      @ForAll @Size(max = 12) List<@IntRange(max = 29) Integer> batches,
      @ForAll @IntRange(min = 1, max = 5) int every) {
    Map<String, SeriesPoint> each =
        addedUp(batches.stream().filter(SpanCombinerTest::good).toList(), 1);

    assertThat(withoutExemplars(addedUp(batches, every))).isEqualTo(withoutExemplars(each));
  }

  @Example
  void serviceIsOneRecordHoweverManyBatchesItHas() {
    SpanCombiner combiner = combiner();
    for (int i = 0; i < MALFORMED; i++) {
      combiner.add(Slice.of(batch(i)), ARRIVAL * 1_000_000);
    }

    List<String> services = new ArrayList<>();
    combiner.drain((service, partials) -> services.add(service));
    combiner.drain((service, partials) -> services.add("nothing came since"));

    assertThat(services).containsExactlyInAnyOrder("a", "b", "c");
  }

  @Example
  void malformedBatchCostsTheOthersNoExemplars() {
    Map<String, SeriesPoint> beside = addedUp(List.of(0, 1, 2, MALFORMED), 4);

    assertThat(beside.values())
        .filteredOn(point -> point.getHistogram() != null)
        .isNotEmpty()
        .noneMatch(point -> point.getExemplars().isEmpty());
  }

  private static Map<String, SeriesPoint> addedUp(List<Integer> batches, int every) {
    SpanCombiner combiner = combiner();
    OwnedSeries owned =
        new OwnedSeries(
            new SeriesLimits(new SeriesLimits.Most(100, 100, 100, 100, 100), 0),
            new Demands(),
            new Statements(Duration.ofMinutes(20), 10),
            key -> null,
            overflowed -> {},
            refused -> {});
    int added = 0;
    for (int number : batches) {
      Slice batch = Slice.of(batch(number));
      if (good(number)) {
        combiner.add(batch, ARRIVAL * 1_000_000);
        added++;
      } else {
        assertThatThrownBy(() -> combiner.add(batch, ARRIVAL * 1_000_000))
            .isInstanceOf(InvalidInputException.class);
      }
      if (added % every == 0) {
        drain(combiner, owned);
      }
    }
    drain(combiner, owned);
    return Points.of(owned);
  }

  private static void drain(SpanCombiner combiner, OwnedSeries owned) {
    combiner.drain(
        (service, partials) -> owned.add(service, PartialRecord.read(partials), ARRIVAL));
  }

  private static SpanCombiner combiner() {
    return new SpanCombiner(
        200,
        (keys, tallies) ->
            List.of(
                new RedDerivation(keys, tallies, List.of()), new HttpDerivation(keys, tallies)));
  }

  private static boolean good(int number) {
    return number < MALFORMED;
  }

  private static byte[] batch(int number) {
    SpanBuilder[] spans = new SpanBuilder[3];
    for (int i = 0; i < spans.length; i++) {
      spans[i] =
          service(List.of("a", "b", "c").get(number % 3))
              .span("GET /" + number % 4)
              .took(Duration.ofSeconds(1L << (number + i) % 10))
              .attribute("http.request.method", "GET");
    }
    byte[] bytes = Telemetry.spans(spans).toByteArray();
    // Its last span ends early, after two that are good.
    return good(number) ? bytes : Arrays.copyOf(bytes, bytes.length - 3);
  }

  /** Which of several spans is the example depends on when it is asked. */
  private static Map<String, SeriesPoint> withoutExemplars(Map<String, SeriesPoint> points) {
    Map<String, SeriesPoint> without = new TreeMap<>();
    points.forEach(
        (identity, point) ->
            without.put(identity, SeriesPoint.newBuilder(point).setExemplars(List.of()).build()));
    return without;
  }
}
