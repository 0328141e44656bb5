package io.sluice.instrumentation;

import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.InternalTelemetryVersion;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.semconv.ServiceAttributes;
import io.sluice.instrumentation.kafka.KafkaExporters;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Collects what the telemetry of one service needs. For one thread, used once. */
public final class ServiceTelemetryBuilder {

  private final String serviceName;
  private final AttributesBuilder resource = Attributes.builder();
  private String endpoint = "http://localhost:4317";
  private Duration batchDelay = Duration.ofSeconds(1);
  private Duration metricInterval = Duration.ofSeconds(60);
  private Duration closeTimeout = Duration.ofSeconds(10);
  private int queueSize = 2048;
  private @Nullable SpanExporter spanExporter;
  private @Nullable LogRecordExporter logExporter;
  private @Nullable MetricExporter metricExporter;
  private @Nullable KafkaExporters kafka;

  ServiceTelemetryBuilder(String serviceName) {
    check(!serviceName.isBlank(), "the service needs a name");
    this.serviceName = serviceName;
    resource.put(ServiceAttributes.SERVICE_NAME, serviceName);
    resource.put(ServiceAttributes.SERVICE_INSTANCE_ID, UUID.randomUUID().toString());
  }

  /** The resource's {@code service.version}. */
  public ServiceTelemetryBuilder version(String version) {
    return attribute(ServiceAttributes.SERVICE_VERSION, version);
  }

  /** A further attribute of the resource, e.g. {@code deployment.environment.name}. */
  public <T> ServiceTelemetryBuilder attribute(AttributeKey<T> key, T value) {
    resource.put(key, value);
    return this;
  }

  /**
   * Where OTLP over gRPC is taken; by default {@code http://localhost:4317}.
   *
   * @param url with scheme {@code http} or {@code https}
   */
  public ServiceTelemetryBuilder otlpEndpoint(String url) {
    endpoint = url;
    return this;
  }

  /** How long a span or log record may wait for others before it is sent; by default 1 s. */
  public ServiceTelemetryBuilder batchDelay(Duration delay) {
    check(delay.compareTo(Duration.ZERO) > 0, "the batch delay must be positive");
    batchDelay = delay;
    return this;
  }

  /** How often metrics are sent; by default every 60 s. */
  public ServiceTelemetryBuilder metricInterval(Duration interval) {
    check(interval.compareTo(Duration.ZERO) > 0, "the metric interval must be positive");
    metricInterval = interval;
    return this;
  }

  /**
   * How many spans, and how many log records, may wait; what comes beyond is dropped and counted.
   * By default 2048 of each.
   */
  public ServiceTelemetryBuilder queueSize(int size) {
    check(size > 0, "the queue size must be positive");
    queueSize = size;
    return this;
  }

  /** How long {@link ServiceTelemetry#close} may take; by default 10 s. */
  public ServiceTelemetryBuilder closeTimeout(Duration timeout) {
    check(!timeout.isNegative(), "the close time-out must not be negative");
    closeTimeout = timeout;
    return this;
  }

  /**
   * Sends everything to Kafka instead of OTLP but that for which an exporter is given. The
   * exporters are shut down with the telemetry.
   */
  public ServiceTelemetryBuilder kafka(KafkaExporters exporters) {
    kafka = exporters;
    return this;
  }

  /** Sends spans through this exporter, whatever else is set. Shut down with the telemetry. */
  public ServiceTelemetryBuilder spanExporter(SpanExporter exporter) {
    spanExporter = exporter;
    return this;
  }

  /**
   * Sends log records through this exporter, whatever else is set. Shut down with the telemetry.
   */
  public ServiceTelemetryBuilder logExporter(LogRecordExporter exporter) {
    logExporter = exporter;
    return this;
  }

  /** Sends metrics through this exporter, whatever else is set. Shut down with the telemetry. */
  public ServiceTelemetryBuilder metricExporter(MetricExporter exporter) {
    metricExporter = exporter;
    return this;
  }

  /**
   * Starts the telemetry. An endpoint that is away is no error: it is tried again for each batch.
   *
   * @throws IllegalArgumentException when the endpoint is not a URL
   */
  public ServiceTelemetry build() {
    Resource resourceOfAll = Resource.getDefault().merge(Resource.create(resource.build()));
    Exporters exporters =
        new Exporters(
            spanExporter == null ? usualSpans() : spanExporter,
            logExporter == null ? usualLogs() : logExporter,
            metricExporter == null ? usualMetrics() : metricExporter);

    SdkMeterProvider meters =
        SdkMeterProvider.builder()
            .setResource(resourceOfAll)
            .registerMetricReader(
                PeriodicMetricReader.builder(exporters.metrics())
                    .setInterval(metricInterval)
                    .setInternalTelemetryVersion(InternalTelemetryVersion.LATEST)
                    .build())
            .build();
    if (kafka != null) {
      kafka.register(meters);
    }
    SdkTracerProvider tracers =
        SdkTracerProvider.builder()
            .setResource(resourceOfAll)
            .addSpanProcessor(
                BatchSpanProcessor.builder(exporters.spans())
                    .setScheduleDelay(batchDelay)
                    .setMaxQueueSize(queueSize)
                    .setMaxExportBatchSize(batchSize())
                    .setMeterProvider(meters)
                    .setInternalTelemetryVersion(InternalTelemetryVersion.LATEST)
                    .build())
            .build();
    SdkLoggerProvider loggers =
        SdkLoggerProvider.builder()
            .setResource(resourceOfAll)
            .addLogRecordProcessor(
                BatchLogRecordProcessor.builder(exporters.logs())
                    .setScheduleDelay(batchDelay)
                    .setMaxQueueSize(queueSize)
                    .setMaxExportBatchSize(batchSize())
                    .setMeterProvider(meters)
                    .setInternalTelemetryVersion(InternalTelemetryVersion.LATEST)
                    .build())
            .build();
    OpenTelemetrySdk sdk =
        OpenTelemetrySdk.builder()
            .setMeterProvider(meters)
            .setTracerProvider(tracers)
            .setLoggerProvider(loggers)
            .setPropagators(
                ContextPropagators.create(
                    TextMapPropagator.composite(
                        W3CTraceContextPropagator.getInstance(),
                        W3CBaggagePropagator.getInstance())))
            .build();
    return new ServiceTelemetry(serviceName, resourceOfAll, sdk, exporters, closeTimeout);
  }

  /** A quarter of the queue: a batch leaves long before the queue is full. */
  private int batchSize() {
    return Math.max(1, Math.min(512, queueSize / 4));
  }

  // Kafka's are asked for here and only where they are used: the connection closes with the last.

  private SpanExporter usualSpans() {
    return kafka == null
        ? OtlpGrpcSpanExporter.builder().setEndpoint(endpoint).build()
        : kafka.spans();
  }

  private LogRecordExporter usualLogs() {
    return kafka == null
        ? OtlpGrpcLogRecordExporter.builder().setEndpoint(endpoint).build()
        : kafka.logs();
  }

  private MetricExporter usualMetrics() {
    return kafka == null
        ? OtlpGrpcMetricExporter.builder().setEndpoint(endpoint).build()
        : kafka.metrics();
  }

  private static void check(boolean valid, String otherwise) {
    if (!valid) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
