package io.sluice.sinks.search;

import java.util.List;

/**
 * A line with its neighbours.
 *
 * @param before those before it, oldest first
 * @param after those after it, oldest first
 */
public record LogContext(List<LogEntry> before, LogEntry entry, List<LogEntry> after) {}
