package io.sluice.sinks.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Traces that were found.
 *
 * @param traces newest first
 * @param nextCursor for the next page, null on the last
 */
public record TracePage(List<TraceSummary> traces, @Nullable String nextCursor) {}
