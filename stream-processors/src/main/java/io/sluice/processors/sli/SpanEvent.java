package io.sluice.processors.sli;

import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import org.jspecify.annotations.Nullable;

/** A span as an event. */
final class SpanEvent implements CountedEvent {

  private final ResourceView resource;
  private final SpanView span;

  SpanEvent(ResourceView resource, SpanView span) {
    this.resource = resource;
    this.span = span;
  }

  @Override
  public String service() {
    return resource.serviceName();
  }

  @Override
  public String operation() {
    return span.name();
  }

  @Override
  public int kind() {
    return span.kind();
  }

  @Override
  public @Nullable String attribute(String key) {
    return span.attributes().text(key);
  }

  @Override
  public double number(String key) {
    return NumberAttribute.of(span.attributes().get(key));
  }

  @Override
  public boolean isError() {
    return span.isError();
  }

  @Override
  public long durationNanos() {
    return span.durationNanos();
  }

  /** The event happened when its outcome was known. */
  @Override
  public long timeUnixNano() {
    return span.endTimeUnixNano();
  }

  @Override
  public long count() {
    return SampledEvents.of(span.adjustedCount(), span.spanId());
  }

  @Override
  public Slice traceId() {
    return span.traceId();
  }

  @Override
  public void contributeTo(Contributors contributors, long events) {
    contributors.add("route", attribute("http.route"), events);
    contributors.add("operation", span.name(), events);
    contributors.add("error", attribute("error.type"), events);
    contributors.add("service", resource.serviceName(), events);
    contributors.add("version", resource.attributes().text("service.version"), events);
  }
}
