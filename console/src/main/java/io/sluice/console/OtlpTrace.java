package io.sluice.console;

import io.sluice.schemas.otlp.AnyValueView;
import io.sluice.schemas.otlp.AttributesView;
import io.sluice.schemas.otlp.ScopeView;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import io.sluice.schemas.trace.SpanTree;
import io.sluice.sinks.search.LogText;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A trace as OTLP's JSON, with the times of the producers: ids in hex, numbers of 64 bits as text,
 * enums as numbers. Times of events are numbers, which every reader of OTLP takes, and Grafana
 * takes alone.
 */
final class OtlpTrace {

  /** Values nest as deep as a sender likes: what is deeper is text. */
  private static final int MAX_DEPTH = 32;

  private OtlpTrace() {}

  /** Spans that follow each other with one resource and scope are together. */
  static List<Object> resourceSpans(SpanTree tree, int mostSpans) {
    List<Object> all = new ArrayList<>();
    List<Object> spans = new ArrayList<>();
    int before = SpanTree.NONE;
    for (int i : ShownSpans.of(tree, mostSpans)) {
      if (before == SpanTree.NONE || !isSame(tree, before, i)) {
        spans = new ArrayList<>();
        all.add(
            map(
                "resource",
                Map.of("attributes", attributes(tree.resource(i).attributes())),
                "scopeSpans",
                List.of(map("scope", scope(tree.scope(i)), "spans", spans))));
      }
      spans.add(span(tree.span(i), tree.isCut(i)));
      before = i;
    }
    return all;
  }

  private static boolean isSame(SpanTree tree, int one, int other) {
    return tree.resource(one).bytes().equals(tree.resource(other).bytes())
        && tree.scope(one).bytes().equals(tree.scope(other).bytes());
  }

  private static Map<String, Object> scope(ScopeView scope) {
    return map("name", scope.name(), "version", scope.version());
  }

  /**
   * @param isCut readers show what they reach from spans without a parent
   */
  private static Map<String, Object> span(SpanView span, boolean isCut) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("traceId", hex(span.traceId()));
    json.put("spanId", hex(span.spanId()));
    json.put("traceState", span.traceState());
    json.put("parentSpanId", span.isRoot() || isCut ? "" : hex(span.parentSpanId()));
    json.put("name", span.name());
    json.put("kind", span.kind());
    json.put("startTimeUnixNano", Long.toUnsignedString(span.startTimeUnixNano()));
    json.put("endTimeUnixNano", Long.toUnsignedString(span.endTimeUnixNano()));
    json.put("attributes", attributes(span.attributes()));
    json.put("events", SpanEvent.of(span, 0).stream().map(OtlpTrace::event).toList());
    json.put("links", SpanLink.of(span).stream().map(OtlpTrace::link).toList());
    json.put("status", map("code", span.statusCode(), "message", span.statusMessage()));
    return json;
  }

  private static Map<String, Object> event(SpanEvent event) {
    Map<String, Object> json = map("timeUnixNano", event.timeUnixNano(), "name", event.name());
    json.put("attributes", attributes(event.attributes()));
    return json;
  }

  private static Map<String, Object> link(SpanLink link) {
    Map<String, Object> json = map("traceId", link.traceId(), "spanId", link.spanId());
    json.put("attributes", attributes(link.attributes()));
    return json;
  }

  private static List<Object> attributes(AttributesView attributes) {
    return attributes(attributes, 0);
  }

  private static List<Object> attributes(AttributesView attributes, int depth) {
    List<Object> all = new ArrayList<>();
    attributes.forEach((key, value) -> all.add(map("key", key, "value", value(value, depth))));
    return all;
  }

  private static Map<String, Object> value(AnyValueView value, int depth) {
    if (depth > MAX_DEPTH) {
      return Map.of("stringValue", LogText.of(value));
    }
    return switch (value.type()) {
      case EMPTY -> Map.of();
      case STRING -> Map.of("stringValue", String.valueOf(value.scalarText()));
      case BOOL -> Map.of("boolValue", value.boolValue());
      case INT -> Map.of("intValue", Long.toString(value.intValue()));
      case DOUBLE -> Map.of("doubleValue", number(value.doubleValue()));
      case BYTES ->
          Map.of("bytesValue", Base64.getEncoder().encodeToString(value.payload().toBytes()));
      case ARRAY -> {
        List<Object> items = new ArrayList<>();
        value.forEachItem(item -> items.add(value(item, depth + 1)));
        yield Map.of("arrayValue", Map.of("values", items));
      }
      case KVLIST ->
          Map.of("kvlistValue", Map.of("values", attributes(value.entries(), depth + 1)));
    };
  }

  /** JSON has no number for infinity, nor for none. */
  private static Object number(double value) {
    return Double.isFinite(value) ? value : (Object) Double.toString(value);
  }

  private static Map<String, Object> map(String first, Object value, String second, Object other) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put(first, value);
    json.put(second, other);
    return json;
  }

  private static String hex(Slice bytes) {
    return HexFormat.of().formatHex(bytes.toBytes());
  }
}
