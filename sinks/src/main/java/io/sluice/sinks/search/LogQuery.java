package io.sluice.sinks.search;

import org.jspecify.annotations.Nullable;

/**
 * Which logs to find, newest first.
 *
 * @param text words, {@code "phrases"}, {@code field:value}, {@code -not}, {@code prefix*}; all
 *     must hold; empty finds everything
 * @param service exact, or null
 * @param traceId hex, or null
 * @param minSeverity least severity number, 0 for any
 * @param fromUnixNano earliest time
 * @param toUnixNano latest time, not included
 * @param limit most entries of a page, 1 to 1000
 * @param cursor of the page before, or null for the first
 */
public record LogQuery(
    String text,
    @Nullable String service,
    @Nullable String traceId,
    int minSeverity,
    long fromUnixNano,
    long toUnixNano,
    int limit,
    @Nullable String cursor) {

  /** Everything, the newest hundred. */
  public static LogQuery all() {
    return matching("");
  }

  /** The newest hundred that match a text. */
  public static LogQuery matching(String text) {
    return new LogQuery(text, null, null, 0, Long.MIN_VALUE, Long.MAX_VALUE, 100, null);
  }

  public LogQuery ofService(String newService) {
    return new LogQuery(
        text, newService, traceId, minSeverity, fromUnixNano, toUnixNano, limit, cursor);
  }
}
