package io.sluice.console;

import io.sluice.schemas.SpanId;
import io.sluice.schemas.Trace;
import io.sluice.schemas.otlp.AttributesView;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import io.sluice.sinks.search.LogText;
import io.sluice.sinks.search.StoredTrace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A trace's spans as JSON, of all versions, each span once, by their start. */
final class TraceView {

  /** As many as one part of a trace has; a trace with more says how many are left out. */
  static final int MAX_SPANS = 10_000;

  private static final String[] KINDS = {
    "unspecified", "internal", "server", "client", "producer", "consumer"
  };
  private static final String[] STATUSES = {"unset", "ok", "error"};

  private static final int EVENT = 11;
  private static final int EVENT_ATTRIBUTES = 3;
  private static final int LINK = 13;
  private static final int LINK_ATTRIBUTES = 4;

  private record Started(long nanos, Map<String, Object> json) {}

  private final long traceStart;
  private final List<Started> spans = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();
  private final Set<String> missing = new LinkedHashSet<>();
  private final List<Map<String, Object>> versions = new ArrayList<>();

  private TraceView(StoredTrace trace) {
    traceStart = trace.summary().startTimeUnixNano();
    trace.versions().forEach(this::add);
  }

  static Map<String, Object> of(StoredTrace trace) {
    return new TraceView(trace).json();
  }

  private Map<String, Object> json() {
    missing.removeAll(ids);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("versions", versions);
    body.put("missingParents", missing);
    body.put("spansOmitted", ids.size() - spans.size());
    body.put(
        "spans",
        spans.stream()
            .sorted(Comparator.comparingLong(Started::nanos))
            .map(Started::json)
            .toList());
    return body;
  }

  private void add(Trace version) {
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
          if (ids.add(hex(span.spanId().toBytes())) && spans.size() < MAX_SPANS) {
            long start = span.startTimeUnixNano();
            spans.add(new Started(start, span(resource, scope.name(), span)));
          }
        });
  }

  private Map<String, Object> span(ResourceView resource, String scope, SpanView span) {
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
    json.put("attributes", LogText.of(span.attributes()));
    json.put("resource", LogText.of(resource.attributes()));
    json.put("events", events(span));
    json.put("links", links(span));
    return json;
  }

  private static List<Map<String, Object>> events(SpanView span) {
    List<Map<String, Object>> events = new ArrayList<>();
    ProtoReader in = span.bytes().reader();
    while (in.next()) {
      if (in.field() == EVENT) {
        Slice event = in.slice();
        ProtoReader fields = event.reader();
        long time = span.startTimeUnixNano();
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
        json.put("attributes", LogText.of(new AttributesView(event, EVENT_ATTRIBUTES)));
        events.add(json);
      }
    }
    return events;
  }

  private static List<Map<String, Object>> links(SpanView span) {
    List<Map<String, Object>> links = new ArrayList<>();
    ProtoReader in = span.bytes().reader();
    while (in.next()) {
      if (in.field() == LINK) {
        Slice link = in.slice();
        ProtoReader fields = link.reader();
        Map<String, Object> json = new LinkedHashMap<>();
        while (fields.next()) {
          if (fields.field() == 1) {
            json.put("traceId", hex(fields.slice().toBytes()));
          } else if (fields.field() == 2) {
            json.put("spanId", hex(fields.slice().toBytes()));
          }
        }
        json.put("attributes", LogText.of(new AttributesView(link, LINK_ATTRIBUTES)));
        links.add(json);
      }
    }
    return links;
  }

  private static String named(String[] names, int number) {
    return number >= 0 && number < names.length ? names[number] : Integer.toString(number);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
