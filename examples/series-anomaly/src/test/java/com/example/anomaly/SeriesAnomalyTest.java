package com.example.anomaly;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.conformance.Conformance;
import io.sluice.processor.conformance.Subject;
import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.SeriesIdentity;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.Topics;
import io.sluice.testkit.Telemetry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** Days of six hours with slots of an hour, so that a test has many of them. */
class SeriesAnomalyTest {

  private static final AvroSerde<SeriesPoint> SERIES = AvroSerde.of(SeriesPoint.getClassSchema());
  private static final SeriesAnomalyConfig CONFIG =
      new SeriesAnomalyConfig("calls_total", Duration.ofHours(6), Duration.ofHours(1), 4, 3);

  @Test
  void aBusyHourOfEachDayIsUsual() {
    assertThat(anomalies(60, hour -> hour % 6 == 2 ? 1000 : 100)).isEmpty();
  }

  @Test
  void theSameLoadAtAnotherHourIsNot() {
    assertThat(anomalies(60, hour -> hour % 6 == 2 || hour == 45 ? 1000 : 100))
        .singleElement()
        .asString()
        .contains("grew by 1000", "where 100 is usual");
  }

  @Test
  void silenceIsAnAnomalyToo() {
    assertThat(anomalies(60, hour -> hour == 45 ? 0 : 100)).hasSize(1);
  }

  @Test
  void whatSpreadsMuchMayDoSo() {
    assertThat(anomalies(60, hour -> 100 + hour * 7919 % 60)).isEmpty();
  }

  @Conformance
  void keepsWhatEveryProcessorMust(Subject subject) {
    subject
        .runs(new SeriesAnomalyProcessor(), CONFIG)
        .keeps(Duration.ofHours(20))
        .reads(
            (round, inputs) -> {
              int[] total = {0};
              for (int hour = round * 40; hour < round * 40 + 40; hour++) {
                total[0] += hour % 40 == 30 ? 5000 : 100;
                SeriesPoint point = calls("s" + round, hour, total[0]);
                inputs.send(Topics.SERIES, key(point), SERIES.encode(point));
              }
            });
  }

  private static List<String> anomalies(int hours, IntUnaryOperator calls) {
    try (StageTestDriver driver =
        StageTestDriver.of(new SeriesAnomalyProcessor()).config(CONFIG).start()) {
      int total = 0;
      for (int hour = 0; hour < hours; hour++) {
        SeriesPoint point = calls("shop", hour, total);
        driver.send(Topics.SERIES, key(point), SERIES.encode(point));
        total += calls.applyAsInt(hour);
      }
      return driver.read(SeriesAnomalyProcessor.ANOMALIES).stream()
          .map(record -> new String(record.value(), StandardCharsets.UTF_8))
          .toList();
    }
  }

  /** A counter that began when the test did. */
  private static SeriesPoint calls(String service, int hour, int total) {
    long start = TimeUnit.SECONDS.toNanos(Telemetry.START.getEpochSecond());
    return SeriesPoint.newBuilder()
        .setName("calls_total")
        .setHelp("Calls")
        .setType(SeriesType.COUNTER)
        .setLabels(Map.of("service", service))
        .setStartTimeUnixNano(start)
        .setTimeUnixNano(start + TimeUnit.HOURS.toNanos(hour))
        .setValue(total)
        .build();
  }

  private static byte[] key(SeriesPoint point) {
    return SeriesIdentity.of(point).getBytes(StandardCharsets.UTF_8);
  }
}
