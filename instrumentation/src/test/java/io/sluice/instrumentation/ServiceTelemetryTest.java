package io.sluice.instrumentation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryLogRecordExporter;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricExporter;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class ServiceTelemetryTest {

  private static final Duration SOON = Duration.ofSeconds(20);

  @Test
  void sendsSpansLogsAndMetricsWithTheResourceOverOtlp() {
    try (OtlpCollector collector = new OtlpCollector();
        ServiceTelemetry telemetry =
            ServiceTelemetry.builder("billing")
                .version("1.2.3")
                .attribute(AttributeKey.stringKey("deployment.environment.name"), "test")
                .otlpEndpoint(collector.endpoint())
                .build()) {
      Span span = telemetry.openTelemetry().getTracer("test").spanBuilder("bill").startSpan();
      try (Scope current = span.makeCurrent()) {
        telemetry
            .openTelemetry()
            .getLogsBridge()
            .get("test")
            .logRecordBuilder()
            .setSeverity(Severity.INFO)
            .setBody("billed")
            .emit();
      }
      span.end();
      telemetry.openTelemetry().getMeter("test").counterBuilder("bills").build().add(1);

      assertThat(telemetry.flush(SOON)).isTrue();

      Resource resource = collector.traces.get(0).getResourceSpans(0).getResource();
      assertThat(attributes(resource))
          .containsEntry("service.name", "billing")
          .containsEntry("service.version", "1.2.3")
          .containsEntry("deployment.environment.name", "test")
          .containsKeys("service.instance.id", "telemetry.sdk.name");
      assertThat(collector.logs.get(0).getResourceLogs(0).getResource()).isEqualTo(resource);
      assertThat(collector.metrics.get(0).getResourceMetrics(0).getResource()).isEqualTo(resource);
      LogRecord log = collector.logs.get(0).getResourceLogs(0).getScopeLogs(0).getLogRecords(0);
      assertThat(log.getBody().getStringValue()).isEqualTo("billed");
      assertThat(log.getSpanId())
          .isEqualTo(
              collector.traces.get(0).getResourceSpans(0).getScopeSpans(0).getSpans(0).getSpanId());
    }
  }

  @Test
  void sendsWhatIsQueuedWhenItCloses() {
    try (OtlpCollector collector = new OtlpCollector()) {
      ServiceTelemetry telemetry =
          ServiceTelemetry.builder("billing")
              .otlpEndpoint(collector.endpoint())
              .batchDelay(Duration.ofHours(1))
              .build();
      telemetry.openTelemetry().getTracer("test").spanBuilder("bill").startSpan().end();

      telemetry.close();
      telemetry.close();

      assertThat(collector.traces).hasSize(1);
    }
  }

  @Test
  void saysThatAFlushFailedWhenTheEndpointRefuses() {
    InMemorySpanExporter refusing = InMemorySpanExporter.create();
    refusing.shutdown();
    try (ServiceTelemetry telemetry = inMemory("billing").spanExporter(refusing).build()) {
      assertThat(telemetry.flush(SOON)).isTrue();
      telemetry.openTelemetry().getTracer("test").spanBuilder("bill").startSpan().end();

      assertThat(telemetry.flush(SOON)).isFalse();
    }
  }

  @Test
  void closesInTimeWhenTheEndpointIsAway() throws IOException {
    int freePort;
    try (ServerSocket socket = new ServerSocket(0)) {
      freePort = socket.getLocalPort();
    }
    ServiceTelemetry telemetry =
        ServiceTelemetry.builder("billing")
            .otlpEndpoint("http://127.0.0.1:" + freePort)
            .closeTimeout(Duration.ofMillis(200))
            .build();
    telemetry.openTelemetry().getTracer("test").spanBuilder("bill").startSpan().end();

    long before = System.nanoTime();
    telemetry.close();

    // Generous: a wait for the endpoint takes ten seconds and more.
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(9));
  }

  @Test
  void dropsAndCountsWhatTheQueueCannotHold() {
    InMemoryMetricExporter metrics = InMemoryMetricExporter.create();
    StuckExporter stuck = new StuckExporter();
    try (ServiceTelemetry telemetry =
        inMemory("billing")
            .spanExporter(stuck)
            .metricExporter(metrics)
            .queueSize(16)
            .closeTimeout(Duration.ZERO)
            .build()) {
      for (int i = 0; i < 1_000; i++) {
        telemetry.openTelemetry().getTracer("test").spanBuilder("bill").startSpan().end();
      }
      telemetry.flush(Duration.ofMillis(100)); // of the spans it fails, and metrics may take longer

      await().until(() -> !metrics.getFinishedMetricItems().isEmpty());
      assertThat(droppedSpans(metrics)).isBetween(900L, 1_000L);
    } finally {
      stuck.result.succeed();
    }
  }

  @Test
  void refusesSettingsThatCannotWork() {
    assertThatThrownBy(() -> ServiceTelemetry.builder(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("name");
    ServiceTelemetryBuilder builder = ServiceTelemetry.builder("billing");
    assertThatThrownBy(() -> builder.queueSize(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.batchDelay(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.metricInterval(Duration.ofSeconds(-1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> builder.otlpEndpoint("not a url").build())
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static ServiceTelemetryBuilder inMemory(String service) {
    return ServiceTelemetry.builder(service)
        .spanExporter(InMemorySpanExporter.create())
        .logExporter(InMemoryLogRecordExporter.create())
        .metricExporter(InMemoryMetricExporter.create());
  }

  private static long droppedSpans(InMemoryMetricExporter metrics) {
    return metrics.getFinishedMetricItems().stream()
        .filter(metric -> metric.getName().equals("otel.sdk.processor.span.processed"))
        .map(MetricData::getLongSumData)
        .flatMap(data -> data.getPoints().stream())
        .filter(
            point ->
                "queue_full"
                    .equals(point.getAttributes().get(AttributeKey.stringKey("error.type"))))
        .mapToLong(LongPointData::getValue)
        .sum();
  }

  private static Map<String, String> attributes(Resource resource) {
    return resource.getAttributesList().stream()
        .collect(Collectors.toMap(KeyValue::getKey, pair -> pair.getValue().getStringValue()));
  }

  /** Takes a batch and never answers. */
  private static final class StuckExporter implements SpanExporter {

    final CompletableResultCode result = new CompletableResultCode();

    @Override
    public CompletableResultCode export(Collection<SpanData> batch) {
      return result;
    }

    @Override
    public CompletableResultCode flush() {
      return result;
    }

    @Override
    public CompletableResultCode shutdown() {
      return result;
    }
  }
}
