package io.sluice.processors.traces;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The open traces by age, and by when each is to be looked at. A deadline that moved back (because
 * a span came) is noticed when the old one is reached, so that a span costs no reordering.
 */
final class Deadlines {

  private record Entry(long atMillis, TraceKey trace) {}

  private final TracesConfig config;
  private final Map<TraceKey, OpenTrace> open = new LinkedHashMap<>();
  private final Map<TraceKey, Long> queuedAt = new HashMap<>();

  /** One entry for each open trace, gone with it: its size is bounded as theirs is. */
  private final TreeSet<Entry> queue =
      new TreeSet<>(
          Comparator.comparingLong(Entry::atMillis)
              .thenComparingLong(entry -> entry.trace().high())
              .thenComparingLong(entry -> entry.trace().low()));

  Deadlines(TracesConfig config) {
    this.config = config;
  }

  int size() {
    return open.size();
  }

  @Nullable OpenTrace get(TraceKey key) {
    return open.get(key);
  }

  void put(TraceKey key, OpenTrace trace) {
    open.put(key, trace);
    changed(key, trace);
  }

  /** A span came: the deadline may be earlier (now complete) or later (still busy). */
  void changed(TraceKey key, OpenTrace trace) {
    long at = trace.deadlineMillis(config);
    Long queued = queuedAt.get(key);
    if (queued == null || at < queued) {
      unqueue(key);
      queue.add(new Entry(at, key));
      queuedAt.put(key, at);
    }
  }

  void remove(TraceKey key) {
    open.remove(key);
    unqueue(key);
  }

  /** The trace that has been open longest. */
  @Nullable TraceKey oldest() {
    return open.isEmpty() ? null : open.keySet().iterator().next();
  }

  /** Traces that are due now; each stays open until it is removed. */
  List<TraceKey> due(long nowMillis) {
    List<TraceKey> due = new ArrayList<>();
    while (!queue.isEmpty() && queue.first().atMillis() <= nowMillis) {
      TraceKey key = queue.first().trace();
      unqueue(key);
      OpenTrace trace = open.get(key);
      if (trace == null) {
        continue;
      }
      if (trace.deadlineMillis(config) <= nowMillis) {
        due.add(key);
      } else {
        changed(key, trace);
      }
    }
    return due;
  }

  /** How many entries wait, for whoever wants to know what this costs. */
  int queued() {
    return queue.size();
  }

  private void unqueue(TraceKey key) {
    Long at = queuedAt.remove(key);
    if (at != null) {
      queue.remove(new Entry(at, key));
    }
  }
}
