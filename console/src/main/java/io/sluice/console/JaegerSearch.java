package io.sluice.console;

import io.sluice.schemas.trace.SpanTree;
import io.sluice.sinks.search.QueryStoppedException;
import io.sluice.sinks.search.SearchReader;
import io.sluice.sinks.search.SearchStore;
import io.sluice.sinks.search.StoredTrace;
import io.sluice.sinks.search.TracePage;
import io.sluice.sinks.search.TraceSummary;
import org.jspecify.annotations.Nullable;

/**
 * Searches as Jaeger does: the index finds traces that have what is asked for on any of their
 * spans, and Jaeger wants all of it on one.
 */
final class JaegerSearch {

  /** Traces that are looked at for one that is wanted, before the rest is left. */
  private static final int CANDIDATES = 20;

  /** Takes what was found, newest first. */
  interface Found {

    /** Returns null for the next one, or why there shall be none. */
    @Nullable String take(StoredTrace trace, SpanTree tree);
  }

  private final SearchStore store;

  JaegerSearch(SearchStore store) {
    this.store = store;
  }

  /**
   * @return why there may be more; null when that is all, or as many as were asked for
   */
  @Nullable String each(Call call, JaegerQuery query, Found found) {
    SearchReader reader = call.reader(store);
    int taken = 0;
    int candidates = 0;
    String cursor = null;
    try {
      do {
        TracePage page = reader.traces(query.traces(cursor));
        for (TraceSummary summary : page.traces()) {
          if (++candidates > CANDIDATES * query.limit()) {
            return "only the newest traces were looked at: narrow the search";
          }
          StoredTrace trace = reader.trace(summary.traceId()).orElse(null);
          if (trace == null) {
            continue;
          }
          SpanTree tree = trace.tree();
          if (!query.matches(tree)) {
            call.leaves(trace);
            continue;
          }
          String full = found.take(trace, tree);
          if (full != null || ++taken == query.limit()) {
            return full;
          }
        }
        cursor = page.nextCursor();
      } while (cursor != null);
    } catch (QueryStoppedException e) {
      if (taken == 0 || call.isGone()) {
        throw e;
      }
      return "stopped after " + Call.MAX_TIME.toSeconds() + " s: narrow the search";
    }
    return null;
  }
}
