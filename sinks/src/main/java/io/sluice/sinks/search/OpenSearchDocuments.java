package io.sluice.sinks.search;

import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Redaction;
import io.sluice.schemas.Trace;
import io.sluice.schemas.otlp.AnyValueView;
import io.sluice.schemas.otlp.AttributesView;
import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.ScopeView;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import io.sluice.schemas.trace.ServiceCall;
import io.sluice.schemas.trace.SpanTree;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.lucene.util.BytesRef;

/**
 * Documents in the field layout of OpenSearch's Trace Analytics (Data Prepper), written as JSON.
 * What Sluice needs besides is under {@code sluice}.
 */
final class OpenSearchDocuments {

  static final String LOG_ATTRIBUTES = "log.attributes.";
  static final String SPAN_ATTRIBUTES = "span.attributes.";
  static final String RESOURCE_ATTRIBUTES = "resource.attributes.";

  /**
   * Longest attribute (name and value, bytes) in the flattened field; Lucene's own limit is 32,766.
   */
  private static final int MAX_FLATTENED = 8_000;

  /** Events and links of one span that are written; OpenSearch refuses more than 10,000 of both. */
  private static final int MAX_NESTED = 1_000;

  private static final AvroSerde<Trace> TRACES = AvroSerde.of(Trace.getClassSchema());
  private static final AvroSerde<Redaction> REDACTIONS = AvroSerde.of(Redaction.getClassSchema());

  private OpenSearchDocuments() {}

  static void log(LogEntry entry, AttributeFields fields, JsonBytes out) {
    out.raw('{').member("time").time(entry.timeUnixNano());
    out.member("severity").raw("{\"number\":").number(entry.severityNumber());
    out.raw(",\"text\":").string(entry.severityText()).raw('}');
    out.member("body").string(entry.body());
    out.member("traceId").string(entry.traceId());
    out.member("spanId").string(entry.spanId());
    out.member("serviceName").string(entry.service());
    texts(entry.attributes(), "log", LOG_ATTRIBUTES, fields, out);
    texts(entry.resource(), "resource", RESOURCE_ATTRIBUTES, fields, out);
    sluice(entry.id(), entry.timeUnixNano(), out);
    out.raw('}');
  }

  /**
   * A span.
   *
   * @param shared members that {@link #ofTrace}, {@link #ofResource} and {@link #ofScope} wrote
   */
  static void span(SpanView span, AttributeFields fields, JsonBytes shared, JsonBytes out) {
    out.raw('{').member("traceId").hex(span.traceId());
    out.member("spanId").hex(span.spanId());
    out.member("parentSpanId").hex(span.isRoot() ? Slice.empty() : span.parentSpanId());
    out.member("traceState").string(span.traceState());
    out.member("name").string(span.nameBytes());
    out.member("kind").raw('"').raw(CalledOperation.kind(span.kind())).raw('"');
    out.member("startTime").time(span.startTimeUnixNano());
    out.member("endTime").time(span.endTimeUnixNano());
    out.member("durationInNanos").number(span.durationNanos());
    out.member("status").raw("{\"code\":").number(span.statusCode());
    out.raw(",\"message\":").string(span.statusMessage()).raw('}');
    nested(span, 11, "events", out);
    nested(span, 13, "links", out);
    values(span.attributes(), "span", SPAN_ATTRIBUTES, fields, out);
    out.raw(shared.array(), 0, shared.size()).raw('}');
  }

  /**
   * Members of each span of a trace: what the layout calls the trace group.
   *
   * @param share characters of a text at most
   */
  static void ofTrace(Trace trace, int share, JsonBytes out) {
    if (trace.getRootOperation() != null) {
      String group = SharedTexts.within(share, trace.getRootOperation());
      out.raw(",\"traceGroup\":").string(group);
      out.raw(",\"traceGroupFields\":{\"endTime\":");
      out.time(trace.getStartTimeUnixNano() + trace.getDurationNanos());
      out.raw(",\"durationInNanos\":").number(trace.getDurationNanos());
      out.raw(",\"statusCode\":").number(trace.getError() ? SpanView.STATUS_ERROR : 0).raw('}');
    }
  }

  /**
   * Members of each span of a resource.
   *
   * @param share characters at most, about
   * @return whether some are left out
   */
  static boolean ofResource(
      ResourceView resource, int share, AttributeFields fields, JsonBytes out) {
    String service = SharedTexts.within(share, resource.serviceName());
    out.raw(",\"serviceName\":").string(service);
    if (resource.bytes().length() <= share) {
      values(resource.attributes(), "resource", RESOURCE_ATTRIBUTES, fields, out);
      return false;
    }
    Map<String, String> whole = LogText.of(resource.attributes());
    Map<String, String> within = SharedTexts.within(share, whole);
    texts(within, "resource", RESOURCE_ATTRIBUTES, fields, out);
    return within != whole;
  }

