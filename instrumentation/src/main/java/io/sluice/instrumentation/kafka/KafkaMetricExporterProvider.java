package io.sluice.instrumentation.kafka;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.internal.AutoConfigureListener;
import io.opentelemetry.sdk.autoconfigure.spi.metrics.ConfigurableMetricExporterProvider;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import org.jspecify.annotations.Nullable;

/** {@code otel.metrics.exporter=sluice-kafka}. Made by the SDK, in the thread that sets it up. */
public final class KafkaMetricExporterProvider
    implements ConfigurableMetricExporterProvider, AutoConfigureListener {

  private @Nullable KafkaExporters exporters;

  /** For the service loader. */
  public KafkaMetricExporterProvider() {}

  @Override
  public MetricExporter createExporter(ConfigProperties config) {
    exporters = AutoConfigured.exporters(config);
    return exporters.metrics();
  }

  @Override
  public String getName() {
    return AutoConfigured.NAME;
  }

  @Override
  public void afterAutoConfigure(OpenTelemetrySdk sdk) {
    if (exporters != null) {
      exporters.register(sdk.getMeterProvider());
    }
  }
}
