package io.sluice.processors.sli;

import io.sluice.schemas.Completeness;
import io.sluice.schemas.SpanPlace;
import io.sluice.schemas.Trace;
import io.sluice.schemas.otlp.Slice;

/** A trace as an event: the first version of it, so that it counts once. */
final class TraceEvent implements CountedEvent {

  private final Trace trace;

  TraceEvent(Trace trace) {
    this.trace = trace;
  }

  @Override
  public String service() {
    return trace.getRootService() == null ? "" : trace.getRootService();
  }

  @Override
  public String operation() {
    return trace.getRootOperation() == null ? "" : trace.getRootOperation();
  }

  @Override
  public boolean isError() {
    return trace.getError();
  }

  @Override
  public boolean isComplete() {
    return trace.getCompleteness() == Completeness.COMPLETE;
  }

  @Override
  public long durationNanos() {
    return trace.getDurationNanos();
  }

  @Override
  public long timeUnixNano() {
    return trace.getStartTimeUnixNano() + trace.getDurationNanos();
  }

  @Override
  public long count() {
    return SampledEvents.of(trace.getAdjustedCount(), traceId());
  }

  @Override
  public Slice traceId() {
    return Slice.of(trace.getTraceId().bytes());
  }

  @Override
  public void contributeTo(Contributors contributors, long events) {
    SpanPlace origin = trace.getErrorOrigin();
    contributors.add("operation", operation(), events);
    contributors.add("service", origin == null ? service() : origin.getService(), events);
    contributors.add("error", origin == null ? null : origin.getOperation(), events);
  }
}
