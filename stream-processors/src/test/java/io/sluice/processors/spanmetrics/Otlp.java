package io.sluice.processors.spanmetrics;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogram;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.resource.v1.Resource;
import io.sluice.testkit.Telemetry;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;

/** Metrics as producers send them, with times in seconds after {@link Telemetry#START}. */
final class Otlp {

  static final AggregationTemporality DELTA = AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA;
  static final AggregationTemporality CUMULATIVE =
      AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE;

  private Otlp() {}

  static Metric counter(
      String name, AggregationTemporality temporality, NumberDataPoint.Builder... points) {
    return sum(name, temporality, true, points);
  }

  static Metric sum(
      String name,
      AggregationTemporality temporality,
      boolean monotonic,
      NumberDataPoint.Builder... points) {
    Sum.Builder sum =
        Sum.newBuilder().setIsMonotonic(monotonic).setAggregationTemporality(temporality);
    Arrays.stream(points).forEach(sum::addDataPoints);
    return Metric.newBuilder().setName(name).setSum(sum).build();
  }

  static Metric gauge(String name, NumberDataPoint.Builder... points) {
    Gauge.Builder gauge = Gauge.newBuilder();
    Arrays.stream(points).forEach(gauge::addDataPoints);
    return Metric.newBuilder().setName(name).setGauge(gauge).build();
  }

  static NumberDataPoint.Builder point(int start, int time, double value) {
    return NumberDataPoint.newBuilder()
        .setStartTimeUnixNano(nanos(start))
        .setTimeUnixNano(nanos(time))
        .setAsDouble(value);
  }

  static Metric histogram(
      String name, AggregationTemporality temporality, HistogramDataPoint.Builder... points) {
    Histogram.Builder histogram = Histogram.newBuilder().setAggregationTemporality(temporality);
    Arrays.stream(points).forEach(histogram::addDataPoints);
    return Metric.newBuilder().setName(name).setHistogram(histogram).build();
  }

  /** With bounds 1 and 2 and so on, and the sum that all values would have at the lower ends. */
  static HistogramDataPoint.Builder buckets(int start, int time, long... counts) {
    double sum = 0;
    for (int i = 0; i < counts.length; i++) {
      sum += (double) counts[i] * i;
    }
    return HistogramDataPoint.newBuilder()
        .setStartTimeUnixNano(nanos(start))
        .setTimeUnixNano(nanos(time))
        .setCount(LongStream.of(counts).sum())
        .setSum(sum)
        .addAllBucketCounts(LongStream.of(counts).boxed().toList())
        .addAllExplicitBounds(
            DoubleStream.iterate(1, bound -> bound + 1).limit(counts.length - 1).boxed().toList());
  }

  static Metric exponential(
      String name,
      AggregationTemporality temporality,
      ExponentialHistogramDataPoint.Builder... points) {
    ExponentialHistogram.Builder histogram =
        ExponentialHistogram.newBuilder().setAggregationTemporality(temporality);
    Arrays.stream(points).forEach(histogram::addDataPoints);
    return Metric.newBuilder().setName(name).setExponentialHistogram(histogram).build();
  }

  static ExponentialHistogramDataPoint.Builder exponential(
      int start, int time, int scale, int offset, long... counts) {
    return ExponentialHistogramDataPoint.newBuilder()
        .setStartTimeUnixNano(nanos(start))
        .setTimeUnixNano(nanos(time))
        .setScale(scale)
        .setCount(LongStream.of(counts).sum())
        .setPositive(
            ExponentialHistogramDataPoint.Buckets.newBuilder()
                .setOffset(offset)
                .addAllBucketCounts(LongStream.of(counts).boxed().toList()));
  }

  static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  static byte[] request(List<KeyValue> resource, Metric... metrics) {
    return ExportMetricsServiceRequest.newBuilder()
        .addResourceMetrics(
            ResourceMetrics.newBuilder()
                .setResource(Resource.newBuilder().addAllAttributes(resource))
                .addScopeMetrics(ScopeMetrics.newBuilder().addAllMetrics(List.of(metrics))))
        .build()
        .toByteArray();
  }

  /** A request of the service {@code a}. */
  static byte[] request(Metric... metrics) {
    return request(List.of(attribute("service.name", "a")), metrics);
  }

  /** An attribute whose value is no text. */
  static KeyValue broken(String key) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setBytesValue(ByteString.copyFrom(new byte[] {1})))
        .build();
  }

  static long nanos(int seconds) {
    return (Telemetry.START.getEpochSecond() + seconds) * 1_000_000_000;
  }
}
