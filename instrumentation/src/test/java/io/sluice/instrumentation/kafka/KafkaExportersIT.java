package io.sluice.instrumentation.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.SimpleLogRecordProcessor;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.sluice.instrumentation.ServiceTelemetry;
import io.sluice.instrumentation.micrometer.KafkaMeters;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.testkit.RestartableBroker;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@WithBroker
@Timeout(180)
class KafkaExportersIT {

  private static final AttributeKey<String> PAGE = AttributeKey.stringKey("page");
  private static final Duration WAIT = Duration.ofSeconds(30);

  @Test
  void spansOfATraceMeetInAPartitionWhichTheirTraceIdNames(TestBroker broker) {
    broker.createTopic(Topics.RAW_SPANS, 4);
    KafkaExporters exporters = exporters(broker).build();
    SpanExporter spans = exporters.spans();
    await().atMost(WAIT).until(() -> knowsPartitions(spans));

    for (int i = 0; i < 10; i++) {
      assertThat(spans.export(TestSpans.traces(i * 20, 20, 3)).isSuccess()).isTrue();
    }
    succeeds(spans.flush());
    succeeds(spans.shutdown());

    List<ConsumerRecord<byte[], byte[]>> records = broker.records(Topics.RAW_SPANS);
    assertThat(records).hasSizeBetween(30, 40); // one for each partition, not one for each trace
    Map<ByteString, Integer> partitionOfTrace = new HashMap<>();
    Set<ByteString> spanIds = new HashSet<>();
    for (ConsumerRecord<byte[], byte[]> record : records) {
      List<Span> found = spans(record);
      assertThat(record.key()).isEqualTo(found.get(0).getTraceId().toByteArray());
      for (Span span : found) {
        assertThat(partitionOfTrace.merge(span.getTraceId(), record.partition(), (a, b) -> b))
            .isEqualTo(partitionOfTrace.get(span.getTraceId()));
        assertThat(spanIds.add(span.getSpanId())).isTrue();
        assertThat(Utils.toPositive(Utils.murmur2(span.getTraceId().toByteArray())) % 4)
            .isEqualTo(record.partition());
      }
    }
    assertThat(spanIds).hasSize(600);
    assertThat(exporters.dropped().values()).allMatch(count -> count == 0);
  }

  @Test
  void aServiceSendsAllItsTelemetryByTheBuilder(TestBroker broker) throws IOException {
    createRawTopics(broker);
    try (ServiceTelemetry telemetry =
        ServiceTelemetry.builder("shop").kafka(exporters(broker).build()).build()) {
      emit(telemetry.openTelemetry());
      assertThat(telemetry.flush(WAIT)).isTrue();
      assertAllIsThere(broker);
    }
  }

  @Test
  void metersOfMicrometerArriveBesideTheMetricsOfTheSdk(TestBroker broker) throws IOException {
    createRawTopics(broker);
    KafkaExporters exporters = exporters(broker).build();
    try (ServiceTelemetry telemetry = ServiceTelemetry.builder("shop").kafka(exporters).build()) {
      try (KafkaMeters meters =
          KafkaMeters.create(exporters, telemetry.resource(), Duration.ofHours(1))) {
        meters.registry().counter("orders", "kind", "gift").increment(7);
      }
      telemetry.openTelemetry().getMeter("it").counterBuilder("visits").build().add(1);
      assertThat(telemetry.flush(WAIT)).isTrue();
    }

    assertThat(metricNames(broker)).contains("orders", "visits");
    Set<String> instances = new HashSet<>();
    for (var record : broker.records(Topics.RAW_METRICS)) {
      ExportMetricsServiceRequest.parseFrom(record.value())
          .getResourceMetricsList()
          .forEach(
              resource ->
                  resource.getResource().getAttributesList().stream()
                      .filter(attribute -> attribute.getKey().startsWith("service."))
                      .forEach(
                          attribute ->
                              instances.add(
                                  attribute.getKey()
                                      + "="
                                      + attribute.getValue().getStringValue())));
    }
    assertThat(instances).hasSize(2).contains("service.name=shop"); // and one service.instance.id
  }

