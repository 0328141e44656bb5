package io.sluice.instrumentation.kafka;

import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Exporters for spans, log records and metrics that share one connection to Kafka. They write to
 * {@code otlp_spans}, {@code otlp_logs} and {@code otlp_metrics} what the Collector's Kafka
 * exporter writes there.
 *
 * <p>An export returns at once, whatever Kafka does: it succeeds when the batch was taken into
 * bounded memory, and what there is no room for is dropped and counted. Only {@code flush} waits
 * for Kafka. What waits is kept for ten minutes, so that a broker may be away for that long.
 *
 * <p>The connection closes when the last exporter that was asked for is shut down, within the close
 * time-out. Safe for use by several threads.
 */
public final class KafkaExporters {

  private final Settings settings;
  private final Counts counts = new Counts();
  private final Courier courier;
  private final byte[] metricKey = UUID.randomUUID().toString().getBytes(StandardCharsets.UTF_8);
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicBoolean registered = new AtomicBoolean();

  KafkaExporters(Settings settings) {
    settings.check();
    this.settings = settings;
    this.courier = new Courier(settings, counts);
    courier.start();
  }

  /**
   * Begins with the brokers to ask first.
   *
   * @param bootstrapServers as Kafka's clients take them, e.g. {@code kafka-1:9092,kafka-2:9092}
   */
  public static Builder builder(String bootstrapServers) {
    return new Builder(bootstrapServers);
  }

  /** An exporter for spans. To be shut down, as the SDK does. */
  public SpanExporter spans() {
    return new KafkaSpanExporter(
        new Opened(),
        courier,
        new Batches<>(
            Signal.SPANS, courier, counts, Requests.ofSpans(), span -> 1, span -> List.of()));
  }

  /** An exporter for log records. To be shut down, as the SDK does. */
  public LogRecordExporter logs() {
    return new KafkaLogRecordExporter(
        new Opened(),
        courier,
        new Batches<>(Signal.LOGS, courier, counts, Requests.ofLogs(), log -> 1, log -> List.of()));
  }

  /** An exporter for metrics. To be shut down, as the SDK does. */
  public MetricExporter metrics() {
    return new KafkaMetricExporter(
        new Opened(),
        courier,
        new Batches<>(
            Signal.METRICS,
            courier,
            counts,
            Requests.ofMetrics(),
            metric -> metric.getData().getPoints().size(),
            MetricPart::halves),
        metricKey);
  }

  /** A way for metrics that are OTLP already. To be shut down, as an exporter. */
  public EncodedMetrics encodedMetrics() {
    return new EncodedMetrics(new Opened(), courier, counts, metricKey);
  }

  /**
   * Counts as the SDK's own exporters do: {@code otel.sdk.exporter.span.exported} and kin, with the
   * reason as {@code error.type}. Only the first call does something.
   */
  public void register(MeterProvider meters) {
    if (registered.compareAndSet(false, true)) {
      counts.register(meters);
    }
  }

  /** How many spans, log records and data points never reached Kafka, by every reason. */
  public Map<DropReason, Long> dropped() {
    return counts.dropped();
  }

  boolean isClosed() {
    return open.get() < 0;
  }

  /** The share of one exporter in the connection. */
  final class Opened {

    private final AtomicBoolean closed = new AtomicBoolean();

    Opened() {
      if (open.getAndUpdate(n -> n < 0 ? n : n + 1) < 0) {
        throw new IllegalStateException("all exporters to Kafka at " + settings + " are shut down");
      }
    }

    CompletableResultCode close() {
      boolean last =
          closed.compareAndSet(false, true)
              && open.updateAndGet(n -> n == 1 ? Integer.MIN_VALUE : n - 1) < 0;
      CompletableResultCode flushed = courier.flush();
      return last ? CompletableResultCode.ofAll(List.of(flushed, courier.close())) : flushed;
    }

    @Override
    public String toString() {
      return settings.toString();
    }
  }

  /** Collects settings. For one thread, used once. */
  public static final class Builder {

    private final String bootstrapServers;
    private final Map<String, String> client = new HashMap<>();
    private String namespace = "";
    private long maxBytes = 16L << 20;
    private Duration closeTimeout = Duration.ofSeconds(5);

    private Builder(String bootstrapServers) {
      this.bootstrapServers = bootstrapServers;
    }

    /** The prefix of the topics, as Sluice's own setting; by default none. */
    public Builder namespace(String namespace) {
      this.namespace = namespace;
      return this;
    }

    /** How much telemetry may wait in memory; by default 16 MiB, at least 4 MiB. */
    public Builder maxBytes(long bytes) {
      this.maxBytes = bytes;
      return this;
    }

    /** How long the last shutdown waits for Kafka; by default 5 s. */
    public Builder closeTimeout(Duration timeout) {
      this.closeTimeout = timeout;
      return this;
    }

    /** A setting of Kafka's clients, for security and the network. */
    public Builder client(String name, String value) {
      client.put(name, value);
      return this;
    }

    /**
     * Starts to connect. Brokers that are away are no error.
     *
     * @throws IllegalArgumentException when a setting makes no sense
     */
    public KafkaExporters build() {
      return new KafkaExporters(
          new Settings(bootstrapServers, namespace, maxBytes, closeTimeout, client));
    }
  }
}
