package io.sluice.sinks.search;

import java.util.List;

/**
 * A trace in a list: all its versions and parts together.
 *
 * @param traceId 32 hex digits
 * @param rootService empty when the root was never seen
 * @param rootOperation empty when the root was never seen
 * @param services sorted
 * @param spanCount a span that came twice counts once
 * @param errorService where the error began; empty when no span failed
 * @param errorOperation the name of the span in which it began
 * @param completeness of the first version, as {@code sluice.traces} names it
 * @param closeReason of the first version
 * @param versionCount records that the trace consists of; of very many or very large ones the first
 *     are looked at
 */
public record TraceSummary(
    String traceId,
    String rootService,
    String rootOperation,
    List<String> services,
    long startTimeUnixNano,
    long durationNanos,
    int spanCount,
    boolean error,
    String errorService,
    String errorOperation,
    String completeness,
    String closeReason,
    int versionCount) {}
