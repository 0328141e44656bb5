package io.sluice.sinks.search;

import io.sluice.schemas.otlp.AnyValueView;
import io.sluice.schemas.otlp.AttributesView;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import io.sluice.schemas.trace.SpanTree;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.lucene.util.BytesRef;

/**
 * What a record of a trace is found by, in UTF-8.
 *
 * @param operations of its spans: service, NUL and name, and also without the service
 * @param kinds of them: service, NUL, name, NUL and kind
 * @param attributes of its spans and resources, {@code key=value}; of a key that a span has twice
 *     both values
 */
record TraceTerms(Set<BytesRef> operations, Set<BytesRef> kinds, Set<BytesRef> attributes) {

  /** Distinct attributes of one version that can be searched for; all can be seen. */
  private static final int MAX_ATTRIBUTES = 2000;

  /** Most traces have fewer. */
  private static final int MOST_TRACES = 128;

  private static final List<String> KINDS =
      List.of("", "internal", "server", "client", "producer", "consumer");
  private static final List<BytesRef> AFTER_NAME =
      KINDS.stream().map(kind -> new BytesRef('\0' + kind)).toList();
  private static final List<BytesRef> SPAN_KIND =
      KINDS.stream().map(kind -> new BytesRef("span.kind=" + kind)).toList();
  private static final BytesRef ERROR = new BytesRef("error=true");
  private static final BytesRef STATUS_ERROR = new BytesRef("otel.status_code=ERROR");
  private static final BytesRef STATUS_OK = new BytesRef("otel.status_code=OK");

  static TraceTerms of(SpanTree tree) {
    TraceTerms terms =
        new TraceTerms(
            new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>(MOST_TRACES));
    ResourceView last = null;
    Slice service = Slice.empty();
    for (int i = 0; i < tree.size(); i++) {
      ResourceView resource = tree.resource(i);
      boolean first = resource != last; // all spans of a resource come one after the other
      if (first) {
        last = resource;
        service = TermBytes.slice(resource.serviceName());
      }
      terms.add(service, tree.span(i));
      if (first) {
        terms.add(resource.attributes());
      }
    }
    return terms;
  }

  private void add(Slice service, SpanView span) {
    Slice name = span.nameBytes();
    BytesRef ofService = TermBytes.joined(service, '\0', name);
    operations.add(ofService);
    operations.add(TermBytes.joined(Slice.empty(), '\0', name));
    // The kind stands behind the name, which is cut where it is too long for a term.
    kinds.add(TermBytes.followed(ofService, AFTER_NAME.get(kind(span))));
    addWhatItSays(span); // of a large trace, too: these are few
    add(span.attributes());
  }

  private void add(AttributesView all) {
    if (attributes.size() < MAX_ATTRIBUTES) {
      all.forEachOfBytes((key, value) -> attributes.add(TermBytes.joined(key, '=', text(value))));
    }
  }

  private static Slice text(AnyValueView value) {
    return value.type() == AnyValueView.Type.STRING
        ? value.payload()
        : TermBytes.slice(LogText.of(value));
  }

  /** Term of an operation of a service, or of any. */
  static String operation(String service, String name) {
    return LogDocuments.term(service + '\0' + name);
  }

  /** Terms of an attribute, of which a trace has one. */
  static List<String> attribute(String key, String value) {
    return LogText.spellings(value).stream()
        .map(spelling -> LogDocuments.term(key + "=" + spelling))
        .toList();
  }

  /** What a span says without attributes, by the names that Jaeger gives it. */
  private void addWhatItSays(SpanView span) {
    attributes.add(SPAN_KIND.get(kind(span)));
    if (span.statusCode() == SpanView.STATUS_ERROR) {
      attributes.add(ERROR);
      attributes.add(STATUS_ERROR);
    } else if (span.statusCode() == SpanView.STATUS_OK) {
      attributes.add(STATUS_OK);
    }
  }

  private static int kind(SpanView span) {
    return span.kind() > 0 && span.kind() < KINDS.size() ? span.kind() : 0;
  }
}
