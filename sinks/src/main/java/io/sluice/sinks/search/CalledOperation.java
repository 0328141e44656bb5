package io.sluice.sinks.search;

import io.sluice.schemas.Trace;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.trace.SpanTree;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * A line of the service map as Trace Analytics shows it: one service calls an operation of another.
 *
 * @param client the service that calls
 * @param clientKind kind of the calling span, as OTLP names it
 * @param server the service that is called
 * @param serverKind kind of the span that answers
 * @param operation name of the span that answers
 * @param traceGroup name of the root of traces in which it happens; empty when the root was not
 *     seen
 */
record CalledOperation(
    String client,
    String clientKind,
    String server,
    String serverKind,
    String operation,
    String traceGroup) {

  /** Distinct calls of one trace that are looked at. */
  private static final int MOST = 1000;

  private static final int MAX_NAME = 1000;

  private static final String[] KINDS = {
    "SPAN_KIND_UNSPECIFIED",
    "SPAN_KIND_INTERNAL",
    "SPAN_KIND_SERVER",
    "SPAN_KIND_CLIENT",
    "SPAN_KIND_PRODUCER",
    "SPAN_KIND_CONSUMER"
  };

  /** The calls between services in a record of a trace. */
  static Set<CalledOperation> of(Trace trace) {
    Set<CalledOperation> calls = new LinkedHashSet<>();
    if (trace.getServices().size() < 2) {
      return calls;
    }
    String group = trace.getRootOperation() == null ? "" : cut(trace.getRootOperation());
    SpanTree tree = SpanTree.of(Slice.of(trace.getOtlp().array()));
    for (int i = 0; i < tree.size() && calls.size() < MOST; i++) {
      int parent = tree.parent(i);
      if (parent != SpanTree.NONE && !tree.service(parent).equals(tree.service(i))) {
        calls.add(
            new CalledOperation(
                cut(tree.service(parent)),
                kind(tree.span(parent).kind()),
                cut(tree.service(i)),
                kind(tree.span(i).kind()),
                cut(tree.span(i).name()),
                group));
      }
    }
    return calls;
  }

  /** A name of megabytes would be in the document of each call. */
  private static String cut(String name) {
    return SharedTexts.within(MAX_NAME, name);
  }

  /** The name of a span's kind. */
  static String kind(int number) {
    return KINDS[number >= 0 && number < KINDS.length ? number : 0];
  }
}
