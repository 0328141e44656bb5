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
 *
 * <p>The sums end with the newest window, or later when a silence is known to have followed it.
 * They are of whole windows: at least one, since a shorter look back could see none.
 */
final class SliHistory {

  private static final int MAX_EXAMPLES = 5;

  private record Window(Counts counts, int revision, List<TraceId> badTraces) {}

  private final TreeMap<Long, Window> windows = new TreeMap<>();
  private final Map<Long, RollingCounts> rolling = new LinkedHashMap<>();
  private long newestEndNanos = Long.MIN_VALUE;
  private long endNanos = Long.MIN_VALUE;

  /** Length of the newest window. */
  private long bucketNanos;

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
      rolling.put(length, counts);
      longestNanos = Math.max(longestNanos, length);
    }
    moveSums();
    forgetOld();
  }

  /**
   * Takes a window over.
   *
   * @return false when a later or the same revision is already there, and when nothing looks back
   *     that far
   */
  boolean put(SliWindow window) {
    long start = window.getStartTimeUnixNano();
    Window before = windows.get(start);
    if (before != null && before.revision() >= window.getRevision()) {
      return false;
    }
    if (hasWindows() && start < oldestNanos()) {
      return false;
    }
    Counts counts = new Counts(window.getGood(), window.getTotal());
    List<TraceId> badTraces = window.getBadTraces().stream().limit(MAX_EXAMPLES).toList();
    windows.put(start, new Window(counts, window.getRevision(), badTraces));
    Counts difference = before == null ? counts : counts.minus(before.counts());
    rolling.values().forEach(sums -> sums.changed(start, difference));
    long end = start + window.getLengthNanos();
    if (end > newestEndNanos) {
      newestEndNanos = end;
      bucketNanos = window.getLengthNanos();
      endNanos = Math.max(endNanos, end);
      moveSums();
      forgetOld();
    }
    return true;
  }

  /**
   * All windows that ended until then have come: where there is none, there was nothing to count.
   * An earlier time than before takes it back, for a clock that was wrong.
   */
  void knownUntil(long nanos) {
    if (!hasWindows()) {
      return;
    }
    long silence = Math.max(0, nanos - newestEndNanos);
    long newEnd = newestEndNanos + silence - silence % bucketNanos;
    if (newEnd != endNanos) {
      endNanos = newEnd;
      moveSums();
    }
  }

  /** End of the newest window; {@link Long#MIN_VALUE} without any. */
  long newestEndNanos() {
    return newestEndNanos;
  }

  /** How many windows are kept. */
  int size() {
    return windows.size();
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

  /** Traces of bad events in the last so many nanoseconds, newest first, each once. */
  List<TraceId> badTraces(long lengthNanos) {
    List<TraceId> found = new ArrayList<>();
    if (!hasWindows()) {
      return found;
    }
    for (Window window : windows.tailMap(fromNanos(lengthNanos), true).descendingMap().values()) {
      for (TraceId trace : window.badTraces()) {
        if (found.size() == MAX_EXAMPLES) {
          return found;
        }
        if (!found.contains(trace)) {
          found.add(trace);
        }
      }
    }
    return found;
  }

  private boolean hasWindows() {
    return newestEndNanos != Long.MIN_VALUE;
  }

  private void moveSums() {
    if (hasWindows()) {
      rolling.values().forEach(sums -> sums.moveTo(fromNanos(sums.lengthNanos()), this));
    }
  }

  private void forgetOld() {
    if (hasWindows()) {
      windows.headMap(oldestNanos()).clear();
    }
  }

  private long fromNanos(long lengthNanos) {
    return endNanos - Math.max(lengthNanos, bucketNanos);
  }

  /** The end never goes back behind the newest window, so no sum needs what starts before this. */
  private long oldestNanos() {
    return newestEndNanos - Math.max(longestNanos, bucketNanos);
  }
}
