package io.sluice.console;

import io.sluice.schemas.otlp.AnyValueView;
import io.sluice.schemas.otlp.AttributesView;
import io.sluice.schemas.otlp.ScopeView;
import io.sluice.schemas.otlp.SpanView;
import io.sluice.schemas.trace.SpanTree;
import io.sluice.sinks.search.LogText;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** OTLP's attributes and fields as tags, by the names and types that Jaeger gives them. */
final class JaegerTags {

  /** Greatest integer that a page's numbers tell apart from its neighbours. */
  private static final long MAX_SAFE = (1L << 53) - 1;

  /** Tags that the search store does not find a trace by, unless they are attributes. */
  static final Set<String> NOT_INDEXED =
      Set.of("otel.scope.name", "otel.scope.version", "otel.status_description", "w3c.tracestate");

  private static final List<String> KINDS =
      List.of("", "internal", "server", "client", "producer", "consumer");

  private JaegerTags() {}

  /** A span's tags: its attributes, and what else OTLP says of it. */
  static List<Map<String, Object>> ofSpan(SpanView span, ScopeView scope) {
    List<Map<String, Object>> tags = of(span.attributes());
    said(span, scope).forEach((key, value) -> tags.add(tag(key, "string", value)));
    if (span.isError()) {
      tags.add(tag("error", "bool", true));
    }
    return tags;
  }

  /** All that a search may ask for of a span, as text: its tags and those of its process. */
  static Map<String, String> of(SpanTree tree, int i) {
    SpanView span = tree.span(i);
    Map<String, String> all = new HashMap<>(LogText.of(tree.resource(i).attributes()));
    all.putAll(said(span, tree.scope(i)));
    all.put("error", Boolean.toString(span.isError()));
    all.putAll(LogText.of(span.attributes()));
    return all;
  }

  private static Map<String, String> said(SpanView span, ScopeView scope) {
    Map<String, String> said = new LinkedHashMap<>();
    put(said, "otel.scope.name", scope.name());
    put(said, "otel.scope.version", scope.version());
    int kind = span.kind();
    put(said, "span.kind", kind > 0 && kind < KINDS.size() ? KINDS.get(kind) : "");
    int status = span.statusCode();
    if (status == SpanView.STATUS_OK || status == SpanView.STATUS_ERROR) {
      said.put("otel.status_code", status == SpanView.STATUS_OK ? "OK" : "ERROR");
    }
    put(said, "otel.status_description", span.statusMessage());
    put(said, "w3c.tracestate", span.traceState());
    return said;
  }

  private static void put(Map<String, String> said, String key, String value) {
    if (!value.isEmpty()) {
      said.put(key, value);
    }
  }

  static List<Map<String, Object>> of(AttributesView attributes) {
    List<Map<String, Object>> tags = new ArrayList<>();
    attributes.forEach((key, value) -> tags.add(of(key, value)));
    return tags;
  }

  private static Map<String, Object> of(String key, AnyValueView value) {
    return switch (value.type()) {
      case BOOL -> tag(key, "bool", value.boolValue());
      case INT -> tag(key, "int64", safe(value.intValue()));
      case DOUBLE -> tag(key, "float64", value.doubleValue());
      case BYTES ->
          tag(key, "binary", Base64.getEncoder().encodeToString(value.payload().toBytes()));
      case EMPTY, STRING, ARRAY, KVLIST -> tag(key, "string", LogText.of(value));
    };
  }

  private static Object safe(long number) {
    return Math.abs(number) > MAX_SAFE || number == Long.MIN_VALUE
        ? Long.toString(number)
        : (Object) number;
  }

  static Map<String, Object> tag(String key, String type, Object value) {
    Map<String, Object> tag = new LinkedHashMap<>();
    tag.put("key", key);
    tag.put("type", type);
    tag.put("value", value);
    return tag;
  }
}
