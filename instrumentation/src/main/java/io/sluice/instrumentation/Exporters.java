package io.sluice.instrumentation;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The exporters of one service, with the number of exports that failed. The SDK's processors answer
 * a flush with success once their queue is empty, whether the endpoint took the data or not; only
 * the exporters know.
 */
final class Exporters {

  private final SpanExporter spans;
  private final LogRecordExporter logs;
  private final MetricExporter metrics;
  private final AtomicLong failed = new AtomicLong();

  Exporters(SpanExporter spans, LogRecordExporter logs, MetricExporter metrics) {
    this.spans = spans;
    this.logs = logs;
    this.metrics = metrics;
  }

  SpanExporter spans() {
    return new CountedSpans();
  }

  LogRecordExporter logs() {
    return new CountedLogs();
  }

  MetricExporter metrics() {
    return new CountedMetrics();
  }

  long failedExports() {
    return failed.get();
  }

  /** Waits, asynchronously, for what was taken to arrive. */
  CompletableResultCode flush() {
    return CompletableResultCode.ofAll(List.of(spans.flush(), logs.flush(), metrics.flush()));
  }

  /** Ends the calls in flight. */
  void shutdown() {
    spans.shutdown();
    logs.shutdown();
    metrics.shutdown();
  }

  private CompletableResultCode counted(CompletableResultCode result) {
    return result.whenComplete(
        () -> {
          if (!result.isSuccess()) {
            failed.incrementAndGet();
          }
        });
  }

  private final class CountedSpans implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> batch) {
      return counted(spans.export(batch));
    }

    @Override
    public CompletableResultCode flush() {
      return spans.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return spans.shutdown();
    }

    @Override
    public String toString() {
      return spans.toString();
    }
  }

  private final class CountedLogs implements LogRecordExporter {
    @Override
    public CompletableResultCode export(Collection<LogRecordData> batch) {
      return counted(logs.export(batch));
    }

    @Override
    public CompletableResultCode flush() {
      return logs.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return logs.shutdown();
    }

    @Override
    public String toString() {
      return logs.toString();
    }
  }

  private final class CountedMetrics implements MetricExporter {
    @Override
    public CompletableResultCode export(Collection<MetricData> batch) {
      return counted(metrics.export(batch));
    }

    @Override
    public CompletableResultCode flush() {
      return metrics.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return metrics.shutdown();
    }

    @Override
    public AggregationTemporality getAggregationTemporality(InstrumentType type) {
      return metrics.getAggregationTemporality(type);
    }

    @Override
    public Aggregation getDefaultAggregation(InstrumentType type) {
      return metrics.getDefaultAggregation(type);
    }

    @Override
    public MemoryMode getMemoryMode() {
      return metrics.getMemoryMode();
    }

    @Override
    public String toString() {
      return metrics.toString();
    }
  }
}
