package io.sluice.testkit;

import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Histogram;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.Sum;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * A metric with one data point in the making; made by {@link Service#counter}, {@link
 * Service#gauge} or {@link Service#histogram}. Each method changes it and returns it.
 */
public final class MetricBuilder {

  /** Puts a finished data point into a metric of its kind. */
  private interface Kind {
    void addPoint(Metric.Builder metric, List<KeyValue> attributes, long unixNanos);
  }

  private final Service service;
  private final Metric.Builder metric;
  private final Kind kind;
  private final List<KeyValue> attributes = new ArrayList<>();
  private Instant time = Telemetry.START;

  private MetricBuilder(Service service, String name, Kind kind) {
    this.service = service;
    this.metric = Metric.newBuilder().setName(name);
    this.kind = kind;
  }

  static MetricBuilder counter(Service service, String name, double value) {
    return new MetricBuilder(
        service,
        name,
        (metric, attributes, nanos) ->
            metric.setSum(
                Sum.newBuilder()
                    .setIsMonotonic(true)
                    .setAggregationTemporality(
                        AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE)
                    .addDataPoints(number(value, attributes, nanos))));
  }

  static MetricBuilder gauge(Service service, String name, double value) {
    return new MetricBuilder(
        service,
        name,
        (metric, attributes, nanos) ->
            metric.setGauge(Gauge.newBuilder().addDataPoints(number(value, attributes, nanos))));
  }

  static MetricBuilder histogram(Service service, String name, double[] bounds, double... values) {
    HistogramDataPoint.Builder point =
        HistogramDataPoint.newBuilder()
            .setCount(values.length)
            .setSum(DoubleStream.of(values).sum())
            .addAllExplicitBounds(DoubleStream.of(bounds).boxed().toList())
            .addAllBucketCounts(bucketCounts(bounds, values));
    return new MetricBuilder(
        service,
        name,
        (metric, attributes, nanos) ->
            metric.setHistogram(
                Histogram.newBuilder()
                    .setAggregationTemporality(
                        AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE)
                    .addDataPoints(
                        point.clone().addAllAttributes(attributes).setTimeUnixNano(nanos))));
  }

  public MetricBuilder unit(String unit) {
    metric.setUnit(unit);
    return this;
  }

  public MetricBuilder at(Instant instant) {
    time = instant;
    return this;
  }

  /** Of the data point. */
  public MetricBuilder attribute(String key, Object value) {
    attributes.add(Attributes.attribute(key, value));
    return this;
  }

  /** A request with this metric alone. */
  public byte[] toRequestBytes() {
    return Telemetry.metrics(this).toByteArray();
  }

  public Metric toProto() {
    Metric.Builder finished = metric.clone();
    kind.addPoint(finished, attributes, Telemetry.unixNanos(time));
    return finished.build();
  }

  Service service() {
    return service;
  }

  private static NumberDataPoint number(double value, List<KeyValue> attributes, long unixNanos) {
    return NumberDataPoint.newBuilder()
        .setAsDouble(value)
        .addAllAttributes(attributes)
        .setTimeUnixNano(unixNanos)
        .build();
  }

  /** A bucket holds what is at most its bound; one more holds the rest. */
  private static List<Long> bucketCounts(double[] bounds, double[] values) {
    long[] counts = new long[bounds.length + 1];
    for (double value : values) {
      int bucket = 0;
      while (bucket < bounds.length && value > bounds[bucket]) {
        bucket++;
      }
      counts[bucket]++;
    }
    return Arrays.stream(counts).boxed().toList();
  }
}
