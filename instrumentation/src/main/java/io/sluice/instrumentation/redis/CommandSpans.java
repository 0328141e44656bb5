package io.sluice.instrumentation.redis;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.semconv.DbAttributes;

/**
 * A span for a command, by OpenTelemetry's conventions for databases: its name, and neither keys
 * nor values, which may be anybody's.
 */
final class CommandSpans {

  private final Tracer tracer;

  CommandSpans(OpenTelemetry openTelemetry) {
    tracer = openTelemetry.getTracer("io.sluice.instrumentation.redis");
  }

  /** A child of what is current. */
  Span start(String command) {
    return tracer
        .spanBuilder(command)
        .setSpanKind(SpanKind.CLIENT)
        .setAttribute(DbAttributes.DB_SYSTEM_NAME, "redis")
        .setAttribute(DbAttributes.DB_OPERATION_NAME, command)
        .startSpan();
  }
}
