package io.sluice.sinks.search;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which traces to find, newest first.
 *
 * @param service one that took part, or null
 * @param operation name of a span in the trace (of that service, when one is given), or null
 * @param minDurationNanos shortest
 * @param maxDurationNanos longest
 * @param errorOnly only traces with a span in error
 * @param tags span or resource attributes that a span must have; {@code span.kind}, {@code error}
 *     and {@code otel.status_code} are what the span says without attributes. A number finds
 *     floating-point values however it is written, see {@link LogText#spellings}
 * @param fromUnixNano earliest start
 * @param toUnixNano latest start, not included
 * @param limit most traces, 1 to 1000
 * @param cursor of the page before, or null for the first
 */
public record TraceQuery(
    @Nullable String service,
    @Nullable String operation,
    long minDurationNanos,
    long maxDurationNanos,
    boolean errorOnly,
    Map<String, String> tags,
    long fromUnixNano,
    long toUnixNano,
    int limit,
    @Nullable String cursor) {

  /** Everything, the newest hundred. */
  public static TraceQuery all() {
    return new TraceQuery(
        null, null, 0, Long.MAX_VALUE, false, Map.of(), Long.MIN_VALUE, Long.MAX_VALUE, 100, null);
  }

  public TraceQuery ofService(String newService) {
    return new TraceQuery(
        newService,
        operation,
        minDurationNanos,
        maxDurationNanos,
        errorOnly,
        tags,
        fromUnixNano,
        toUnixNano,
        limit,
        cursor);
  }
}
