package io.sluice.sinks.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Logs that were found.
 *
 * @param entries newest first
 * @param total how many match in all; exact up to 1000, then a lower bound
 * @param nextCursor for the next page, null on the last
 */
public record LogPage(List<LogEntry> entries, long total, @Nullable String nextCursor) {}
