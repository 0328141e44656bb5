package io.sluice.alerts;

import io.sluice.schemas.SliWindow;
import io.sluice.schemas.TraceId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The windows of one SLO as far back as its longest burn-rate window, with running sums. A window
 * is replaced by a later revision and never counted twice, so that repeated and late records do no
 * harm.
 */
final class SliHistory {

  private static final int MAX_EXAMPLES = 5;

  private record Window(Counts counts, int revision, List<TraceId> badTraces) {}

  private final TreeMap<Long, Window> windows = new TreeMap<>();
  private final Map<Long, RollingCounts> rolling = new LinkedHashMap<>();
  private long endNanos = Long.MIN_VALUE;
  private long longestNanos;

  /** The lengths that are asked for from now on. Sums are rebuilt from the windows at hand. */
  void follow(Set<Long> lengthsNanos) {
    if (lengthsNanos.equals(rolling.keySet())) {
      return;
    }
    rolling.clear();
    longestNanos = 0;
    for (long length : lengthsNanos) {
      RollingCounts counts = new RollingCounts(length);
      windows.forEach((start, window) -> counts.changed(start, window.counts()));
      counts.advance(endNanos, this);
      rolling.put(length, counts);
      longestNanos = Math.max(longestNanos, length);
    }
  }

  /**
   * Takes a window over.
   *
   * @return false when a later or the same revision is already there
   */
  boolean put(SliWindow window) {
    long start = window.getStartTimeUnixNano();
    Window before = windows.get(start);
    if (before != null && before.revision() >= window.getRevision()) {
      return false;
    }
    Counts counts = new Counts(window.getGood(), window.getTotal());
    windows.put(start, new Window(counts, window.getRevision(), window.getBadTraces()));
    Counts difference = before == null ? counts : counts.minus(before.counts());
    rolling.values().forEach(sums -> sums.changed(start, difference));
    advance(start + window.getLengthNanos());
    return true;
  }

  /** Moves the end of all sums forward; never back. */
  void advance(long newEndNanos) {
    if (newEndNanos <= endNanos) {
      return;
    }
    endNanos = newEndNanos;
    rolling.values().forEach(sums -> sums.advance(endNanos, this));
    windows.headMap(endNanos - longestNanos).clear();
  }

  /** End of the newest window, or the time that {@link #advance} was told. */
  long endNanos() {
    return endNanos;
  }

  /** Events in the last so many nanoseconds; one of the lengths that are followed. */
  Counts last(long lengthNanos) {
    RollingCounts counts = rolling.get(lengthNanos);
    if (counts == null) {
      throw new IllegalArgumentException("a length that is not followed: " + lengthNanos);
    }
    return counts.sum();
  }

  /** Events in windows that start in a range, the end not included. */
  Counts between(long fromNanos, long toNanos) {
    Counts sum = Counts.NONE;
    for (Window window : windows.subMap(fromNanos, toNanos).values()) {
      sum = sum.plus(window.counts());
    }
    return sum;
  }

  /** Traces of bad events in the last so many nanoseconds, newest first. */
  List<TraceId> badTraces(long lengthNanos) {
    List<TraceId> found = new ArrayList<>();
    for (Window window : windows.tailMap(endNanos - lengthNanos, true).descendingMap().values()) {
      for (TraceId trace : window.badTraces()) {
        if (found.size() == MAX_EXAMPLES) {
          return found;
        }
        found.add(trace);
      }
    }
    return found;
  }
}
