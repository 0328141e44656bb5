package io.sluice.testkit;

import io.opentelemetry.proto.trace.v1.Span;

/** The side of a call that a span is on. */
public enum SpanKind {
  INTERNAL(Span.SpanKind.SPAN_KIND_INTERNAL),
  SERVER(Span.SpanKind.SPAN_KIND_SERVER),
  CLIENT(Span.SpanKind.SPAN_KIND_CLIENT),
  PRODUCER(Span.SpanKind.SPAN_KIND_PRODUCER),
  CONSUMER(Span.SpanKind.SPAN_KIND_CONSUMER);

  private final Span.SpanKind proto;

  SpanKind(Span.SpanKind proto) {
    this.proto = proto;
  }

  Span.SpanKind proto() {
    return proto;
  }
}
