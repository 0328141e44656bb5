package io.sluice.testkit;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.SeverityNumber;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * A log record in the making; made by {@link Service#log}. Each method changes it and returns it.
 */
public final class LogBuilder {

  private final Service service;
  private final LogRecord.Builder log;

  LogBuilder(Service service, Object body) {
    this.service = service;
    this.log = LogRecord.newBuilder().setBody(Attributes.value(body));
    severity("INFO");
    at(Telemetry.START);
  }

  /** {@code TRACE}, {@code DEBUG}, {@code INFO}, {@code WARN}, {@code ERROR} or {@code FATAL}. */
  public LogBuilder severity(String text) {
    log.setSeverityText(text).setSeverityNumber(SeverityNumber.valueOf("SEVERITY_NUMBER_" + text));
    return this;
  }

  /** When it happened and was observed. */
  public LogBuilder at(Instant time) {
    log.setTimeUnixNano(Telemetry.unixNanos(time)).setObservedTimeUnixNano(log.getTimeUnixNano());
    return this;
  }

  /** The span that it was written in. */
  public LogBuilder in(SpanBuilder span) {
    log.setTraceId(ByteString.copyFrom(span.traceId()))
        .setSpanId(ByteString.copyFrom(span.spanId()));
    return this;
  }

  public LogBuilder attribute(String key, Object value) {
    log.addAttributes(Attributes.attribute(key, value));
    return this;
  }

  /** For whatever has no method here. */
  public LogBuilder with(Consumer<LogRecord.Builder> change) {
    change.accept(log);
    return this;
  }

  /** A request with this record alone. */
  public byte[] toRequestBytes() {
    return Telemetry.logs(this).toByteArray();
  }

  public LogRecord toProto() {
    return log.build();
  }

  Service service() {
    return service;
  }
}
