package io.sluice.processors.sli;

import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.definitions.Threshold;
import io.sluice.schemas.otlp.Slice;
import org.jspecify.annotations.Nullable;

/**
 * What a point of a metric says happened: a gauge's value, or some events of a counter or
 * histogram.
 */
final class PointEvent implements CountedEvent {

  private final SeriesPoint point;
  private final Increment increment;

  private PointEvent(SeriesPoint point, Increment increment) {
    this.point = point;
    this.increment = increment;
  }

  /** A gauge's point is an event by itself. */
  static PointEvent ofGauge(SeriesPoint point) {
    return new PointEvent(point, new Increment(point.getValue(), point.getValue(), 1));
  }

  /** Events since the point before. */
  static PointEvent of(SeriesPoint point, Increment increment) {
    return new PointEvent(point, increment);
  }

  @Override
  public String service() {
    String service = point.getLabels().get("service");
    return service == null ? point.getLabels().getOrDefault("service_name", "") : service;
  }

  @Override
  public String operation() {
    return point.getName();
  }

  @Override
  public @Nullable String attribute(String key) {
    return point.getLabels().get(key);
  }

  @Override
  public double value() {
    return increment.high();
  }

  /** Of a histogram only what is sure is true: the values are somewhere in a bucket. */
  @Override
  public boolean compares(Threshold.Operator op, double wanted) {
    if (point.getType() != SeriesType.HISTOGRAM) {
      return op.compare(value(), wanted);
    }
    return switch (op) {
      case LT -> increment.high() < wanted;
      case LTE -> increment.high() <= wanted;
      case GT, GTE -> increment.low() >= wanted; // all are above the lower bound
    };
  }

  @Override
  public long timeUnixNano() {
    return point.getTimeUnixNano();
  }

  @Override
  public long count() {
    return increment.count();
  }

  @Override
  public Slice traceId() {
    return Slice.empty();
  }

  @Override
  public void contributeTo(Contributors contributors, long events) {
    contributors.add("operation", point.getName(), events);
    contributors.add("service", service(), events);
  }
}
