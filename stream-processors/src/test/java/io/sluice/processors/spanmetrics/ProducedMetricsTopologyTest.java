package io.sluice.processors.spanmetrics;

import static io.sluice.processors.spanmetrics.Otlp.CUMULATIVE;
import static io.sluice.processors.spanmetrics.Otlp.DELTA;
import static io.sluice.processors.spanmetrics.Otlp.attribute;
import static io.sluice.processors.spanmetrics.Otlp.buckets;
import static io.sluice.processors.spanmetrics.Otlp.counter;
import static io.sluice.processors.spanmetrics.Otlp.gauge;
import static io.sluice.processors.spanmetrics.Otlp.histogram;
import static io.sluice.processors.spanmetrics.Otlp.point;
import static io.sluice.processors.spanmetrics.Otlp.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.opentelemetry.proto.metrics.v1.Metric;
import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Reason;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.Topics;
import io.sluice.testkit.Telemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProducedMetricsTopologyTest {

  private static final byte[] NO_KEY = {};
  private static final String LABELS = "{job=\"a\",service=\"a\"}";

  private final StageTestDriver driver =
      StageTestDriver.of(new SpanMetricsProcessor()).at(Telemetry.START.plusSeconds(60)).start();
  private final SeriesReader series = new SeriesReader();

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void writesPointsOfProducersAsSeries() {
    send(
        counter("c", CUMULATIVE, point(0, 10, 5)),
        gauge("g", point(0, 10, 2)),
        histogram("h", DELTA, buckets(0, 10, 1, 2)));
    send(counter("c", CUMULATIVE, point(0, 20, 7)), histogram("h", DELTA, buckets(10, 20, 1, 2)));

    series.follow(driver);
    assertThat(series.points()).containsOnlyKeys("c_total" + LABELS, "g" + LABELS, "h" + LABELS);
    assertThat(series("c_total"))
        .returns(SeriesType.COUNTER, SeriesPoint::getType)
        .returns(7d, SeriesPoint::getValue);
    assertThat(series("g"))
        .returns(SeriesType.GAUGE, SeriesPoint::getType)
        .returns(2d, SeriesPoint::getValue);
    assertThat(series("h").getType()).isEqualTo(SeriesType.HISTOGRAM);
    assertThat(series("h").getHistogram()).isNull();
    assertThat(Objects.requireNonNull(series("h").getExplicitHistogram()).getCounts())
        .isEqualTo(List.of(2L, 4L));
  }

  @Test
  void countsWhatItRefusesAndWhatCameAgain() {
    send(gauge("g", point(0, 10, Double.NaN), point(0, 10, 1)));
    send(counter("c", DELTA, point(0, 10, 1)));
    send(counter("c", DELTA, point(0, 10, 1)));

    assertThat(counted("sluice.spanmetrics.refused.points", "invalid")).isEqualTo(1);
    assertThat(driver.meters().get("sluice.spanmetrics.repeated.points").counter().count())
        .isEqualTo(1);
    assertThat(driver.deadLetters()).isEmpty();
    assertThat(series.follow(driver).points()).hasSize(2);
  }

  @Test
  void writesRecordsInWhichNothingIsValidToDeadLetters() {
    send(gauge("g", point(0, 10, Double.NaN)));
    driver.send(Topics.METRICS, NO_KEY, new byte[] {10, 100});
    send(gauge("g", point(0, 10, 1)));

    assertThat(driver.deadLetters())
        .extracting(DeadLetter::getReason, DeadLetter::getStage)
        .containsExactly(
            tuple(Reason.INVALID, "spanmetrics"), tuple(Reason.MALFORMED, "spanmetrics"));
    assertThat(series.follow(driver).points()).containsOnlyKeys("g" + LABELS);
  }

  @Test
  void forgetsStreamsThatAreQuietWhileOthersComeForLong() {
    send(counter("c", CUMULATIVE, point(0, 10, 5)));
    long before = streams();
    for (int hours = 0; hours < 26; hours++) {
      driver.advance(Duration.ofHours(1));
      send(counter("d", DELTA, point(hours, hours + 1, 1)));
    }
    driver.advance(Duration.ofHours(1));

    assertThat(before).as("the stream and its producer").isEqualTo(2);
    assertThat(streams()).as("that of d").isEqualTo(1);
  }

  @Test
  void countsABacklogOfDaysOnce() {
    send(counter("c", CUMULATIVE, point(0, 10, 5)));
    driver.setClock(Duration.ofDays(3));
    for (int i = 1; i <= 3; i++) {
      send(Telemetry.START.plusSeconds(60L + i), counter("c", CUMULATIVE, point(0, 10 + i, 5 + i)));
      driver.advance(Duration.ofHours(1));
    }

    series.follow(driver);
    assertThat(series("c_total").getValue()).isEqualTo(8);
  }

  @Test
  void countsOnAfterNothingCouldBeReadForDays() {
    send(counter("c", CUMULATIVE, point(0, 10, 5)));
    driver.advance(Duration.ofDays(1));
    driver.advance(Duration.ofDays(1));
    driver.advance(Duration.ofDays(1));
    send(counter("d", DELTA, point(0, 1, 1)));
    driver.advance(Duration.ofHours(1));
    send(counter("c", CUMULATIVE, point(0, 20, 6)));

    series.follow(driver);
    assertThat(series("c_total").getValue()).isEqualTo(6);
  }

  @Test
  void holdsAServiceToItsLimitHoweverItNamesMetricsAndLabels() {
    try (StageTestDriver small =
        StageTestDriver.of(new SpanMetricsProcessor())
            .config(Settings.small())
            .at(Telemetry.START.plusSeconds(60))
            .start()) {
      for (int i = 0; i < 50; i++) {
        small.send(
            Topics.METRICS,
            NO_KEY,
            request(
                gauge("g" + i, point(0, 10, 1)),
                counter("c", DELTA, point(i, i + 1, 1).addAttributes(attribute("key" + i, "v"))),
                counter("d", DELTA, point(i, i + 1, 1))));
      }
      small.send(Topics.SPANS, NO_KEY, Telemetry.service("a").span("x").toRequestBytes());
      small.advance(Duration.ofSeconds(10));

      Map<String, SeriesPoint> points = series.follow(small).points();
      assertThat(points.values())
          .extracting(SeriesPoint::getName)
          .filteredOn(name -> !name.startsWith("sluice_cardinality_"))
          .containsExactlyInAnyOrder(
              "g0",
              "c_total",
              "d_total",
              "traces_spanmetrics_calls_total",
              "traces_spanmetrics_latency");
      assertThat(Objects.requireNonNull(points.get("d_total" + LABELS)).getValue()).isEqualTo(50);
      assertThat(points.values())
          .filteredOn(point -> point.getName().equals("sluice_cardinality_demand"))
          .extracting(point -> point.getLabels().get("metric"))
          .containsOnly("g0", "c_total", "d_total", "traces_spanmetrics_latency");
      assertThat(
              small
                  .meters()
                  .get("sluice.spanmetrics.refused.points")
                  .tag("reason", "too_many_names")
                  .counter()
                  .count())
          .isEqualTo(98);
    }
  }

  private int streams() {
    int count = 0;
    try (KeyValueIterator<byte[], byte[]> all =
        driver.<byte[], byte[]>store(SpanMetricsTopology.METRIC_STREAMS).all()) {
      for (; all.hasNext(); all.next()) {
        count++;
      }
    }
    return count;
  }

  private double counted(String meter, String reason) {
    return driver.meters().get(meter).tag("reason", reason).counter().count();
  }

  private SeriesPoint series(String name) {
    return Objects.requireNonNull(series.points().get(name + LABELS));
  }

  private void send(Instant arrival, Metric metric) {
    driver.send(Topics.METRICS, new TestRecord<>(NO_KEY, request(metric), arrival));
  }

  private void send(Metric... metrics) {
    driver.send(Topics.METRICS, NO_KEY, request(metrics));
  }
}
