package io.sluice.instrumentation;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** An SDK that keeps what it is given, as soon as it is given. */
public final class RecordedTelemetry implements AutoCloseable {

  private final InMemorySpanExporter spans = InMemorySpanExporter.create();
  private final InMemoryMetricReader metrics = InMemoryMetricReader.create();
  private final OpenTelemetrySdk sdk =
      OpenTelemetrySdk.builder()
          .setTracerProvider(
              SdkTracerProvider.builder()
                  .addSpanProcessor(SimpleSpanProcessor.create(spans))
                  .build())
          .setMeterProvider(SdkMeterProvider.builder().registerMetricReader(metrics).build())
          .setPropagators(
              ContextPropagators.create(
                  TextMapPropagator.composite(
                      W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance())))
          .build();

  public OpenTelemetry openTelemetry() {
    return sdk;
  }

  public Tracer tracer() {
    return sdk.getTracer("test");
  }

  /** The spans that have ended, in the order of their ends. */
  public List<SpanData> spans() {
    return spans.getFinishedSpanItems();
  }

  /** The one span that has ended. */
  public SpanData span() {
    List<SpanData> all = spans();
    if (all.size() != 1) {
      throw new AssertionError("expected one span, got " + all);
    }
    return all.get(0);
  }

  /** The points of a histogram; none when nothing was recorded. */
  public List<HistogramPointData> histogram(String name) {
    return metrics.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(name))
        .flatMap(metric -> metric.getHistogramData().getPoints().stream())
        .toList();
  }

  /** The sum of all that a histogram recorded; 0 when nothing was. */
  public double sum(String histogram) {
    return histogram(histogram).stream().mapToDouble(HistogramPointData::getSum).sum();
  }

  /** The points of a counter by an attribute; none when nothing was counted. */
  public Map<String, Long> sumBy(String name, String attribute) {
    return metrics.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(name))
        .flatMap(metric -> metric.getLongSumData().getPoints().stream())
        .collect(
            Collectors.toMap(
                point ->
                    String.valueOf(point.getAttributes().get(AttributeKey.stringKey(attribute))),
                point -> point.getValue()));
  }

  /** The text that a span has under a key. */
  public static String text(SpanData span, String key) {
    return span.getAttributes().get(AttributeKey.stringKey(key));
  }

  /** The unit of a metric. */
  public String unit(String name) {
    return metrics.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(name))
        .map(MetricData::getUnit)
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    sdk.close();
  }
}
