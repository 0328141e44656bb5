package com.example.logs;

import static io.sluice.testkit.Telemetry.logs;
import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.processor.conformance.Conformance;
import io.sluice.processor.conformance.Subject;
import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.Topics;
import io.sluice.testkit.Service;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class LogMetricsTest {

  private final Service checkout = service("checkout");

  @Test
  void countsLinesThatMatch() {
    try (StageTestDriver driver = StageTestDriver.of(new LogMetricsProcessor()).start()) {
      driver.send(
          Topics.LOGS,
          null,
          logs(checkout.log("payment failed"), checkout.log("paid"), checkout.log("Error: no card"))
              .toByteArray());
      driver.send(Topics.LOGS, null, checkout.log("payment failed").toRequestBytes());

      List<SeriesPoint> points = driver.read(Topics.SERIES, LogMetricsProcessor.SERIES);
      assertThat(points)
          .extracting(SeriesPoint::getName, SeriesPoint::getValue)
          .containsExactly(
              tuple("log_failures_total", 2.0),
              tuple("log_failures_total", 3.0));
      assertThat(points.get(1).getTimeUnixNano()).isGreaterThan(points.get(0).getTimeUnixNano());
    }
  }

  @Conformance
  void keepsWhatEveryProcessorMust(Subject subject) {
    subject
        .runs(new LogMetricsProcessor())
        .keeps(Duration.ofDays(1))
        .reads(
            (round, inputs) -> {
              inputs.send(Topics.LOGS, checkout.log("payment failed").toRequestBytes());
              inputs.send(Topics.LOGS, service("s" + round).log("it failed").toRequestBytes());
            })
        .result(outputs -> outputs.latest(Topics.SERIES, LogMetricsTest::counted));
  }

  /** Without the times, which are the broker's. */
  private static String counted(byte[] point) {
    SeriesPoint series = LogMetricsProcessor.SERIES.decode(point);
    return series.getName() + series.getLabels() + " " + series.getValue();
  }
}
