package io.sluice.schemas.definitions;

import org.jspecify.annotations.Nullable;

/** What an SLO counts: a span, a log record, a trace or a point of a metric, seen alike. */
public interface SloEvent {

  /** {@code service.name} of the resource, for a trace of its root. */
  String service();

  /** The span's name, for a trace its root's; a log's event name; a metric's name. */
  String operation();

  /** Number of the span's kind, see {@link SpanKind}; 0 for what has none. */
  default int kind() {
    return 0;
  }

  /** OTLP's severity number of a log record; 0 for what has none. */
  default int severityNumber() {
    return 0;
  }

  /** An attribute or label as text; null when it is absent or no scalar. */
  default @Nullable String attribute(String key) {
    return null;
  }

  /** An attribute that is a number; NaN when it is absent or none. */
  default double number(String key) {
    return Double.NaN;
  }

  /** Whether the span, or one of the trace's, has status ERROR. */
  default boolean isError() {
    return false;
  }

  /** Whether the trace's root and every parent in it were seen. */
  default boolean isComplete() {
    return false;
  }

  /** Of a span or trace; 0 for what has none. */
  default long durationNanos() {
    return 0;
  }

  /** A gauge's value, or the highest that a histogram's event may have; NaN for what has none. */
  default double value() {
    return Double.NaN;
  }

  /** Whether its {@link #value} surely compares so with a number. */
  default boolean compares(Threshold.Operator op, double wanted) {
    return op.compare(value(), wanted);
  }
}
