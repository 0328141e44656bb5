package io.sluice.processors.traces;

import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.spanId;
import static io.sluice.testkit.Telemetry.traceId;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.schemas.Trace;
import io.sluice.schemas.otlp.Slice;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Spans as these tests need them: trees, their batches, and what is in a record. */
final class Spans {

  private Spans() {}

  /**
   * A whole trace. The first span is the root; the parent of each other is one before it.
   *
   * @param picks which one, for each span after the root
   */
  static List<SpanBuilder> tree(int trace, List<Integer> picks) {
    List<SpanBuilder> spans = new ArrayList<>();
    spans.add(span(trace, 1));
    for (int pick : picks) {
      int number = spans.size() + 1;
      spans.add(span(trace, number).parent(spans.get(pick % spans.size()).spanId()));
    }
    return spans;
  }

  /** A root; give it a parent to make it none. */
  static SpanBuilder span(int trace, int number) {
    return service("service-" + number % 3)
        .span("operation " + number)
        .trace(traceId(trace))
        .id(spanId(1000L * trace + number));
  }

  /** The spans in any order, cut into batches anywhere. */
  static List<byte[]> batches(List<SpanBuilder> spans, Random random) {
    List<SpanBuilder> left = new ArrayList<>(spans);
    Collections.shuffle(left, random);
    List<byte[]> batches = new ArrayList<>();
    while (!left.isEmpty()) {
      List<SpanBuilder> batch = left.subList(0, 1 + random.nextInt(left.size()));
      batches.add(Telemetry.spans(batch).toByteArray());
      batch.clear();
    }
    return batches;
  }

  static byte[] request(SpanBuilder... spans) {
    return Telemetry.spans(spans).toByteArray();
  }

  static List<Span> protos(List<SpanBuilder> spans) {
    return spans.stream().map(SpanBuilder::toProto).toList();
  }

  /** The spans in a record, as protobuf's own parser reads them. */
  static List<Span> in(Trace trace) {
    return in(trace.getOtlp().array());
  }

  static List<Span> in(byte[] otlp) {
    try {
      return ExportTraceServiceRequest.parseFrom(otlp).getResourceSpansList().stream()
          .flatMap(resource -> resource.getScopeSpansList().stream())
          .flatMap(scope -> scope.getSpansList().stream())
          .toList();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("not an OTLP request", e);
    }
  }

  static TraceKey key(int trace) {
    return TraceKey.of(Slice.of(traceId(trace)));
  }
}
