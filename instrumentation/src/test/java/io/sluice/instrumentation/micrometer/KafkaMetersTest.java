package io.sluice.instrumentation.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.sdk.resources.Resource;
import io.sluice.instrumentation.RecordedTelemetry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** What Micrometer's meters are on the topic. */
class KafkaMetersTest {

  private static final Resource SHOP =
      Resource.create(
          Attributes.builder()
              .put("service.name", "shop")
              .put("service.instance.id", "shop-1")
              .put("process.pid", 42)
              .put("telemetry.sdk.name", "opentelemetry")
              .build());

  private final List<ExportMetricsServiceRequest> sent = new ArrayList<>();

  @Test
  void countersAreCumulativeSumsWithUnitAndDescription() {
    run(
        meters -> {
          Counter gifts =
              Counter.builder("orders.value")
                  .baseUnit("EUR")
                  .description("Of all orders.")
                  .tag("kind", "gift")
                  .register(meters);
          gifts.increment(19.5);
          gifts.increment(0.5);
        });

    Metric metric = metric("orders.value");
    assertThat(metric.getUnit()).isEqualTo("EUR");
    assertThat(metric.getDescription()).isEqualTo("Of all orders.");
    assertThat(metric.getSum().getIsMonotonic()).isTrue();
    assertThat(metric.getSum().getAggregationTemporality())
        .isEqualTo(AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
    NumberDataPoint point = metric.getSum().getDataPoints(0);
    assertThat(point.getAsDouble()).isEqualTo(20);
    assertThat(attributes(point.getAttributesList())).containsExactly(Map.entry("kind", "gift"));
  }

  @Test
  void aRestartedServiceCountsFromItsOwnBeginning() {
    run(meters -> meters.counter("orders").increment(7));
    NumberDataPoint before = metric("orders").getSum().getDataPoints(0);
    sent.clear();
    long ended = System.currentTimeMillis();
    await().until(() -> System.currentTimeMillis() > ended); // a start is known to the millisecond
    run(meters -> meters.counter("orders").increment(3));
    NumberDataPoint after = metric("orders").getSum().getDataPoints(0);

    assertThat(before.getAsDouble()).isEqualTo(7);
    assertThat(after.getAsDouble()).isEqualTo(3);
    assertThat(before.getStartTimeUnixNano()).isPositive();
    // Says that the count began again: without it a reader would see a counter that fell.
    assertThat(after.getStartTimeUnixNano()).isGreaterThan(before.getStartTimeUnixNano());
    assertThat(after.getTimeUnixNano()).isGreaterThanOrEqualTo(after.getStartTimeUnixNano());
  }

  @Test
  void timersAreInSecondsWithTheirLargestValueBeside() {
    run(
        meters -> {
          Timer timer = meters.timer("checkout");
          timer.record(250, TimeUnit.MILLISECONDS);
          timer.record(1500, TimeUnit.MILLISECONDS);
        });

    assertThat(metric("checkout").getUnit()).isEqualTo("seconds");
    HistogramDataPoint point = metric("checkout").getHistogram().getDataPoints(0);
    assertThat(point.getCount()).isEqualTo(2);
    assertThat(point.getSum()).isCloseTo(1.75, within(1e-9));
    assertThat(metric("checkout.max").getGauge().getDataPoints(0).getAsDouble())
        .isCloseTo(1.5, within(1e-9));
  }

  @Test
  void percentileHistogramsAreExponential() {
    run(
        meters -> {
          Timer timer = Timer.builder("checkout").publishPercentileHistogram().register(meters);
          for (int millis = 1; millis <= 1000; millis++) {
            timer.record(millis, TimeUnit.MILLISECONDS);
          }
        });

    ExponentialHistogramDataPoint point =
        metric("checkout").getExponentialHistogram().getDataPoints(0);
    assertThat(point.getCount()).isEqualTo(1000);
    assertThat(point.getSum()).isCloseTo(500.5, within(1e-6));
    assertThat(
            point.getZeroCount()
                + point.getPositive().getBucketCountsList().stream().mapToLong(n -> n).sum())
        .isEqualTo(1000);
    assertThat(Math.pow(2, Math.pow(2, -point.getScale()))).isLessThan(1.1); // within a tenth
  }

  @Test
  void bucketsThatTheServiceNamesAreThese() {
    run(
        meters -> {
          DistributionSummary items =
              DistributionSummary.builder("basket.items")
                  .serviceLevelObjectives(1, 5, 20)
                  .register(meters);
          items.record(1);
          items.record(4);
          items.record(50);
        });

    HistogramDataPoint point = metric("basket.items").getHistogram().getDataPoints(0);
    assertThat(point.getExplicitBoundsList()).startsWith(1.0, 5.0, 20.0);
    assertThat(point.getBucketCountsList().subList(0, 3)).containsExactly(1L, 1L, 0L);
    assertThat(point.getBucketCountsList().stream().mapToLong(n -> n).sum()).isEqualTo(3);
  }

  @Test
  void gaugesAndFunctionsAreReadWhenTheyAreSent() {
    List<String> queue = new ArrayList<>(List.of("a", "b"));
    run(
        meters -> {
          Gauge.builder("queue.size", queue, List::size).register(meters);
          FunctionCounter.builder("queue.taken", queue, taken -> 12).register(meters);
          queue.add("c");
        });

    assertThat(metric("queue.size").getGauge().getDataPoints(0).getAsDouble()).isEqualTo(3);
    assertThat(metric("queue.taken").getSum().getDataPoints(0).getAsDouble()).isEqualTo(12);
    assertThat(metric("queue.taken").getSum().getIsMonotonic()).isTrue();
  }

  @Test
  void exemplarsNameTheSpanThatWasCurrent() {
    try (RecordedTelemetry telemetry = new RecordedTelemetry()) {
      Span span = telemetry.tracer().spanBuilder("checkout").startSpan();
      run(
          meters -> {
            Timer timer = Timer.builder("checkout").publishPercentileHistogram().register(meters);
            try (Scope current = span.makeCurrent()) {
              timer.record(Duration.ofMillis(20));
            }
          });

      ByteString traceId =
          metric("checkout")
              .getExponentialHistogram()
              .getDataPoints(0)
              .getExemplars(0)
              .getTraceId();
      assertThat(HexFormat.of().formatHex(traceId.toByteArray()))
          .isEqualTo(span.getSpanContext().getTraceId());
    }
  }

  @Test
  void comesFromTheResourceOfTheService() {
    run(meters -> meters.counter("orders").increment());

    Map<String, String> resource =
        attributes(sent.get(0).getResourceMetrics(0).getResource().getAttributesList());
    assertThat(resource)
        .containsEntry("service.name", "shop")
        .containsEntry("service.instance.id", "shop-1")
        .containsEntry("process.pid", "42")
        .containsEntry("telemetry.sdk.name", "io.micrometer");
  }

  @Test
  void manyMetersAreSeveralRecords() {
    run(
        meters -> {
          for (int i = 0; i < 1000; i++) {
            Timer.builder("call")
                .tag("route", "/products/" + i)
                .serviceLevelObjectives(Duration.ofMillis(5), Duration.ofMillis(50))
                .publishPercentileHistogram()
                .register(meters)
                .record(Duration.ofMillis(i));
          }
        });

    assertThat(sent).hasSizeGreaterThan(5);
    assertThat(sent).allMatch(request -> request.getSerializedSize() < 900 << 10);
    assertThat(sent.stream().mapToInt(DataPoints::of).sum()).isEqualTo(2000); // and each one's max
  }

  @Test
  void refusesAnIntervalThatIsNone() {
    assertThatThrownBy(() -> new KafkaMetersConfig(SHOP, Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("interval must be positive");
  }

  private void run(Consumer<MeterRegistry> service) {
    var meters =
        KafkaMeters.registry(
            new KafkaMetersConfig(SHOP, Duration.ofHours(1)),
            request -> sent.add(ExportMetricsServiceRequest.parseFrom(request.getMetricsData())));
    service.accept(meters);
    meters.close(); // sends the last values
  }

  private Metric metric(String name) {
    return sent.stream()
        .flatMap(request -> request.getResourceMetricsList().stream())
        .flatMap(resource -> resource.getScopeMetricsList().stream())
        .flatMap(scope -> scope.getMetricsList().stream())
        .filter(metric -> metric.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Map<String, String> attributes(List<KeyValue> attributes) {
    return attributes.stream()
        .collect(Collectors.toMap(KeyValue::getKey, kv -> kv.getValue().getStringValue()));
  }
}
