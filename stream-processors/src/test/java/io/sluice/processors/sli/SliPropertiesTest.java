package io.sluice.processors.sli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topics;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SliPropertiesTest {

  private static final byte[] NO_KEY = {};
  private static final SliConfig CONFIG =
      new SliConfig(
          Duration.ofSeconds(10),
          Duration.ofSeconds(2),
          Duration.ofMinutes(2),
          Duration.ofSeconds(30));

  /**
   * A span.
   *
   * @param afterMillis what passes between the span before and this one on the way into Kafka
   * @param ageMillis of the event when it arrives; negative for a clock that runs ahead
   */
  record Event(String service, boolean good, int afterMillis, int ageMillis) {

    Instant end(Instant arrival) {
      return arrival.minusMillis(ageMillis);
    }

    boolean counts() {
      return ageMillis <= CONFIG.maxLateness().toMillis()
          && -ageMillis <= CONFIG.maxAhead().toMillis();
    }

    SpanBuilder span(Instant arrival) {
      SpanBuilder span =
          Telemetry.service(service).span("x").start(end(arrival)).took(Duration.ZERO);
      return good ? span : span.error();
    }
  }

  @Provide
  Arbitrary<Event> events() {
    return Combinators.combine(
            Arbitraries.of("a", "b", "no SLO"),
            Arbitraries.of(true, false),
            Arbitraries.oneOf(Arbitraries.just(0), Arbitraries.integers().between(0, 9000)),
            Arbitraries.oneOf(
                Arbitraries.integers().between(0, 2000),
                Arbitraries.integers().between(-40_000, 130_000)))
        .as(Event::new);
  }

  /** Late, early, out of order, in records of any size: the highest revisions add up to it. */
  @Property(tries = 25)
  void comesToWhatCountingAllEventsByHandComesTo(
      @ForAll @Size(max = 60) List<@From("events") Event> events,
      @ForAll @IntRange(min = 1, max = 7) int batch) {
    try (StageTestDriver driver =
        StageTestDriver.of(new SliProcessor())
            .config(CONFIG)
            .at(Telemetry.START)
            .define(
                TestSlos.set(
                    1,
                    TestSlos.slo("a", "{service: a}", "{noError: true}"),
                    TestSlos.slo("b", "{service: b}", "{noError: true}")))
            .start()) {
      WindowReader reader = new WindowReader();
      Map<String, String> expected = feed(driver, events, batch, reader);

      assertThat(reader.settle(driver).ratios()).isEqualTo(expected);
      for (SliWindow window : reader.windows().values()) {
        assertThat(window.getLateCount() > 0).isEqualTo(window.getRevision() > 0);
        assertThat(window.getLateCount()).isBetween(0L, window.getTotal());
      }
      Map<String, SliWindow> told = new TreeMap<>();
      for (SliWindow open : reader.open()) {
        SliWindow over =
            Objects.requireNonNull(reader.windows().get(WindowReader.name(open)), "never over");
        assertThat(open.getTotal()).isLessThanOrEqualTo(over.getTotal());
        assertThat(bad(open)).isLessThanOrEqualTo(bad(over));
        SliWindow before = told.put(WindowReader.name(open), open);
        assertThat(before == null || before.getTotal() < open.getTotal()).isTrue();
      }
      assertThat(driver.deadLetters()).isEmpty();
      assertThat(driver.read(Topics.SLIS)).isEmpty();
    }
  }

  private static long bad(SliWindow window) {
    return window.getTotal() - window.getGood();
  }

  /** Sends the events in batches and counts them by hand. */
  private static Map<String, String> feed(
      StageTestDriver driver, List<Event> events, int batch, WindowReader reader) {
    Map<String, long[]> counts = new TreeMap<>();
    Instant now = Telemetry.START;
    for (int from = 0; from < events.size(); from += batch) {
      List<SpanBuilder> spans = new ArrayList<>();
      List<Event> together = events.subList(from, Math.min(events.size(), from + batch));
      int passes = together.stream().mapToInt(Event::afterMillis).sum();
      driver.advance(Duration.ofMillis(passes));
      now = now.plusMillis(passes);
      for (Event event : together) {
        spans.add(event.span(now));
        if (event.counts() && !event.service().equals("no SLO")) {
          long second = event.end(now).getEpochSecond();
          String name =
              WindowReader.name(event.service(), Instant.ofEpochSecond(second - second % 10));
          long[] ratio = counts.computeIfAbsent(name, unused -> new long[2]);
          ratio[0] += event.good() ? 1 : 0;
          ratio[1]++;
        }
      }
      driver.send(Topics.SPANS, NO_KEY, Telemetry.spans(spans).toByteArray());
      reader.follow(driver);
    }
    Map<String, String> ratios = new TreeMap<>();
    counts.forEach((name, ratio) -> ratios.put(name, ratio[0] + "/" + ratio[1]));
    return ratios;
  }
}
