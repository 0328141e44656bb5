package io.sluice.processors.sli;

import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.otlp.Slice;
import org.jspecify.annotations.Nullable;

/** A point of a gauge as an event. */
final class GaugeEvent implements CountedEvent {

  private final SeriesPoint point;

  GaugeEvent(SeriesPoint point) {
    this.point = point;
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
    return point.getValue();
  }

  @Override
  public long timeUnixNano() {
    return point.getTimeUnixNano();
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
