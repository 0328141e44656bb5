package io.sluice.instrumentation.kafka;

import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import io.opentelemetry.sdk.autoconfigure.spi.internal.AutoConfigureListener;
import io.opentelemetry.sdk.autoconfigure.spi.logs.ConfigurableLogRecordExporterProvider;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import org.jspecify.annotations.Nullable;

/** {@code otel.logs.exporter=sluice-kafka}. Made by the SDK, in the thread that sets it up. */
public final class KafkaLogRecordExporterProvider
    implements ConfigurableLogRecordExporterProvider, AutoConfigureListener {

  private @Nullable KafkaExporters exporters;

  /** For the service loader. */
  public KafkaLogRecordExporterProvider() {}

  @Override
  public LogRecordExporter createExporter(ConfigProperties config) {
    exporters = AutoConfigured.exporters(config);
    return exporters.logs();
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
