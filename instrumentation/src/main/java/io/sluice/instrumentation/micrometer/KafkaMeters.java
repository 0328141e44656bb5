package io.sluice.instrumentation.micrometer;

import com.google.protobuf.InvalidProtocolBufferException;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.registry.otlp.OtlpExemplarContext;
import io.micrometer.registry.otlp.OtlpMeterRegistry;
import io.micrometer.registry.otlp.OtlpMetricsSender;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.sdk.resources.Resource;
import io.sluice.instrumentation.kafka.EncodedMetrics;
import io.sluice.instrumentation.kafka.KafkaExporters;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A Micrometer registry whose meters go to {@code otlp_metrics}, beside the metrics of the
 * OpenTelemetry API and as from the same resource.
 *
 * <p>It is Micrometer's own OTLP registry with Kafka instead of HTTP: cumulative, times in seconds,
 * units and descriptions as given. Timers and summaries with {@code publishPercentileHistogram()}
 * are exponential histograms, those with {@code serviceLevelObjectives(…)} have these bounds; the
 * others have count and sum. The largest value of each is a gauge of its own, {@code NAME.max}.
 * Exemplars name the span that was current.
 */
public final class KafkaMeters implements AutoCloseable {

  /** As long as {@code ServiceTelemetry} waits by default. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  private final OtlpMeterRegistry registry;
  private final EncodedMetrics kafka;

  private KafkaMeters(OtlpMeterRegistry registry, EncodedMetrics kafka) {
    this.registry = registry;
    this.kafka = kafka;
  }

  /**
   * Starts to send.
   *
   * @param exporters whose connection is shared, for example with {@code ServiceTelemetry}
   * @param resource of the service: {@code ServiceTelemetry.resource()}
   * @param interval how often
   */
  public static KafkaMeters create(KafkaExporters exporters, Resource resource, Duration interval) {
    // First: a share in the connection that nobody has would keep it open.
    KafkaMetersConfig config = new KafkaMetersConfig(resource, interval);
    EncodedMetrics kafka = exporters.encodedMetrics();
    OtlpMeterRegistry registry = registry(config, request -> send(kafka, request.getMetricsData()));
    return new KafkaMeters(registry, kafka);
  }

  static OtlpMeterRegistry registry(KafkaMetersConfig config, OtlpMetricsSender to) {
    return OtlpMeterRegistry.builder(config)
        .metricsSender(to)
        .exemplarContextProvider(KafkaMeters::currentSpan)
        .build();
  }

  private static void send(EncodedMetrics kafka, byte[] request)
      throws InvalidProtocolBufferException {
    int points = DataPoints.of(ExportMetricsServiceRequest.parseFrom(request));
    var unused = kafka.send(request, points); // what was not taken is counted and logged there
  }

  private static @Nullable OtlpExemplarContext currentSpan() {
    SpanContext span = Span.current().getSpanContext();
    return span.isSampled() ? new OtlpExemplarContext(span.getTraceId(), span.getSpanId()) : null;
  }

  /** Where the service and Micrometer's binders register meters. */
  public MeterRegistry registry() {
    return registry;
  }

  /** Sends the last values and waits at most ten seconds for Kafka to take them. */
  @Override
  public void close() {
    registry.close();
    var unused = kafka.shutdown().join(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
  }
}
