package io.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.exporter.otlp.http.logs.OtlpHttpLogRecordExporter;
import io.opentelemetry.exporter.otlp.http.metrics.OtlpHttpMetricExporter;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The OpenTelemetry Java SDK with its own exporters as the client. */
@WithBroker
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SdkExportersIT {

  private static final Duration WAIT = Duration.ofSeconds(30);
  private static final Resource SHOP =
      Resource.create(Attributes.builder().put("service.name", "shop").build());

  private TestBroker broker;
  private RunningIngest ingest;

  @BeforeAll
  void start(TestBroker testBroker) {
    broker = testBroker;
    ingest = RunningIngest.ready(new TestConfig(), testBroker);
  }

  @AfterAll
  void stop() {
    ingest.close();
  }

  @ParameterizedTest
  @CsvSource({"grpc,none", "grpc,gzip", "http,none", "http,gzip"})
  void spansArrive(String protocol, String compression) throws Exception {
    SpanExporter exporter =
        protocol.equals("grpc")
            ? OtlpGrpcSpanExporter.builder()
                .setEndpoint(ingest.grpcEndpoint())
                .setCompression(compression)
                .build()
            : OtlpHttpSpanExporter.builder()
                .setEndpoint(ingest.http("/v1/traces").toString())
                .setCompression(compression)
                .build();
    Span span;
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .setResource(SHOP)
            .addSpanProcessor(SimpleSpanProcessor.create(exporter))
            .build()) {
      span = provider.get("it").spanBuilder("GET /" + protocol + compression).startSpan();
      span.setAttribute("http.route", "/").addEvent("done").end();
      assertSuccess(provider.forceFlush());
    }

    var request =
        ExportTraceServiceRequest.parseFrom(
            recordWith("GET /" + protocol + compression, Topics.RAW_SPANS));
    var arrived = request.getResourceSpans(0).getScopeSpans(0).getSpans(0);
    assertThat(service(request.getResourceSpans(0).getResource().getAttributesList()))
        .isEqualTo("shop");
    assertThat(arrived.getName()).isEqualTo("GET /" + protocol + compression);
    assertThat(arrived.getTraceId().toByteArray())
        .isEqualTo(span.getSpanContext().getTraceIdBytes());
    assertThat(arrived.getEventsList()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"grpc,none", "grpc,gzip", "http,none", "http,gzip"})
  void logsArrive(String protocol, String compression) throws Exception {
    LogRecordExporter exporter =
        protocol.equals("grpc")
            ? OtlpGrpcLogRecordExporter.builder()
                .setEndpoint(ingest.grpcEndpoint())
                .setCompression(compression)
                .build()
            : OtlpHttpLogRecordExporter.builder()
                .setEndpoint(ingest.http("/v1/logs").toString())
                .setCompression(compression)
                .build();
    try (SdkLoggerProvider provider =
        SdkLoggerProvider.builder()
            .setResource(SHOP)
            .addLogRecordProcessor(SimpleLogRecordProcessor.create(exporter))
            .build()) {
      provider.get("it").logRecordBuilder().setBody("paid by " + protocol + compression).emit();
      assertSuccess(provider.forceFlush());
    }

    var request =
        ExportLogsServiceRequest.parseFrom(
            recordWith("paid by " + protocol + compression, Topics.RAW_LOGS));
    var arrived = request.getResourceLogs(0).getScopeLogs(0).getLogRecords(0);
    assertThat(service(request.getResourceLogs(0).getResource().getAttributesList()))
        .isEqualTo("shop");
    assertThat(arrived.getBody().getStringValue()).isEqualTo("paid by " + protocol + compression);
  }

  @ParameterizedTest
  @CsvSource({"grpc,none", "grpc,gzip", "http,none", "http,gzip"})
  void metricsArrive(String protocol, String compression) throws Exception {
    String orders = "orders." + protocol + "." + compression;
    MetricExporter exporter =
        protocol.equals("grpc")
            ? OtlpGrpcMetricExporter.builder()
                .setEndpoint(ingest.grpcEndpoint())
                .setCompression(compression)
                .build()
            : OtlpHttpMetricExporter.builder()
                .setEndpoint(ingest.http("/v1/metrics").toString())
                .setCompression(compression)
                .build();
    try (SdkMeterProvider provider =
        SdkMeterProvider.builder()
            .setResource(SHOP)
            .registerMetricReader(
                PeriodicMetricReader.builder(exporter).setInterval(Duration.ofHours(1)).build())
            .build()) {
      var meter = provider.get("it");
      meter.counterBuilder(orders).build().add(7);
      meter.histogramBuilder(orders + ".took").build().record(0.3);
      assertSuccess(provider.forceFlush());
    }

    // The SDK's own metrics are in the request too, and closing the provider exports once more.
    List<Metric> metrics = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : broker.records(Topics.RAW_METRICS)) {
      ExportMetricsServiceRequest.parseFrom(record.value()).getResourceMetricsList().stream()
          .flatMap(resource -> resource.getScopeMetricsList().stream())
          .forEach(scope -> metrics.addAll(scope.getMetricsList()));
    }
    assertThat(metrics)
        .filteredOn(metric -> metric.getName().equals(orders))
        .isNotEmpty()
        .allMatch(metric -> metric.getSum().getDataPoints(0).getAsInt() == 7);
    assertThat(metrics)
        .filteredOn(metric -> metric.getName().equals(orders + ".took"))
        .isNotEmpty()
        .allMatch(metric -> metric.getHistogram().getDataPoints(0).getSum() == 0.3);
  }

  private static void assertSuccess(CompletableResultCode result) {
    assertThat(result.join(WAIT.toSeconds(), TimeUnit.SECONDS).isSuccess()).isTrue();
  }

  private byte[] recordWith(String text, Topic topic) {
    return broker.records(topic).stream()
        .map(ConsumerRecord::value)
        .filter(value -> new String(value, StandardCharsets.UTF_8).contains(text))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no record on " + topic + " has " + text));
  }

  private static String service(List<KeyValue> attributes) {
    return attributes.get(0).getValue().getStringValue();
  }
}