  /** Members of each span of a scope. */
  static void ofScope(ScopeView scope, int share, JsonBytes out) {
    String name = SharedTexts.within(share, scope.name());
    out.raw(",\"instrumentationScope\":{\"name\":").string(name);
    out.raw(",\"version\":").string(SharedTexts.within(share, scope.version())).raw('}');
  }

  /** A record of a trace: what it is found by, and the record itself. */
  static void trace(Trace trace, String id, JsonBytes out) {
    out.raw('{').member("traceId").string(TraceDocuments.traceId(trace));
    out.member("startTime").time(trace.getStartTimeUnixNano());
    out.member("durationInNanos").number(trace.getDurationNanos());
    out.member("error").raw(trace.getError() ? "true" : "false");
    out.member("completeness").string(trace.getCompleteness().name());
    out.member("services");
    strings(trace.getServices(), out);
    SpanTree tree = SpanTree.of(Slice.of(trace.getOtlp().array()));
    TraceTerms terms = TraceTerms.of(tree);
    terms("operations", terms.operations(), out);
    terms("operationKinds", terms.kinds(), out);
    terms("attributes", terms.attributes(), out);
    calls(tree, out);
    out.member("record").base64(TRACES.encode(trace));
    sluice(id, trace.getStartTimeUnixNano(), out);
    out.raw('}');
  }

  private static void terms(String member, Iterable<BytesRef> terms, JsonBytes out) {
    out.member(member).raw('[');
    String separator = "";
    for (BytesRef term : terms) {
      out.raw(separator).string(new Slice(term.bytes, term.offset, term.offset + term.length));
      separator = ",";
    }
    out.raw(']');
  }

  private static void calls(SpanTree tree, JsonBytes out) {
    out.member("calls").raw('[');
    String separator = "";
    for (ServiceCall call : ServiceCall.of(tree).stream().limit(MAX_NESTED).toList()) {
      out.raw(separator).raw("{\"client\":").string(call.client());
      out.raw(",\"server\":").string(call.server());
      out.raw(",\"connection\":").string(call.connection());
      out.raw(",\"count\":").number(call.count());
      out.raw(",\"failed\":").number(call.failed());
      out.raw(",\"nanos\":").number(call.nanos()).raw('}');
      separator = ",";
    }
    out.raw(']');
  }

  static Trace trace(byte[] record) {
    return TRACES.decode(record);
  }

  /** As Data Prepper writes one half of a call: what the client calls. */
  static void callOfClient(CalledOperation call, String id, long hour, JsonBytes out) {
    half(call, id, hour, call.client(), call.clientKind(), "destination", out);
  }

  /** The other half: what the server is called for. */
  static void callOfServer(CalledOperation call, String id, long hour, JsonBytes out) {
    half(call, id, hour, call.server(), call.serverKind(), "target", out);
  }

  private static void half(
      CalledOperation call,
      String id,
      long hour,
      String service,
      String kind,
      String side,
      JsonBytes out) {
    out.raw('{').member("serviceName").string(service);
    out.member("kind").string(kind);
    out.member(side).raw("{\"domain\":").string(call.server());
    out.raw(",\"resource\":").string(call.operation()).raw('}');
    out.member("traceGroupName").string(call.traceGroup());
    out.member("hashId").string(CalledOperations.hash(call));
    out.member("sluice").raw("{\"id\":").string(id);
    out.raw(",\"time\":").number(hour * CalledOperations.HOUR_MILLIS * 1_000_000);
    out.raw("}}");
  }

  static void redaction(Redaction redaction, String id, JsonBytes out) {
    out.raw('{').member("ruleId").string(redaction.getRuleId());
    out.member("service").string(redaction.getService());
    out.member("signal").string(redaction.getSignal().name());
    out.member("fieldPath").string(redaction.getFieldPath());
    out.member("action").string(redaction.getAction().name());
    out.member("count").number(redaction.getCount());
    out.member("windowStart").time(redaction.getWindowStartUnixNano());
    out.member("record").base64(REDACTIONS.encode(redaction));
    sluice(id, redaction.getWindowStartUnixNano(), out);
    out.raw('}');
  }

  static Redaction redaction(byte[] record) {
    return REDACTIONS.decode(record);
  }

  private static void sluice(String id, long timeUnixNano, JsonBytes out) {
    out.member("sluice").raw("{\"id\":").string(id);
    out.raw(",\"time\":").number(timeUnixNano).raw('}');
  }

  private static void strings(Iterable<String> texts, JsonBytes out) {
    String separator = "[";
    for (String text : texts) {
      out.raw(separator).string(text);
      separator = ",";
    }
    out.raw(separator.equals("[") ? "[]" : "]");
  }

