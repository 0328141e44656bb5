package io.sluice.testkit;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A span in the making; made by {@link Service#span}. Each method changes it and returns it. */
public final class SpanBuilder {

  private final Service service;
  private final Span.Builder span;
  private final List<Span.Event.Builder> events = new ArrayList<>();
  private List<SpanBuilder> children = List.of();
  private @Nullable Instant start;
  private Duration duration = Duration.ofMillis(10);

  SpanBuilder(Service service, String name) {
    this.service = service;
    this.span =
        Span.newBuilder()
            .setName(name)
            .setKind(SpanKind.INTERNAL.proto())
            .setTraceId(Telemetry.unchosenTraceId())
            .setSpanId(Telemetry.unchosenSpanId());
  }

  /** The trace that it belongs to; any bytes, so that tests can break the rules. */
  public SpanBuilder trace(byte[] traceId) {
    span.setTraceId(ByteString.copyFrom(traceId));
    return this;
  }

  public SpanBuilder id(byte[] spanId) {
    span.setSpanId(ByteString.copyFrom(spanId));
    return this;
  }

  /** Without one, the span is a root. */
  public SpanBuilder parent(byte[] spanId) {
    span.setParentSpanId(ByteString.copyFrom(spanId));
    return this;
  }

  public SpanBuilder kind(SpanKind kind) {
    span.setKind(kind.proto());
    return this;
  }

  public SpanBuilder start(Instant time) {
    start = time;
    return this;
  }

  /** Negative for a span that ends before it starts. */
  public SpanBuilder took(Duration time) {
    duration = time;
    return this;
  }

  /** Sets the status; a span without it is neither good nor bad. */
  public SpanBuilder error() {
    return error("");
  }

  /** Sets the status with its message. */
  public SpanBuilder error(String message) {
    span.setStatus(
        Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR).setMessage(message));
    return this;
  }

  public SpanBuilder attribute(String key, Object value) {
    span.addAttributes(Attributes.attribute(key, value));
    return this;
  }

  /** Something that happened at the start of the span. */
  public SpanBuilder event(String name, Map<String, ?> attributes) {
    events.add(
        Span.Event.newBuilder().setName(name).addAllAttributes(Attributes.attributes(attributes)));
    return this;
  }

  /** For whatever has no method here. */
  public SpanBuilder with(Consumer<Span.Builder> change) {
    change.accept(span);
    return this;
  }

  /** The spans below this one; {@link TraceBuilder} connects them. */
  public SpanBuilder calls(SpanBuilder... spans) {
    children = List.of(spans);
    return this;
  }

  public byte[] traceId() {
    return span.getTraceId().toByteArray();
  }

  public byte[] spanId() {
    return span.getSpanId().toByteArray();
  }

  /** A request with this span alone. */
  public byte[] toRequestBytes() {
    return Telemetry.spans(this).toByteArray();
  }

  public Span toProto() {
    Instant begin = startOr(Telemetry.START);
    long beginNanos = Telemetry.unixNanos(begin);
    Span.Builder finished =
        span.clone()
            .setStartTimeUnixNano(beginNanos)
            .setEndTimeUnixNano(Telemetry.unixNanos(begin.plus(duration)));
    events.forEach(event -> finished.addEvents(event.clone().setTimeUnixNano(beginNanos)));
    return finished.build();
  }

  Service service() {
    return service;
  }

  List<SpanBuilder> children() {
    return children;
  }

  Instant startOr(Instant other) {
    return start == null ? other : start;
  }
}
