package io.sluice.alerts;

import io.sluice.schemas.Contributor;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.TraceId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * The windows of one SLO that are not over and have bad events, or are told of beside one that has.
 * They are in no sum, since they still change: whoever asks adds them. In memory alone: what a
 * crash takes comes again within a window.
 */
final class OpenWindows {

  /** By their start. All are newer than every window that is over. */
  private final TreeMap<Long, SliWindow> windows = new TreeMap<>();

  /**
   * @param longest how far apart the oldest and the newest may be
   */
  void put(SliWindow window, Duration longest) {
    windows.put(window.getStartTimeUnixNano(), window);
    windows.headMap(windows.lastKey() - longest.toNanos()).clear();
  }

  /** Every window that ends until then is over. */
  void over(long endNanos) {
    windows.headMap(endNanos).clear();
  }

  boolean isEmpty() {
    return windows.isEmpty();
  }

  /** Of the newest one. */
  long startNanos() {
    return windows.lastKey();
  }

  /** Of the newest one. */
  long endNanos() {
    return windows.lastKey() + lengthNanos();
  }

  /** Of the newest one. */
  long lengthNanos() {
    return windows.lastEntry().getValue().getLengthNanos();
  }

  /** Events of the windows that start then or later. */
  Counts since(long startNanos) {
    Counts sum = Counts.NONE;
    for (SliWindow window : windows.tailMap(startNanos, true).values()) {
      sum = sum.plus(Counts.of(window));
    }
    return sum;
  }

  /** Traces of bad events, newest first. */
  List<TraceId> badTraces() {
    List<TraceId> traces = new ArrayList<>();
    windows.descendingMap().values().forEach(window -> traces.addAll(window.getBadTraces()));
    return traces;
  }

  List<Contributor> contributors() {
    BurnedBy burnedBy = new BurnedBy();
    windows.values().forEach(window -> burnedBy.addAll(window.getContributors()));
    return burnedBy.kept();
  }
}
