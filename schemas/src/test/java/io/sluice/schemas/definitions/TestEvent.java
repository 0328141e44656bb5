package io.sluice.schemas.definitions;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An event that says just what a test wants. */
record TestEvent(
    String service,
    String operation,
    int kind,
    int severityNumber,
    Map<String, Object> attributes,
    boolean isError,
    boolean isComplete,
    long durationNanos,
    double value)
    implements SloEvent {

  static TestEvent of(String service, String operation) {
    return new TestEvent(service, operation, 2, 0, Map.of(), false, false, 0, Double.NaN);
  }

  TestEvent with(Map<String, Object> some) {
    return new TestEvent(
        service, operation, kind, severityNumber, some, isError, isComplete, durationNanos, value);
  }

  TestEvent error() {
    return new TestEvent(
        service,
        operation,
        kind,
        severityNumber,
        attributes,
        true,
        isComplete,
        durationNanos,
        value);
  }

  TestEvent took(Duration time) {
    return new TestEvent(
        service,
        operation,
        kind,
        severityNumber,
        attributes,
        isError,
        isComplete,
        time.toNanos(),
        value);
  }

  TestEvent severity(int number) {
    return new TestEvent(
        service, operation, 0, number, attributes, isError, isComplete, durationNanos, value);
  }

  TestEvent complete() {
    return new TestEvent(service, operation, 0, 0, attributes, isError, true, durationNanos, value);
  }

  TestEvent measured(double its) {
    return new TestEvent(
        service, operation, 0, 0, attributes, isError, isComplete, durationNanos, its);
  }

  @Override
  public @Nullable String attribute(String key) {
    Object found = attributes.get(key);
    return found == null ? null : found.toString();
  }

  @Override
  public double number(String key) {
    return attributes.get(key) instanceof Number number ? number.doubleValue() : Double.NaN;
  }
}
