package io.sluice.processors.sli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.ExplicitHistogram;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.Topics;
import io.sluice.testkit.Telemetry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What counters and histograms counted is events. */
class SliMetricsTest {

  private static final AvroSerde<SeriesPoint> SERIES = AvroSerde.of(SeriesPoint.getClassSchema());
  private static final byte[] NO_KEY = {};
  private static final String REQUESTS =
      TestSlos.slo("s", "{operation: requests_total}", "{attributes: {status: ok}}")
          .replace("signal: spans", "signal: metrics");
  private static final String LATENCY =
      """
      apiVersion: openslo/v1
      kind: SLO
      metadata: {name: s}
      spec:
        service: shop
        indicator:
          spec:
            thresholdMetric:
              metricSource:
                type: sluice
                spec: {signal: metrics, selector: {operation: latency_seconds}}
        timeWindow: [{duration: 30d, isRolling: true}]
        budgetingMethod: Occurrences
        objectives: [{op: lte, value: %s, target: 0.9}]
      """;

  private final StageTestDriver driver =
      StageTestDriver.of(new SliProcessor())
          .at(Telemetry.START)
          .define(TestSlos.set(1, REQUESTS))
          .start();
  private final WindowReader reader = new WindowReader();

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void countsIncrementsOfCountersByTheirLabels() {
    requests("ok", 0, 1000);
    requests("failed", 0, 10);
    requests("ok", 1, 1090);
    requests("failed", 1, 15);
    requests("failed", 1, 15);
    requests("failed", 2, 3); // begun anew
    requests("failed", 1, 15); // late
    requests("ok", 2, 1092);

    assertThat(reader.settle(driver).ratios()).isEqualTo(Map.of("s 00:00:00", "92/100"));
    assertThat(driver.deadLetters()).isEmpty();
  }

  @Test
  void countsTheFirstErrorsOfASeriesThatTheyBegin() {
    long begun = nanos(2);
    send(point(SeriesType.COUNTER, "requests_total", "failed", 3, 4).setStartTimeUnixNano(begun));

    assertThat(reader.settle(driver).ratios()).isEqualTo(Map.of("s 00:00:00", "0/4"));
  }

  @Test
  void forgetsASeriesThatEndedAndThoseThatNoSloCountsAnyMore() {
    requests("ok", 0, 100);
    send(point(SeriesType.COUNTER, "requests_total", "ok", 1, 100).setStale(true));
    requests("ok", 2, 150);
    driver.define(TestSlos.set(2));
    requests("ok", 3, 200);
    driver.define(TestSlos.set(3, REQUESTS));
    requests("ok", 4, 300);
    requests("ok", 5, 301);

    assertThat(reader.settle(driver).ratios()).isEqualTo(Map.of("s 00:00:00", "1/1"));
  }

  @Test
  void comparesTheBucketsOfAHistogram() {
    driver.define(TestSlos.set(2, LATENCY.formatted("0.5")));
    latency(0, 0, 0, 0);
    latency(1, 90, 5, 5);

    assertThat(reader.settle(driver).ratios()).isEqualTo(Map.of("s 00:00:00", "95/100"));
  }

  /** Nobody knows on which side of it the values of that bucket are. */
  @Test
  void takesABucketThatTheValueIsInForNotFulfilling() {
    driver.define(TestSlos.set(2, LATENCY.formatted("0.4")));
    latency(0, 0, 0, 0);
    latency(1, 90, 5, 5);

    assertThat(reader.settle(driver).ratios()).isEqualTo(Map.of("s 00:00:00", "90/100"));
  }

  private void requests(String status, int second, double value) {
    send(point(SeriesType.COUNTER, "requests_total", status, second, value));
  }

  /** Up to 0.1, up to 0.5, and above. */
  private void latency(int second, long... counts) {
    send(
        point(SeriesType.HISTOGRAM, "latency_seconds", "ok", second, 0)
            .setExplicitHistogram(
                new ExplicitHistogram(
                    List.of(0.1, 0.5), List.of(counts[0], counts[1], counts[2]), 0.0)));
  }

  /** Of a series that has been counting for an hour. */
  private static SeriesPoint.Builder point(
      SeriesType type, String name, String status, int second, double value) {
    return SeriesPoint.newBuilder()
        .setName(name)
        .setHelp("")
        .setType(type)
        .setLabels(Map.of("service", "shop", "status", status))
        .setStartTimeUnixNano(nanos(-3600))
        .setTimeUnixNano(nanos(second))
        .setValue(value);
  }

  private void send(SeriesPoint.Builder point) {
    driver.send(Topics.SERIES, NO_KEY, SERIES.encode(point.build()));
  }

  private static long nanos(int second) {
    return (Telemetry.START.getEpochSecond() + second) * 1_000_000_000L;
  }
}
