package io.sluice.instrumentation.kafka;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.internal.AutoConfigureListener;
import io.opentelemetry.sdk.autoconfigure.spi.traces.ConfigurableSpanExporterProvider;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import org.jspecify.annotations.Nullable;

/** {@code otel.traces.exporter=sluice-kafka}. Made by the SDK, in the thread that sets it up. */
public final class KafkaSpanExporterProvider
    implements ConfigurableSpanExporterProvider, AutoConfigureListener {

  private @Nullable KafkaExporters exporters;

  /** For the service loader. */
  public KafkaSpanExporterProvider() {}

  @Override
  public SpanExporter createExporter(ConfigProperties config) {
    exporters = AutoConfigured.exporters(config);
    return exporters.spans();
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
