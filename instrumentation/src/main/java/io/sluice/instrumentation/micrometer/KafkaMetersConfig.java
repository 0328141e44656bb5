package io.sluice.instrumentation.micrometer;

import io.micrometer.registry.otlp.AggregationTemporality;
import io.micrometer.registry.otlp.CompressionMode;
import io.micrometer.registry.otlp.HistogramFlavor;
import io.micrometer.registry.otlp.OtlpConfig;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Settings of Micrometer's OTLP registry, all of them in code: none comes from the environment. */
final class KafkaMetersConfig implements OtlpConfig {

  /** Meters a record: a histogram of 276 bounds is 5 KiB, and a record at most 900. */
  private static final int BATCH = 100;

  private final Map<String, String> resource = new HashMap<>();
  private final Duration interval;

  KafkaMetersConfig(Resource resource, Duration interval) {
    if (interval.isNegative() || interval.isZero()) {
      throw new IllegalArgumentException("the metric interval must be positive");
    }
    this.interval = interval;
    resource
        .getAttributes()
        .forEach(
            (key, value) -> {
              if (!key.getKey().startsWith("telemetry.sdk.")) { // Micrometer says that it is one
                this.resource.put(key.getKey(), value.toString());
              }
            });
  }

  @Override
  public @Nullable String get(String key) {
    return null;
  }

  @Override
  public Duration step() {
    return interval;
  }

  @Override
  public int batchSize() {
    return BATCH;
  }

  @Override
  public Map<String, String> resourceAttributes() {
    return resource;
  }

  @Override
  public Map<String, String> headers() {
    return Map.of();
  }

  @Override
  public AggregationTemporality aggregationTemporality() {
    return AggregationTemporality.CUMULATIVE;
  }

  @Override
  public CompressionMode compressionMode() {
    return CompressionMode.NONE; // Kafka's client compresses whole batches
  }

  @Override
  public HistogramFlavor histogramFlavor() {
    return HistogramFlavor.BASE2_EXPONENTIAL_BUCKET_HISTOGRAM;
  }

  @Override
  public boolean publishMaxGaugeForHistograms() {
    return true;
  }

  @Override
  public TimeUnit baseTimeUnit() {
    return TimeUnit.SECONDS;
  }
}
