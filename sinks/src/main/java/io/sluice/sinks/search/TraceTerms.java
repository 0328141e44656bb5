package io.sluice.sinks.search;

import io.sluice.schemas.Trace;
import io.sluice.schemas.otlp.AttributesView;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.ResourceView;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.otlp.SpanView;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a record of a trace is found by.
 *
 * @param operations of its spans: service, NUL and name, and also without the service
 * @param kinds of them: service, NUL, name, NUL and kind
 * @param attributes of its spans and resources, {@code key=value}
 */
record TraceTerms(Set<String> operations, Set<String> kinds, Set<String> attributes) {

  /** Distinct attributes of one version that can be searched for; all can be seen. */
  private static final int MAX_ATTRIBUTES = 2000;

  private static final List<String> KINDS =
      List.of("", "internal", "server", "client", "producer", "consumer");

  static TraceTerms of(Trace trace) {
    TraceTerms terms =
        new TraceTerms(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashSet<>());
    @Nullable ResourceView[] last = {null};
    OtlpRequest.forEachSpan(
        Slice.of(trace.getOtlp().array()),
        (resource, scope, span) -> {
          terms.add(resource.serviceName(), span);
          if (resource != last[0]) { // all spans of a resource come one after the other
            last[0] = resource;
            terms.add(resource.attributes());
          }
        });
    return terms;
  }

  private void add(String service, SpanView span) {
    String name = span.name();
    String ofService = operation(service, name);
    operations.add(ofService);
    operations.add(operation("", name));
    // The kind stands behind the name, which is cut where it is too long for a term.
    kinds.add(ofService + '\0' + kind(span));
    if (attributes.size() < MAX_ATTRIBUTES) {
      addWhatItSays(attributes, span);
      add(span.attributes());
    }
  }

  private void add(AttributesView all) {
    if (attributes.size() < MAX_ATTRIBUTES) {
      LogText.of(all).forEach((key, value) -> attributes.add(LogDocuments.term(key + "=" + value)));
    }
  }

  /** Term of an operation of a service, or of any. */
  static String operation(String service, String name) {
    return LogDocuments.term(service + '\0' + name);
  }

  /** What a span says without attributes, by the names that Jaeger gives it. */
  private static void addWhatItSays(Set<String> terms, SpanView span) {
    terms.add("span.kind=" + kind(span));
    if (span.statusCode() == SpanView.STATUS_ERROR) {
      terms.add("error=true");
      terms.add("otel.status_code=ERROR");
    } else if (span.statusCode() == SpanView.STATUS_OK) {
      terms.add("otel.status_code=OK");
    }
  }

  private static String kind(SpanView span) {
    return span.kind() > 0 && span.kind() < KINDS.size() ? KINDS.get(span.kind()) : "";
  }
}
