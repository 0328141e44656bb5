package io.sluice.instrumentation.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.autoconfigure.spi.internal.DefaultConfigProperties;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.sluice.instrumentation.ServiceTelemetry;
import io.sluice.instrumentation.logs.SanitizedLogs;
import io.sluice.instrumentation.micrometer.KafkaMeters;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What holds while no broker is there at all. */
@Timeout(60)
class KafkaExportersTest {

  @Test
  void takesWhatMemoryAllowsAndDropsTheRestWithoutWaiting() throws IOException {
    KafkaExporters exporters = toNobody().closeTimeout(Duration.ZERO).build();
    SpanExporter spans = exporters.spans();
    List<SpanData> batch = List.of(TestSpans.span(1, 1, "x".repeat(500_000)));

    int taken = 0;
    for (int i = 0; i < 100; i++) {
      CompletableResultCode result = spans.export(batch);
      assertThat(result.isDone()).isTrue();
      taken += result.isSuccess() ? 1 : 0;
    }

    assertThat(taken).isEqualTo(4); // half of 4 MiB waits here, the other half is the producer's
    assertThat(exporters.dropped()).containsEntry(DropReason.FULL, 96L);
    end(spans);
  }

  @Test
  void closesWithinItsDeadlineAndCountsWhatIsLost() throws IOException {
    KafkaExporters exporters = toNobody().closeTimeout(Duration.ofMillis(300)).build();
    SpanExporter spans = exporters.spans();
    assertThat(spans.export(TestSpans.traces(0, 10, 3)).isSuccess()).isTrue();
    CompletableResultCode flushed = spans.flush();
    assertThat(flushed.isDone()).isFalse();

    CompletableResultCode closed = spans.shutdown();

    assertThat(closed.join(20, TimeUnit.SECONDS).isDone()).isTrue();
    assertThat(closed.isSuccess()).isFalse();
    assertThat(flushed.isSuccess()).isFalse();
    assertThat(exporters.dropped()).containsEntry(DropReason.CLOSED, 30L);
    assertThat(spans.export(TestSpans.traces(0, 1, 1)).isSuccess()).isFalse();
    assertThat(exporters.dropped()).containsEntry(DropReason.CLOSED, 31L);
  }

  @Test
  void leavesNoThreadBehind() throws IOException {
    SpanExporter spans = toNobody().closeTimeout(Duration.ZERO).build().spans();
    await().until(() -> threads() > 0);

    end(spans);

    await().until(() -> threads() == 0);
  }

  /** As documented for log records without secrets. */
  @Test
  void closesWithTheTelemetryThatWrapsOneOfTheExporters() throws IOException {
    KafkaExporters exporters = toNobody().closeTimeout(Duration.ZERO).build();
    ServiceTelemetry telemetry =
        ServiceTelemetry.builder("shop")
            .kafka(exporters)
            .logExporter(SanitizedLogs.before(exporters.logs()))
            .closeTimeout(Duration.ofMillis(300))
            .build();

    telemetry.close();

    assertThat(exporters.isClosed()).isTrue();
  }

