package io.sluice.processors.sli;

import io.sluice.schemas.otlp.LogRecordView;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.Slice;
import org.jspecify.annotations.Nullable;

/** A log record as an event. */
final class LogEvent implements CountedEvent {

  private final ResourceView resource;
  private final LogRecordView log;

  LogEvent(ResourceView resource, LogRecordView log) {
    this.resource = resource;
    this.log = log;
  }

  @Override
  public String service() {
    return resource.serviceName();
  }

  @Override
  public String operation() {
    return log.eventName();
  }

  @Override
  public int severityNumber() {
    return log.severityNumber();
  }

  @Override
  public @Nullable String attribute(String key) {
    return log.attributes().text(key);
  }

  @Override
  public double number(String key) {
    return NumberAttribute.of(log.attributes().get(key));
  }

  @Override
  public long timeUnixNano() {
    return log.timeUnixNano();
  }

  @Override
  public Slice traceId() {
    return log.traceId();
  }

  @Override
  public void contributeTo(Contributors contributors, long events) {
    contributors.add("operation", log.eventName(), events);
    contributors.add("error", attribute("exception.type"), events);
    contributors.add("service", resource.serviceName(), events);
    contributors.add("version", resource.attributes().text("service.version"), events);
  }
}
