package io.sluice.demo;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.logs.LogRecordBuilder;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import java.time.InstantSource;

/** A service's log: records of the OpenTelemetry log API, in the current trace context. */
final class ServiceLog {

  private final Logger logger;
  private final InstantSource clock;

  ServiceLog(OpenTelemetry openTelemetry, String name, InstantSource clock) {
    logger = openTelemetry.getLogsBridge().get(name);
    this.clock = clock;
  }

  void debug(String body) {
    record(Severity.DEBUG).setBody(body).emit();
  }

  void info(String body) {
    info(body, Attributes.empty());
  }

  void info(String body, Attributes attributes) {
    record(Severity.INFO).setBody(body).setAllAttributes(attributes).emit();
  }

  void info(Value<?> body) {
    record(Severity.INFO).setBody(body).emit();
  }

  void warn(String body) {
    record(Severity.WARN).setBody(body).emit();
  }

  void error(String body, Throwable failure) {
    record(Severity.ERROR).setBody(body).setException(failure).emit();
  }

  private LogRecordBuilder record(Severity severity) {
    return logger
        .logRecordBuilder()
        .setTimestamp(clock.instant())
        .setSeverity(severity)
        .setSeverityText(severity.name());
  }
}