  /** Each series is 20 KB: one metric is more than two records hold. */
  @Test
  void aMetricOfManySeriesArrivesInSeveralRecords(TestBroker broker) throws IOException {
    createRawTopics(broker);
    KafkaExporters exporters = exporters(broker).build();
    try (SdkMeterProvider meters =
        SdkMeterProvider.builder()
            .registerMetricReader(PeriodicMetricReader.create(exporters.metrics()))
            .build()) {
      Meter meter = meters.get("it");
      var visits = meter.counterBuilder("visits").build();
      var load = meter.gaugeBuilder("load").build();
      var took = meter.histogramBuilder("took").build();
      for (int i = 0; i < 100; i++) {
        Attributes series = Attributes.of(PAGE, i + "x".repeat(20_000));
        visits.add(1, series);
        load.set(1, series);
        took.record(1, series);
      }
      succeeds(meters.forceFlush());
    }

    Map<String, Set<String>> pages = new HashMap<>();
    for (Metric metric : metrics(broker)) {
      assertThat(metric.getSum().getIsMonotonic()).isEqualTo(metric.getName().equals("visits"));
      Stream.of(
              metric.getSum().getDataPointsList().stream().map(NumberDataPoint::getAttributesList),
              metric.getGauge().getDataPointsList().stream()
                  .map(NumberDataPoint::getAttributesList),
              metric.getHistogram().getDataPointsList().stream()
                  .map(HistogramDataPoint::getAttributesList))
          .flatMap(lists -> lists)
          .forEach(
              attributes ->
                  pages
                      .computeIfAbsent(metric.getName(), name -> new HashSet<>())
                      .add(attributes.get(0).getValue().getStringValue()));
    }
    assertThat(pages.get("visits")).hasSize(100);
    assertThat(pages.get("load")).hasSize(100);
    assertThat(pages.get("took")).hasSize(100);
    assertThat(exporters.dropped().values()).allMatch(count -> count == 0);
  }

  @Test
  void theSdkFindsTheExportersByName(TestBroker broker) throws IOException {
    createRawTopics(broker);
    Map<String, String> settings =
        Map.of(
            "otel.traces.exporter", "sluice-kafka",
            "otel.logs.exporter", "sluice-kafka",
            "otel.metrics.exporter", "sluice-kafka",
            "otel.service.name", "shop",
            "otel.exporter.sluice-kafka.bootstrap.servers", broker.connection().bootstrapServers(),
            "otel.exporter.sluice-kafka.namespace", broker.connection().namespace().name());
    var sdk =
        AutoConfiguredOpenTelemetrySdk.builder()
            .addPropertiesSupplier(() -> settings)
            .build()
            .getOpenTelemetrySdk();
    emit(sdk);

    succeeds(sdk.shutdown());

    assertAllIsThere(broker);
    assertThat(metricNames(broker)).contains("otel.sdk.exporter.span.exported");
  }

  @Test
  void brokerThatGoesAwayAndComesBackGetsEveryRecordOnce(RestartableBroker kafka) {
    try (TestBroker broker = kafka.newNamespace()) {
      broker.createTopic(Topics.RAW_SPANS, 2);
      KafkaExporters exporters = exporters(broker).build();
      SpanExporter spans = exporters.spans();
      spans.export(TestSpans.traces(0, 5, 1));
      succeeds(spans.flush());

      kafka.stop();
      for (int i = 1; i <= 50; i++) {
        CompletableResultCode result = spans.export(TestSpans.traces(i * 5, 5, 1));
        assertThat(result.isDone()).isTrue();
        assertThat(result.isSuccess()).isTrue();
      }
      CompletableResultCode flushed = spans.flush();
      assertThat(flushed.isDone()).isFalse();

      kafka.restart();
      succeeds(flushed);
      spans.export(TestSpans.traces(1000, 5, 1));
      succeeds(spans.shutdown());

      assertThat(spanIds(broker)).hasSize(5 + 250 + 5).doesNotHaveDuplicates();
      assertThat(exporters.dropped().values()).allMatch(count -> count == 0);
    }
  }

  @Test
  void serviceThatStartsBeforeTheBrokerLosesNothing(RestartableBroker kafka) {
    try (TestBroker broker = kafka.newNamespace()) {
      broker.createTopic(Topics.RAW_SPANS, 2);
      kafka.stop();
      SpanExporter spans = exporters(broker).build().spans();
      for (int i = 0; i < 20; i++) {
        assertThat(spans.export(TestSpans.traces(i * 5, 5, 1)).isSuccess()).isTrue();
      }

      kafka.restart();
      succeeds(spans.flush());
      succeeds(spans.shutdown());

      assertThat(spanIds(broker)).hasSize(100).doesNotHaveDuplicates();
    }
  }

  @Test
  void topicThatIsMissingHoldsUpOnlyItsOwnSignal(TestBroker broker) {
    broker.createTopic(Topics.RAW_SPANS, 2);
    KafkaExporters exporters = exporters(broker).closeTimeout(Duration.ofSeconds(1)).build();
    try (ServiceTelemetry telemetry = ServiceTelemetry.builder("shop").kafka(exporters).build()) {
      telemetry.openTelemetry().getLogsBridge().get("it").logRecordBuilder().setBody("x").emit();
      for (int i = 0; i < 3; i++) {
        telemetry.openTelemetry().getTracer("it").spanBuilder("GET").startSpan().end();
      }
      await().atMost(WAIT).until(() -> spanIds(broker).size() == 3);
    }
    assertThat(exporters.dropped())
        .hasEntrySatisfying(DropReason.CLOSED, n -> assertThat(n).isPositive());
  }