  private static void texts(
      Map<String, String> attributes,
      String object,
      String prefix,
      AttributeFields fields,
      JsonBytes out) {
    Rest rest = new Rest();
    fields.begin();
    attributes.forEach(
        (name, value) -> {
          AttributeFields.Own own = fields.own(prefix, name);
          if (own == null) {
            rest.add(name, value);
          } else if (fields.write(own, out)) {
            out.string(value);
          }
        });
    rest.write(object, out);
  }

  /** With the same name twice the first holds, as everywhere: OpenSearch refuses the second. */
  private static void values(
      AttributesView attributes,
      String object,
      String prefix,
      AttributeFields fields,
      JsonBytes out) {
    Rest rest = new Rest();
    fields.begin();
    attributes.forEach(
        (name, value) -> {
          AttributeFields.Own own = fields.own(prefix, name);
          if (own == null) {
            rest.add(name, LogText.of(value));
          } else if (fields.write(own, out)) {
            value(value, out);
          }
        });
    rest.write(object, out);
  }

  private static void value(AnyValueView value, JsonBytes out) {
    switch (value.type()) {
      case STRING -> out.string(value.payload());
      case INT -> out.number(value.intValue());
      case BOOL -> out.raw(value.boolValue() ? "true" : "false");
      default -> out.string(LogText.of(value));
    }
  }

  /** Events (time 1, name 2, attributes 3) and links (ids 1 and 2, attributes 4) of a span. */
  private static void nested(SpanView span, int field, String name, JsonBytes out) {
    boolean events = field == 11;
    int written = 0;
    ProtoReader in = span.bytes().reader();
    while (in.next() && written < MAX_NESTED) {
      if (in.field() != field || in.wireType() != ProtoReader.LEN) {
        continue;
      }
      if (written++ == 0) {
        out.member(name).raw('[');
      } else {
        out.raw(',');
      }
      Slice each = in.slice();
      out.raw('{');
      if (events) {
        out.member("time").time(SpanPart.time(each));
        out.member("name").string(SpanPart.bytes(each, 2));
      } else {
        out.member("traceId").hex(SpanPart.bytes(each, 1));
        out.member("spanId").hex(SpanPart.bytes(each, 2));
      }
      out.member("attributes").raw('{');
      Set<String> seen = new HashSet<>();
      new AttributesView(each, events ? 3 : 4)
          .forEach(
              (key, value) -> {
                if (seen.add(key)) {
                  out.raw(seen.size() == 1 ? "" : ",").string(key).raw(':');
                  value(value, out);
                }
              });
      out.raw("}}");
    }
    if (written > 0) {
      out.raw(']');
    }
  }

  /** Fields of an event or a link; of a field that is there twice the last holds. */
  private static final class SpanPart {

    static long time(Slice event) {
      long time = 0;
      ProtoReader in = event.reader();
      while (in.next()) {
        if (in.field() == 1) {
          time = in.fixed64();
        }
      }
      return time;
    }

    static Slice bytes(Slice part, int field) {
      Slice found = Slice.empty();
      ProtoReader in = part.reader();
      while (in.next()) {
        if (in.field() == field) {
          found = in.slice();
        }
      }
      return found;
    }
  }

  /** Attributes without a field of their own. */
  private static final class Rest {

    private final Map<String, String> texts = new LinkedHashMap<>();

    void add(String name, String value) {
      texts.putIfAbsent(name, value);
    }

    void write(String object, JsonBytes out) {
      if (!texts.isEmpty()) {
        writeOverflow(object, out);
        writeUnindexed(object, out);
      }
    }

    private void writeOverflow(String object, JsonBytes out) {
      boolean begun = false;
      for (Map.Entry<String, String> each : texts.entrySet()) {
        if (isSmall(each.getKey(), each.getValue())) {
          begin(begun, object, ".overflow\":{", out);
          out.string(each.getKey()).raw(':').string(each.getValue());
          begun = true;
        }
      }
      out.raw(begun ? "}" : "");
    }

    /** Names as values: JSON readers, OpenSearch's too, take no names of any length. */
    private void writeUnindexed(String object, JsonBytes out) {
      boolean begun = false;
      for (Map.Entry<String, String> each : texts.entrySet()) {
        if (!isSmall(each.getKey(), each.getValue())) {
          begin(begun, object, ".unindexed\":[", out);
          out.raw("{\"name\":").string(each.getKey());
          out.raw(",\"value\":").string(each.getValue()).raw('}');
          begun = true;
        }
      }
      out.raw(begun ? "]" : "");
    }

    private static void begin(boolean begun, String object, String field, JsonBytes out) {
      if (begun) {
        out.raw(',');
      } else {
        out.raw(",\"").raw(object).raw(field);
      }
    }

    private static boolean isSmall(String name, String value) {
      return (name.length() + value.length()) * 3 <= MAX_FLATTENED
          || name.getBytes(StandardCharsets.UTF_8).length
                  + value.getBytes(StandardCharsets.UTF_8).length
              <= MAX_FLATTENED;
    }
  }
}
