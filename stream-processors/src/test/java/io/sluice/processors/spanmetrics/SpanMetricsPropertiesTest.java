package io.sluice.processors.spanmetrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.Topics;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

class SpanMetricsPropertiesTest {

  private static final byte[] NO_KEY = {};

  record Call(String service, String name, SpanKind kind, boolean error, long nanos) {

    SpanBuilder span() {
      SpanBuilder span =
          Telemetry.service(service).span(name).kind(kind).took(Duration.ofNanos(nanos));
      return error ? span.error() : span;
    }

    String series() {
      return String.join(" ", service, name, kind.name(), error ? "ERROR" : "UNSET");
    }
  }

  @Provide
  Arbitrary<List<Call>> calls() {
    return Combinators.combine(
            Arbitraries.of("a", "b", "say \"c\"\\{}"),
            Arbitraries.of("x", "y", ""),
            Arbitraries.of(SpanKind.class),
            Arbitraries.of(true, false),
            Arbitraries.longs().between(0, 100_000_000_000L))
        .as(Call::new)
        .list()
        .ofMaxSize(80);
  }

  @Property(tries = 20)
  void comesToTheSameHoweverSpansAreCutIntoRecords(
      @ForAll("calls") List<Call> calls,
      @ForAll @IntRange(min = 1, max = 20) int most,
      @ForAll Random random) {
    List<Call> shuffled = new ArrayList<>(calls);
    Collections.shuffle(shuffled, random);

    SeriesReader whole = seriesOf(calls, () -> Math.max(1, calls.size()));
    SeriesReader cut = seriesOf(shuffled, () -> 1 + random.nextInt(most));

    Map<String, Double> expected = new TreeMap<>();
    calls.forEach(call -> expected.merge(call.series(), 1d, Double::sum));
    assertThat(whole.calls()).isEqualTo(expected);
    assertThat(cut.calls()).isEqualTo(expected);
    assertThat(cut.latencies()).hasSameSizeAs(expected);
    cut.latencies()
        .forEach(
            (labels, histogram) -> {
              double sum =
                  calls.stream()
                      .filter(call -> call.series().equals(labels))
                      .mapToDouble(call -> call.nanos() / 1e9)
                      .sum();
              assertThat(histogram.getSum()).isCloseTo(sum, within(sum * 1e-12));
              assertThat(withoutSum(histogram))
                  .isEqualTo(withoutSum(Objects.requireNonNull(whole.latencies().get(labels))));
            });
  }

  private static SeriesReader seriesOf(List<Call> calls, IntSupplier sizes) {
    try (StageTestDriver driver =
        StageTestDriver.of(new SpanMetricsProcessor())
            .at(Telemetry.START.plusSeconds(600))
            .start()) {
      SeriesReader series = new SeriesReader();
      for (int from = 0; from < calls.size(); ) {
        int to = Math.min(calls.size(), from + sizes.getAsInt());
        List<SpanBuilder> spans = calls.subList(from, to).stream().map(Call::span).toList();
        driver.send(Topics.SPANS, NO_KEY, Telemetry.spans(spans).toByteArray());
        if (from % 2 == 0) {
          series.follow(driver);
        }
        from = to;
      }
      return series.follow(driver);
    }
  }

  private static ExponentialHistogram withoutSum(ExponentialHistogram histogram) {
    return ExponentialHistogram.newBuilder(histogram).setSum(0).build();
  }
}
