package io.sluice.instrumentation.kafka;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.ArrayList;
import java.util.List;

/** Spans as a service ends them, numbered so that each is told from the others. */
final class TestSpans {

  private static final Resource SHOP =
      Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "shop"));

  private TestSpans() {}

  /** Traces of so many spans each. */
  static List<SpanData> traces(int first, int traces, int spansOfEach) {
    List<SpanData> spans = new ArrayList<>();
    for (int trace = first; trace < first + traces; trace++) {
      for (int span = 1; span <= spansOfEach; span++) {
        spans.add(span(trace, span, "GET /products"));
      }
    }
    return spans;
  }

  static SpanData span(int trace, int span, String text) {
    return TestSpanData.builder()
        .setName("GET")
        .setKind(SpanKind.SERVER)
        .setResource(SHOP)
        .setSpanContext(
            SpanContext.create(
                String.format("%032x", trace + 1),
                String.format("%016x", (long) trace * 1000 + span),
                TraceFlags.getSampled(),
                TraceState.getDefault()))
        .setStartEpochNanos(1_000_000_000L * trace)
        .setEndEpochNanos(1_000_000_000L * trace + span)
        .setAttributes(Attributes.of(AttributeKey.stringKey("text"), text))
        .setStatus(StatusData.ok())
        .setHasEnded(true)
        .build();
  }
}