  @Test
  void closesWithTheLastAlsoWhenMetersWereRefused() throws IOException {
    KafkaExporters exporters = toNobody().closeTimeout(Duration.ZERO).build();
    SpanExporter spans = exporters.spans();
    assertThatThrownBy(() -> KafkaMeters.create(exporters, Resource.empty(), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);

    end(spans);

    assertThat(exporters.isClosed()).isTrue();
  }

  @Test
  void dropsOnlyTheItemThatNoRecordCanHold() throws IOException {
    KafkaExporters exporters = toNobody().closeTimeout(Duration.ZERO).build();
    SpanExporter spans = exporters.spans();

    CompletableResultCode result =
        spans.export(
            List.of(
                TestSpans.span(1, 1, "small"),
                TestSpans.span(1, 2, "x".repeat(1 << 20)),
                TestSpans.span(1, 3, "small")));

    assertThat(result.isSuccess()).isFalse();
    assertThat(exporters.dropped())
        .containsEntry(DropReason.TOO_LARGE, 1L)
        .containsEntry(DropReason.FULL, 0L);
    end(spans);
    assertThat(exporters.dropped()).containsEntry(DropReason.CLOSED, 2L);
  }

  @Test
  void countsDropsAsTheSdksOwnExportersDo() throws IOException {
    KafkaExporters exporters = toNobody().closeTimeout(Duration.ZERO).build();
    SpanExporter spans = exporters.spans();
    InMemoryMetricReader reader = InMemoryMetricReader.create();
    try (SdkMeterProvider meters =
        SdkMeterProvider.builder().registerMetricReader(reader).build()) {
      exporters.register(meters);
      exporters.register(meters);
      spans.export(TestSpans.traces(0, 7, 1));
      end(spans);

      Map<String, Long> byError =
          reader.collectAllMetrics().stream()
              .filter(metric -> metric.getName().equals("otel.sdk.exporter.span.exported"))
              .flatMap(metric -> metric.getLongSumData().getPoints().stream())
              .collect(
                  Collectors.toMap(
                      point ->
                          String.valueOf(
                              point.getAttributes().get(AttributeKey.stringKey("error.type"))),
                      point -> point.getValue()));
      assertThat(byError).containsExactlyInAnyOrderEntriesOf(Map.of("null", 0L, "closed", 7L));
    }
  }

  @Test
  void refusesSettingsThatMakeNoSense() {
    assertThatThrownBy(() -> KafkaExporters.builder(" ").build())
        .hasMessage("the Kafka exporter needs bootstrap servers");
    assertThatThrownBy(() -> KafkaExporters.builder("localhost:9").maxBytes(1000).build())
        .hasMessageContaining("at least 4194304 bytes");
    assertThatThrownBy(() -> KafkaExporters.builder("localhost:9").client("linger.ms", "x").build())
        .hasMessageContaining("linger.ms");
    assertThatThrownBy(
            () ->
                KafkaExporters.builder("localhost:9")
                    .client("interceptor.classes", "any.Tracing")
                    .build())
        .hasMessageContaining("would trace itself");
  }

  @Test
  void sharesOneConnectionAmongExportersThatAreConfiguredAlike(@TempDir Path folder)
      throws IOException {
    Path client = folder.resolve("client.properties");
    Files.writeString(client, "sasl.jaas.config=secret\nreceive.buffer.bytes=70000\n");
    Map<String, String> settings =
        Map.of(
            "otel.exporter.sluice-kafka.bootstrap.servers",
            "127.0.0.1:" + freePort(),
            "otel.exporter.sluice-kafka.close.timeout",
            "0s",
            "otel.exporter.sluice-kafka.client.properties",
            client.toString());
    var config = DefaultConfigProperties.createFromMap(settings);

    KafkaExporters first = AutoConfigured.exporters(config);
    assertThat(AutoConfigured.exporters(config)).isSameAs(first);
    SpanExporter spans = first.spans();
    assertThat(spans.toString()).doesNotContain("secret");
    end(spans);
    KafkaExporters second = AutoConfigured.exporters(config);
    assertThat(second).isNotSameAs(first);
    end(second.spans());
  }

  @Test
  void namesTheFileThatItCannotRead() {
    var config =
        DefaultConfigProperties.createFromMap(
            Map.of("otel.exporter.sluice-kafka.client.properties", "/no/such/file"));
    assertThatThrownBy(() -> AutoConfigured.exporters(config))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("otel.exporter.sluice-kafka.client.properties")
        .hasMessageContaining("/no/such/file");
  }

  private static void end(SpanExporter exporter) {
    assertThat(exporter.shutdown().join(20, TimeUnit.SECONDS).isDone()).isTrue();
  }

  private static KafkaExporters.Builder toNobody() throws IOException {
    return KafkaExporters.builder("127.0.0.1:" + freePort()).maxBytes(4 << 20);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().contains("sluice-exporter"))
        .count();
  }
}
