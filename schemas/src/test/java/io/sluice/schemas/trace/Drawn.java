package io.sluice.schemas.trace;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import io.sluice.schemas.otlp.Slice;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** A trace as it is drawn on a board: spans with small numbers for ids and times. */
final class Drawn {

  private final long zero;
  private final List<String> services = new ArrayList<>();
  private final List<Span> spans = new ArrayList<>();

  Drawn() {
    this(0);
  }

  /**
   * @param zero what is added to all times; a start of 0 is none
   */
  Drawn(long zero) {
    this.zero = zero;
  }

  /**
   * Adds a span, which gets the next number from 0.
   *
   * @param id from 1
   * @param parent 0 for none
   */
  Drawn span(String service, int id, int parent, long start, long end) {
    services.add(service);
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(
                ByteString.copyFrom(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7}))
            .setSpanId(id(id))
            .setName("span " + id)
            .setStartTimeUnixNano(zero + start)
            .setEndTimeUnixNano(zero + end);
    spans.add(parent == 0 ? span.build() : span.setParentSpanId(id(parent)).build());
    return this;
  }

  /** Makes the last span of this kind. */
  Drawn kind(Span.SpanKind kind) {
    return replaceLast(last().toBuilder().setKind(kind).build());
  }

  /** Gives the last span an attribute. */
  Drawn attribute(String key, String value) {
    KeyValue.Builder attribute =
        KeyValue.newBuilder().setKey(key).setValue(AnyValue.newBuilder().setStringValue(value));
    return replaceLast(last().toBuilder().addAttributes(attribute).build());
  }

  /** Makes the last span fail. */
  Drawn failing() {
    Status error = Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR).build();
    return replaceLast(last().toBuilder().setStatus(error).build());
  }

  SpanTree tree() {
    return SpanTree.of(request());
  }

  Slice request() {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    for (int i = 0; i < spans.size(); i++) {
      request.addResourceSpans(
          ResourceSpans.newBuilder()
              .setResource(
                  Resource.newBuilder()
                      .addAttributes(
                          KeyValue.newBuilder()
                              .setKey("service.name")
                              .setValue(AnyValue.newBuilder().setStringValue(services.get(i)))))
              .addScopeSpans(ScopeSpans.newBuilder().addSpans(spans.get(i))));
    }
    return Slice.of(request.build().toByteArray());
  }

  private Span last() {
    return spans.get(spans.size() - 1);
  }

  private Drawn replaceLast(Span span) {
    spans.set(spans.size() - 1, span);
    return this;
  }

  private static ByteString id(int id) {
    return ByteString.copyFrom(ByteBuffer.allocate(Long.BYTES).putLong(id).array());
  }
}