  @Test
  void doesNotSendWhatItsOwnClientSays(TestBroker broker) {
    createRawTopics(broker);
    var logs = exporters(broker).build().logs();
    try (SdkLoggerProvider provider =
        SdkLoggerProvider.builder()
            .addLogRecordProcessor(SimpleLogRecordProcessor.create(logs))
            .build()) {
      var kafka = provider.get("org.apache.kafka.clients.NetworkClient");
      kafka.logRecordBuilder().setBody("[Producer clientId=sluice-exporter] x").emit();
      kafka.logRecordBuilder().setBody("[Producer clientId=orders] y").emit();
      provider.get("shop").logRecordBuilder().setBody("clientId=sluice-exporter z").emit();
    }

    assertThat(logs(broker))
        .extracting(log -> log.getBody().getStringValue())
        .containsExactlyInAnyOrder("[Producer clientId=orders] y", "clientId=sluice-exporter z");
  }

  private static void emit(OpenTelemetry sdk) {
    sdk.getTracer("it").spanBuilder("GET /").startSpan().end();
    sdk.getLogsBridge().get("it").logRecordBuilder().setBody("paid").emit();
    sdk.getMeter("it").counterBuilder("orders").build().add(7);
    sdk.getMeter("it").histogramBuilder("orders.took").build().record(0.3);
  }

  private static void assertAllIsThere(TestBroker broker) throws IOException {
    ConsumerRecord<byte[], byte[]> batch = broker.records(Topics.RAW_SPANS).get(0);
    assertThat(spans(batch)).extracting(Span::getName).containsExactly("GET /");
    assertThat(
            ExportTraceServiceRequest.parseFrom(batch.value())
                .getResourceSpans(0)
                .getResource()
                .getAttributesList())
        .anyMatch(
            attribute ->
                attribute.getKey().equals("service.name")
                    && attribute.getValue().getStringValue().equals("shop"));
    assertThat(logs(broker))
        .extracting(log -> log.getBody().getStringValue())
        .containsExactly("paid");
    assertThat(metricNames(broker)).contains("orders", "orders.took");
    assertThat(broker.records(Topics.RAW_METRICS))
        .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
        .allMatch(key -> key.length() == 36)
        .containsOnly(
            new String(broker.records(Topics.RAW_METRICS).get(0).key(), StandardCharsets.UTF_8));
  }

  private static KafkaExporters.Builder exporters(TestBroker broker) {
    return KafkaExporters.builder(broker.connection().bootstrapServers())
        .namespace(broker.connection().namespace().name());
  }

  private static boolean knowsPartitions(SpanExporter exporter) {
    return exporter instanceof KafkaSpanExporter kafka && kafka.partitions() > 1;
  }

  private static void createRawTopics(TestBroker broker) {
    for (Topic topic : List.of(Topics.RAW_SPANS, Topics.RAW_LOGS, Topics.RAW_METRICS)) {
      broker.createTopic(topic, 2);
    }
  }

  private static void succeeds(CompletableResultCode result) {
    assertThat(result.join(60, TimeUnit.SECONDS).isSuccess()).isTrue();
  }

  private static List<ByteString> spanIds(TestBroker broker) {
    List<ByteString> ids = new ArrayList<>();
    for (var record : broker.records(Topics.RAW_SPANS)) {
      spans(record).forEach(span -> ids.add(span.getSpanId()));
    }
    return ids;
  }

  private static List<Span> spans(ConsumerRecord<byte[], byte[]> record) {
    try {
      return ExportTraceServiceRequest.parseFrom(record.value()).getResourceSpansList().stream()
          .flatMap(resource -> resource.getScopeSpansList().stream())
          .flatMap(scope -> scope.getSpansList().stream())
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<LogRecord> logs(TestBroker broker) {
    List<LogRecord> logs = new ArrayList<>();
    for (var record : broker.records(Topics.RAW_LOGS)) {
      try {
        ExportLogsServiceRequest.parseFrom(record.value())
            .getResourceLogsList()
            .forEach(
                resource ->
                    resource
                        .getScopeLogsList()
                        .forEach(scope -> logs.addAll(scope.getLogRecordsList())));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return logs;
  }

  private static Set<String> metricNames(TestBroker broker) throws IOException {
    return metrics(broker).stream().map(Metric::getName).collect(Collectors.toSet());
  }

  private static List<Metric> metrics(TestBroker broker) throws IOException {
    List<Metric> metrics = new ArrayList<>();
    for (var record : broker.records(Topics.RAW_METRICS)) {
      ExportMetricsServiceRequest.parseFrom(record.value())
          .getResourceMetricsList()
          .forEach(
              resource ->
                  resource
                      .getScopeMetricsList()
                      .forEach(scope -> metrics.addAll(scope.getMetricsList())));
    }
    return metrics;
  }
}
