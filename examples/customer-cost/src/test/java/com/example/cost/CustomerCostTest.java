package com.example.cost;

import static io.sluice.testkit.SpanKind.SERVER;
import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.traceId;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.conformance.Conformance;
import io.sluice.processor.conformance.Subject;
import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.CloseReason;
import io.sluice.schemas.Completeness;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.ServiceSummary;
import io.sluice.schemas.Topics;
import io.sluice.schemas.Trace;
import io.sluice.schemas.TraceId;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CustomerCostTest {

  private static final AvroSerde<Trace> TRACES = AvroSerde.of(Trace.getClassSchema());

  @Test
  void addsUpTheOwnTimeOfServicesAtTheirPrices() {
    CustomerCostConfig config =
        new CustomerCostConfig("customer.id", 1, Map.of("payment", "10"), 100);
    try (StageTestDriver driver =
        StageTestDriver.of(new CustomerCostProcessor()).config(config).start()) {
      send(driver, 1, "acme");
      send(driver, 2, "acme");
      send(driver, 3, "");

      List<SeriesPoint> points = driver.read(Topics.SERIES, CustomerCostProcessor.SERIES);
      assertThat(points)
          .extracting(CustomerCostTest::total)
          .containsExactly("acme 5.10", "acme 10.20");
      assertThat(points.get(1).getTimeUnixNano()).isGreaterThan(points.get(0).getTimeUnixNano());
    }
  }

  @Test
  void customersBeyondTheLimitAreOne() {
    CustomerCostConfig config = new CustomerCostConfig("customer.id", 1, Map.of(), 1);
    try (StageTestDriver driver =
        StageTestDriver.of(new CustomerCostProcessor()).config(config).start()) {
      send(driver, 1, "acme");
      send(driver, 2, "late");
      send(driver, 3, "later");

      assertThat(driver.read(Topics.SERIES, CustomerCostProcessor.SERIES))
          .extracting(CustomerCostTest::total)
          .containsExactly("acme 0.60", "other 0.60", "other 1.20");
    }
  }

  @Conformance
  void keepsWhatEveryProcessorMust(Subject subject) {
    subject
        .runs(new CustomerCostProcessor())
        .keeps(Duration.ofDays(1))
        .reads(
            (round, inputs) -> {
              inputs.send(Topics.TRACES, traceId(round + 1), trace(round + 1, "acme"));
              inputs.send(Topics.TRACES, traceId(round + 9), trace(round + 9, "c" + round));
            })
        .result(
            outputs ->
                outputs
                    .latest(Topics.SERIES, bytes -> CustomerCostProcessor.SERIES.decode(bytes))
                    .values()
                    .stream()
                    .map(point -> total((SeriesPoint) point))
                    .sorted()
                    .toList());
  }

  private static void send(StageTestDriver driver, int number, String customer) {
    driver.send(Topics.TRACES, traceId(number), trace(number, customer));
  }

  /** Half a second of payment, a tenth of the shop. */
  private static byte[] trace(int number, String customer) {
    var span = service("shop").span("POST /pay").kind(SERVER).trace(traceId(number));
    if (!customer.isEmpty()) {
      span.attribute("customer.id", customer);
    }
    return TRACES.encode(
        Trace.newBuilder()
            .setTraceId(new TraceId(traceId(number)))
            .setVersion(1)
            .setServices(List.of("payment", "shop"))
            .setStartTimeUnixNano(0)
            .setDurationNanos(600_000_000)
            .setError(false)
            .setSpanCount(2)
            .setCompleteness(Completeness.COMPLETE)
            .setCloseReason(CloseReason.COMPLETE)
            .setCloseDelayMillis(500)
            .setOtlp(ByteBuffer.wrap(span.toRequestBytes()))
            .setServiceSummaries(
                List.of(summary("payment", 500_000_000), summary("shop", 100_000_000)))
            .build());
  }

  private static ServiceSummary summary(String service, long selfNanos) {
    return ServiceSummary.newBuilder()
        .setService(service)
        .setSpanCount(1)
        .setErrorCount(0)
        .setAdjustedSpanCount(1)
        .setAdjustedErrorCount(0)
        .setSelfTimeNanos(selfNanos)
        .setCriticalPathNanos(selfNanos)
        .setClockShiftNanos(0)
        .build();
  }

  private static String total(SeriesPoint point) {
    return String.format(
        Locale.ROOT, "%s %.2f", point.getLabels().get("customer"), point.getValue());
  }
}
