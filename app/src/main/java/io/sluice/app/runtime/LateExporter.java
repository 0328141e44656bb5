package io.sluice.app.runtime;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** An exporter whose target is known only after the server that it sends to has started. */
final class LateExporter implements SpanExporter {

  private volatile @Nullable SpanExporter target;

  void delegateTo(SpanExporter exporter) {
    target = exporter;
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    SpanExporter exporter = target;
    return exporter == null ? CompletableResultCode.ofSuccess() : exporter.export(spans);
  }

  @Override
  public CompletableResultCode flush() {
    SpanExporter exporter = target;
    return exporter == null ? CompletableResultCode.ofSuccess() : exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    SpanExporter exporter = target;
    return exporter == null ? CompletableResultCode.ofSuccess() : exporter.shutdown();
  }
}
