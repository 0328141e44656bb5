package io.sluice.sinks.search;

import io.sluice.schemas.Trace;
import io.sluice.schemas.trace.SpanTree;
import java.util.List;

/**
 * A trace with its spans.
 *
 * @param summary all versions together
 * @param versions the records of {@code sluice.traces}, by version; where they are very many or
 *     very large, the first of {@link TraceSummary#versionCount}
 */
public record StoredTrace(TraceSummary summary, List<Trace> versions) {

  /** Its spans, made into a tree at each call. */
  public SpanTree tree() {
    return TraceDocuments.tree(versions);
  }

  /** Bytes of its spans. */
  public long bytes() {
    return versions.stream().mapToLong(version -> version.getOtlp().remaining()).sum();
  }
}
