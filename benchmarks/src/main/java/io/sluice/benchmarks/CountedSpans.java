package io.sluice.benchmarks;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicLong;

/** Counts the spans that get as far as the exporter: the SDK's queue may drop some before. */
final class CountedSpans implements SpanExporter {

  private final SpanExporter exporter;
  private final AtomicLong count = new AtomicLong();

  CountedSpans(SpanExporter exporter) {
    this.exporter = exporter;
  }

  long count() {
    return count.get();
  }

  @Override
  public CompletableResultCode export(Collection<SpanData> spans) {
    count.addAndGet(spans.size());
    return exporter.export(spans);
  }

  @Override
  public CompletableResultCode flush() {
    return exporter.flush();
  }

  @Override
  public CompletableResultCode shutdown() {
    return exporter.shutdown();
  }
}
