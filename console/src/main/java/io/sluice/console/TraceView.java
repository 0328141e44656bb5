package io.sluice.console;

import io.sluice.schemas.SpanId;
import io.sluice.schemas.Trace;
import io.sluice.schemas.otlp.AnyValueView;
import io.sluice.schemas.otlp.AttributesView;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import io.sluice.sinks.search.StoredTrace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** A trace's spans as JSON, of all versions, each span once. */
final class TraceView {

  private static final String[] KINDS = {
    "unspecified", "internal", "server", "client", "producer", "consumer"
  };
  private static final String[] STATUSES = {"unset", "ok", "error"};

  private TraceView() {}

  static Map<String, Object> of(StoredTrace trace) {
    List<Map<String, Object>> spans = new ArrayList<>();
    List<Map<String, Object>> versions = new ArrayList<>();
    List<String> missing = new ArrayList<>();
    Set<String> ids = new HashSet<>();
    for (Trace version : trace.versions()) {
      Map<String, Object> about = new LinkedHashMap<>();
      about.put("version", version.getVersion());
      about.put("spanCount", version.getSpanCount());
      about.put("completeness", version.getCompleteness().name());
      about.put("closeReason", version.getCloseReason().name());
      about.put("closeDelayMs", version.getCloseDelayMillis());
      versions.add(about);
      version.getMissingParents().stream()
          .map(SpanId::bytes)
          .map(TraceView::hex)
          .forEach(missing::add);
      OtlpRequest.forEachSpan(
          Slice.of(version.getOtlp().array()),
          (resource, scope, span) -> {
            String id = hex(span.spanId().toBytes());
            if (ids.add(id)) {
              spans.add(span(resource, scope.name(), span, trace.summary().startTimeUnixNano()));
            }
          });
    }
    spans.sort(Comparator.comparing(span -> String.valueOf(span.get("start"))));
    missing.removeIf(ids::contains);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("versions", versions);
    body.put("missingParents", missing);
    body.put("spans", spans);
    return body;
  }

  private static Map<String, Object> span(
      ResourceView resource, String scope, SpanView span, long traceStart) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("spanId", hex(span.spanId().toBytes()));
    json.put("parentSpanId", span.isRoot() ? "" : hex(span.parentSpanId().toBytes()));
    json.put("service", resource.serviceName());
    json.put("scope", scope);
    json.put("name", span.name());
    json.put("kind", named(KINDS, span.kind()));
    json.put("start", Json.time(span.startTimeUnixNano()));
    json.put("offsetMs", Json.millis(span.startTimeUnixNano() - traceStart));
    json.put("durationMs", Json.millis(span.durationNanos()));
    json.put("status", named(STATUSES, span.statusCode()));
    json.put("statusMessage", span.statusMessage());
    json.put("attributes", texts(span.attributes()));
    json.put("resource", texts(resource.attributes()));
    json.put("events", events(span));
    return json;
  }

  private static List<Map<String, Object>> events(SpanView span) {
    List<Map<String, Object>> events = new ArrayList<>();
    ProtoReader in = span.bytes().reader();
    while (in.next()) {
      if (in.field() == 11) {
        Slice event = in.slice();
        ProtoReader fields = event.reader();
        long time = 0;
        String name = "";
        while (fields.next()) {
          if (fields.field() == 1) {
            time = fields.fixed64();
          } else if (fields.field() == 2) {
            name = fields.utf8();
          }
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("name", name);
        json.put("offsetMs", Json.millis(time - span.startTimeUnixNano()));
        json.put("attributes", texts(new AttributesView(event, 3)));
        events.add(json);
      }
    }
    return events;
  }

  private static Map<String, String> texts(AttributesView attributes) {
    Map<String, String> texts = new LinkedHashMap<>();
    attributes.forEach((key, value) -> texts.putIfAbsent(key, text(value)));
    return texts;
  }

  private static String text(AnyValueView value) {
    String scalar = value.scalarText();
    return scalar != null ? scalar : "(" + value.type().name().toLowerCase(Locale.ROOT) + ")";
  }

  private static String named(String[] names, int number) {
    return number >= 0 && number < names.length ? names[number] : Integer.toString(number);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
