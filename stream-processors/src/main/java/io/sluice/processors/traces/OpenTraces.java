package io.sluice.processors.traces;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The open traces of a partition, by id, by age and by how long they have been quiet. Time only
 * goes forward (see {@link WorkingTime}), so whoever got a span last is the last to be due among
 * those that wait as long, and nothing has to be sorted.
 */
final class OpenTraces {

  private final TracesConfig config;

  /** Oldest first. */
  private final Map<TraceKey, OpenTrace> open = new LinkedHashMap<>();

  private final QuietQueue settling = new QuietQueue();
  private final QuietQueue waiting = new QuietQueue();
  private long spans;

  OpenTraces(TracesConfig config) {
    this.config = config;
  }

  int size() {
    return open.size();
  }

  /** Spans of all of them. */
  long spans() {
    return spans;
  }

  @Nullable OpenTrace get(TraceKey key) {
    return open.get(key);
  }

  void put(OpenTrace trace) {
    open.put(trace.key, trace);
  }

  /** A span came: the trace is due later (still busy) or earlier (now complete). */
  void gotSpan(OpenTrace trace) {
    spans++;
    (trace.isSettling() ? settling : waiting).moveToEnd(trace);
  }

  void remove(OpenTrace trace) {
    open.remove(trace.key);
    QuietQueue.remove(trace);
    spans -= trace.spans();
  }

  /** The trace that has been open longest. */
  @Nullable OpenTrace oldest() {
    Iterator<OpenTrace> traces = open.values().iterator();
    return traces.hasNext() ? traces.next() : null;
  }

  /** When the last span of any came. */
  OptionalLong lastArrival() {
    return open.values().stream().mapToLong(OpenTrace::lastArrivalMillis).max();
  }

  /** A trace that is due now, to be removed before the next is asked for; null when none is. */
  @Nullable OpenTrace due(long nowMillis) {
    OpenTrace[] candidates = {settling.first(), waiting.first(), oldest()};
    for (OpenTrace trace : candidates) {
      if (trace != null && trace.deadlineMillis(config) <= nowMillis) {
        return trace;
      }
    }
    return null;
  }
}
