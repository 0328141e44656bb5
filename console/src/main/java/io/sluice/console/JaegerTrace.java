package io.sluice.console;

import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import io.sluice.schemas.trace.SpanTree;
import io.sluice.sinks.search.StoredTrace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stored trace as Jaeger's API writes it. */
final class JaegerTrace {

  private static final String HIGH_ZEROS = "0".repeat(16);

  private final SpanTree tree;
  private final String wholeTraceId;
  private final String traceId;
  private final boolean raw;
  private final Map<ByteBuffer, String> processIds = new HashMap<>();
  private final Map<String, Object> processes = new LinkedHashMap<>();

  private JaegerTrace(StoredTrace trace, SpanTree tree, boolean raw) {
    this.tree = tree;
    this.wholeTraceId = trace.summary().traceId();
    this.traceId = shortened(wholeTraceId);
    this.raw = raw;
  }

  /**
   * @param tree the trace's
   * @param raw whether times are those of the producers, whatever their clocks
   * @param mostSpans the rest is left out, see {@link ShownSpans}, and a warning says so
   */
  static Map<String, Object> of(StoredTrace trace, SpanTree tree, boolean raw, int mostSpans) {
    return new JaegerTrace(trace, tree, raw).json(trace, mostSpans);
  }

  /** Jaeger's ids of 64 bits have no zeros before them. */
  static String shortened(String id) {
    return id.startsWith(HIGH_ZEROS) ? id.substring(16) : id;
  }

  private Map<String, Object> json(StoredTrace trace, int mostSpans) {
    List<Object> spans = new ArrayList<>();
    for (int i : ShownSpans.of(tree, mostSpans)) {
      spans.add(span(i));
    }
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("traceID", traceId);
    json.put("spans", spans);
    json.put("processes", processes);
    json.put("warnings", warnings(trace, tree.size() - spans.size()));
    return json;
  }

  /** What a reader should know before trusting the picture; null for nothing, as Jaeger does. */
  private @Nullable List<String> warnings(StoredTrace trace, int omitted) {
    List<String> warnings = new ArrayList<>();
    String completeness = trace.summary().completeness();
    if (!completeness.equals("COMPLETE") && tree.orphans() > 0) {
      warnings.add(
          "incomplete ("
              + completeness.toLowerCase(Locale.ROOT).replace('_', ' ')
              + "): the parents of "
              + tree.orphans()
              + " spans never came");
    }
    if (tree.cyclicSpans() > 0) {
      warnings.add(tree.cyclicSpans() + " spans are their own ancestors: the circle was cut");
    }
    if (tree.collisions() > 0) {
      warnings.add(tree.collisions() + " spans have the id of another span");
    }
    if (omitted > 0) {
      warnings.add(omitted + " further spans are not shown");
    }
    int left = trace.summary().versionCount() - trace.versions().size();
    if (left > 0) {
      warnings.add(left + " further records of this trace are not shown");
    }
    return warnings.isEmpty() ? null : warnings;
  }

  private Map<String, Object> span(int i) {
    SpanView span = tree.span(i);
    long shift = raw ? 0 : tree.clockShift(i);
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("traceID", traceId);
    json.put("spanID", hex(span.spanId()));
    json.put("operationName", span.name());
    json.put("references", references(i));
    json.put("startTime", micros(span.startTimeUnixNano() + shift));
    json.put("duration", span.durationNanos() / 1000);
    json.put("tags", JaegerTags.ofSpan(span, tree.scope(i)));
    json.put("logs", logs(span, shift));
    json.put("processID", processId(tree.resource(i)));
    json.put("warnings", warnings(i, shift));
    return json;
  }

  private @Nullable List<String> warnings(int i, long shift) {
    List<String> warnings = new ArrayList<>();
    if (shift != 0) {
      warnings.add(
          "This span's timestamps were adjusted by "
              + String.format(Locale.ROOT, "%.3fms", shift / 1e6)
              + ": the clock of its host differs from its caller's");
    }
    if (tree.isOrphan(i)) {
      warnings.add("its parent " + hex(tree.span(i).parentSpanId()) + " is not in the trace");
    }
    if (tree.isCut(i)) {
      warnings.add(
          "its parent "
              + hex(tree.span(i).parentSpanId())
              + " is below it: the circle was cut here");
    }
    return warnings.isEmpty() ? null : warnings;
  }

  /**
   * Readers hang a span below the first of these and show what they reach from above: where a
   * circle was cut, none is in the trace.
   */
  private List<Object> references(int i) {
    SpanView span = tree.span(i);
    boolean isCut = tree.isCut(i);
    List<Object> references = new ArrayList<>();
    if (!span.isRoot() && !isCut) {
      references.add(reference("CHILD_OF", traceId, hex(span.parentSpanId())));
    }
    for (SpanLink link : SpanLink.of(span)) {
      if (!isCut || !link.traceId().equals(wholeTraceId)) {
        references.add(reference(link));
      }
    }
    return references;
  }

  private static Map<String, Object> reference(SpanLink link) {
    // What the translation from OpenTracing left behind.
    String type = link.attributes().text("opentracing.ref_type");
    return reference(
        "child_of".equals(type) ? "CHILD_OF" : "FOLLOWS_FROM",
        shortened(link.traceId()),
        link.spanId());
  }

  private static Map<String, Object> reference(String type, String trace, String span) {
    Map<String, Object> reference = new LinkedHashMap<>();
    reference.put("refType", type);
    reference.put("traceID", trace);
    reference.put("spanID", span);
    return reference;
  }

  private static List<Map<String, Object>> logs(SpanView span, long shift) {
    return SpanEvent.of(span, span.startTimeUnixNano()).stream()
        .map(event -> log(event, shift))
        .toList();
  }

  private static Map<String, Object> log(SpanEvent event, long shift) {
    List<Map<String, Object>> tags = new ArrayList<>();
    if (!event.name().isEmpty()) {
      tags.add(JaegerTags.tag("event", "string", event.name()));
    }
    tags.addAll(JaegerTags.of(event.attributes()));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("timestamp", micros(event.timeUnixNano() + shift));
    json.put("fields", tags);
    return json;
  }

  /** One process for each resource, numbered as they come. */
  private String processId(ResourceView resource) {
    Slice bytes = resource.bytes();
    ByteBuffer key = ByteBuffer.wrap(bytes.array(), bytes.start(), bytes.length());
    return processIds.computeIfAbsent(
        key,
        unused -> {
          String id = "p" + (processIds.size() + 1);
          List<Map<String, Object>> tags = JaegerTags.of(resource.attributes());
          tags.removeIf(tag -> "service.name".equals(tag.get("key")));
          Map<String, Object> process = new LinkedHashMap<>();
          process.put("serviceName", resource.serviceName());
          process.put("tags", tags);
          processes.put(id, process);
          return id;
        });
  }

  /** Jaeger has no time before 1970. */
  private static long micros(long nanos) {
    return Math.max(0, nanos / 1000);
  }

  private static String hex(Slice bytes) {
    return HexFormat.of().formatHex(bytes.toBytes());
  }
}
