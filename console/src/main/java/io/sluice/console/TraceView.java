package io.sluice.console;

import io.sluice.schemas.Trace;
import io.sluice.schemas.otlp.SpanView;
import io.sluice.schemas.trace.CriticalPath;
import io.sluice.schemas.trace.ErrorOrigin;
import io.sluice.schemas.trace.SelfTimes;
import io.sluice.schemas.trace.SpanTree;
import io.sluice.sinks.search.LogText;
import io.sluice.sinks.search.StoredTrace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A trace's spans as JSON, of all versions, each span once, by their start. Offsets are on the
 * clock of the span that the trace began with, see {@link SpanTree}; {@code start} is what the
 * producer wrote.
 */
final class TraceView {

  /** As many as one part of a trace has; of more see {@link ShownSpans}. */
  static final int MAX_SPANS = 10_000;

  private static final int MAX_MISSING = 100;

  private static final String[] KINDS = {
    "unspecified", "internal", "server", "client", "producer", "consumer"
  };
  private static final String[] STATUSES = {"unset", "ok", "error"};

  private final SpanTree tree;
  private final long[] self;
  private final long[] onPath;
  private final List<Trace> versions;
  private final int versionCount;

  private TraceView(StoredTrace trace) {
    versions = trace.versions();
    versionCount = trace.summary().versionCount();
    tree = trace.tree();
    self = SelfTimes.of(tree);
    onPath = CriticalPath.of(tree);
  }

  static Map<String, Object> of(StoredTrace trace) {
    return new TraceView(trace).json();
  }

  private Map<String, Object> json() {
    List<Integer> shown =
        IntStream.of(ShownSpans.of(tree, MAX_SPANS))
            .boxed()
            .sorted(Comparator.comparingLong(tree::start))
            .toList();
    long traceStart = IntStream.range(0, tree.size()).mapToLong(tree::start).min().orElse(0);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("versions", versions.stream().map(TraceView::version).toList());
    body.put("versionsOmitted", versionCount - versions.size());
    body.put("missingParents", missingParents());
    body.put("orphanCount", tree.orphans());
    body.put("cyclicCount", tree.cyclicSpans());
    body.put("collisionCount", tree.collisions());
    body.put("errorOrigin", errorOrigin());
    body.put("serviceTimes", serviceTimes());
    body.put("linkedTraces", linkedTraces());
    body.put("spansOmitted", tree.size() - shown.size());
    body.put("spans", shown.stream().map(i -> span(i, traceStart)).toList());
    return body;
  }

  private static Map<String, Object> version(Trace version) {
    Map<String, Object> about = new LinkedHashMap<>();
    about.put("version", version.getVersion());
    about.put("spanCount", version.getSpanCount());
    about.put("completeness", version.getCompleteness().name());
    about.put("closeReason", version.getCloseReason().name());
    about.put("closeDelayMs", version.getCloseDelayMillis());
    about.put("adjustedCount", version.getAdjustedCount());
    return about;
  }

  /** Of all versions together: what one misses another may have. */
  private Set<String> missingParents() {
    Set<String> missing = new LinkedHashSet<>();
    for (int i = 0; i < tree.size(); i++) {
      if (tree.isOrphan(i) && missing.size() < MAX_MISSING) {
        missing.add(hex(tree.span(i).parentSpanId().toBytes()));
      }
    }
    return missing;
  }

  /** The span's id, service and name; empty when no span failed. */
  private Map<String, Object> errorOrigin() {
    int origin = ErrorOrigin.of(tree);
    if (origin == SpanTree.NONE) {
      return Map.of();
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("spanId", hex(tree.span(origin).spanId().toBytes()));
    json.put("service", tree.service(origin));
    json.put("name", tree.span(origin).name());
    return json;
  }

  /** Where the time went, the service that worked longest first. */
  private List<Map<String, Object>> serviceTimes() {
    Map<String, long[]> sums = new TreeMap<>();
    for (int i = 0; i < tree.size(); i++) {
      long[] sum = sums.computeIfAbsent(tree.service(i), unused -> new long[4]);
      sum[0]++;
      sum[1] += tree.span(i).isError() ? 1 : 0;
      sum[2] += self[i];
      sum[3] += onPath[i];
    }
    return sums.entrySet().stream()
        .sorted(Comparator.comparingLong(entry -> -entry.getValue()[2]))
        .map(entry -> serviceTime(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static Map<String, Object> serviceTime(String service, long[] sum) {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("service", service);
    json.put("spanCount", sum[0]);
    json.put("errorCount", sum[1]);
    json.put("selfMs", Json.millis(sum[2]));
    json.put("criticalPathMs", Json.millis(sum[3]));
    return json;
  }

  private Set<String> linkedTraces() {
    Set<String> linked = new LinkedHashSet<>();
    versions.forEach(
        version -> version.getLinkedTraces().forEach(other -> linked.add(hex(other.bytes()))));
    return linked;
  }

  private Map<String, Object> span(int i, long traceStart) {
    SpanView span = tree.span(i);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("spanId", hex(span.spanId().toBytes()));
    json.put("parentSpanId", span.isRoot() ? "" : hex(span.parentSpanId().toBytes()));
    json.put("service", tree.service(i));
    json.put("scope", tree.scope(i).name());
    json.put("name", span.name());
    json.put("kind", named(KINDS, span.kind()));
    json.put("start", Json.time(span.startTimeUnixNano()));
    json.put("offsetMs", Json.millis(tree.start(i) - traceStart));
    json.put("clockShiftMs", Json.millis(tree.clockShift(i)));
    json.put("durationMs", Json.millis(span.durationNanos()));
    json.put("selfMs", Json.millis(self[i]));
    json.put("criticalPathMs", Json.millis(onPath[i]));
    json.put("orphan", tree.isOrphan(i));
    json.put("cyclic", tree.isCyclic(i));
    json.put("status", named(STATUSES, span.statusCode()));
    json.put("statusMessage", span.statusMessage());
    json.put("attributes", LogText.of(span.attributes()));
    json.put("resource", LogText.of(tree.resource(i).attributes()));
    json.put("events", events(span));
    json.put("links", links(span));
    return json;
  }

  private static List<Map<String, Object>> events(SpanView span) {
    List<Map<String, Object>> events = new ArrayList<>();
    for (SpanEvent event : SpanEvent.of(span, span.startTimeUnixNano())) {
      Map<String, Object> json = new LinkedHashMap<>();
      json.put("name", event.name());
      json.put("offsetMs", Json.millis(event.timeUnixNano() - span.startTimeUnixNano()));
      json.put("attributes", LogText.of(event.attributes()));
      events.add(json);
    }
    return events;
  }

  private static List<Map<String, Object>> links(SpanView span) {
    List<Map<String, Object>> links = new ArrayList<>();
    for (SpanLink link : SpanLink.of(span)) {
      Map<String, Object> json = new LinkedHashMap<>();
      if (!link.traceId().isEmpty()) {
        json.put("traceId", link.traceId());
      }
      if (!link.spanId().isEmpty()) {
        json.put("spanId", link.spanId());
      }
      json.put("attributes", LogText.of(link.attributes()));
      links.add(json);
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
