package io.sluice.console;

import io.sluice.schemas.SloBudget;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Good and total events of one SLO over any range before the end of one of its windows, each in
 * logarithmic time.
 */
final class SliSums {

  /** Events in a range. */
  record Counts(long good, long total) {

    private static final Counts NONE = new Counts(0, 0);

    /**
     * How many times faster than it may the budget burns; 0 without events.
     *
     * @param errorBudget share of events that may be bad
     */
    double burnRate(double errorBudget) {
      return total == 0 ? 0 : (double) (total - good) / (double) total / errorBudget;
    }
  }

  private final @Nullable SloHistory history;
  private final @Nullable SloBudget budget;
  private final Level windows;
  private final Level slots;
  private final Level hours;

  /**
   * @param history null when no window came
   * @param budget what the alert engine knows, to tell a young SLO from one whose windows are gone
   * @param fromNanos begin of the oldest windows that are looked at one by one
   */
  SliSums(@Nullable SloHistory history, @Nullable SloBudget budget, long fromNanos) {
    this.history = history;
    this.budget = budget;
    if (history == null) {
      windows = new Level(List.of(), Long.MIN_VALUE);
      slots = windows;
      hours = windows;
    } else {
      windows =
          new Level(
              history.counted(fromNanos, Long.MAX_VALUE),
              Math.max(fromNanos, history.sinceNanos()));
      slots = new Level(history.slots(), history.slotsSinceNanos());
      hours = new Level(history.hours(), history.hoursSinceNanos());
    }
  }

  /**
   * Events of the windows that start in the time before the end of a window, at least in one.
   *
   * @return null when it is not known: windows are gone, or one was corrected long after
   */
  @Nullable Counts last(Duration length, long endNanos) {
    if (history == null) {
      return budget != null
              && budget.getTotal() > 0
              && budget.getTimeUnixNano() > endNanos - length.toNanos()
          ? null
          : Counts.NONE;
    }
    long from = endNanos - Math.max(length.toNanos(), history.lengthNanos());
    if (lacksWindows(from, history.beginNanos())) {
      return null;
    }
    if (length.compareTo(SloHistory.FINE) <= 0) {
      return windows.sum(history, from, endNanos);
    }
    boolean inSlots = length.compareTo(SloHistory.SLOTS) <= 0;
    Level level = inSlots ? slots : hours;
    Duration unit = inSlots ? SloHistory.SLOT : SloHistory.HOUR;
    long begin = SloHistory.floor(from, unit);
    if (endNanos >= history.endNanos()) {
      return level.sum(history, begin, Long.MAX_VALUE);
    }
    long middle = SloHistory.floor(endNanos, unit);
    Counts older = level.sum(history, begin, middle);
    Counts newest = windows.sum(history, middle, endNanos);
    return older == null || newest == null
        ? null
        : new Counts(older.good() + newest.good(), older.total() + newest.total());
  }

  /** Whether the alert engine counted windows of this time that are not here. */
  private boolean lacksWindows(long fromNanos, long beginNanos) {
    return budget != null
        && fromNanos < beginNanos
        && budget.getSinceUnixNano() <= beginNanos - SloHistory.HOUR.toNanos() // it says hours
        && budget.getTimeUnixNano() > fromNanos;
  }

  private static final class Level {

    private final long sinceNanos;
    private final long[] starts;
    private final long[] good;
    private final long[] total;
    private final int[] inexact;

    Level(List<SloWindow> oldestFirst, long sinceNanos) {
      this.sinceNanos = sinceNanos;
      int size = oldestFirst.size();
      starts = new long[size];
      good = new long[size + 1];
      total = new long[size + 1];
      inexact = new int[size + 1];
      for (int i = 0; i < size; i++) {
        SloWindow each = oldestFirst.get(i);
        starts[i] = each.startNanos();
        good[i + 1] = good[i] + each.good();
        total[i + 1] = total[i] + each.total();
        inexact[i + 1] = inexact[i] + (each.exact() ? 0 : 1);
      }
    }

    @Nullable Counts sum(SloHistory history, long fromNanos, long toNanos) {
      if (fromNanos < sinceNanos && history.beginNanos() < sinceNanos) {
        return null;
      }
      int from = firstAtOrAfter(fromNanos);
      int to = firstAtOrAfter(toNanos);
      return inexact[to] > inexact[from]
          ? null
          : new Counts(good[to] - good[from], total[to] - total[from]);
    }

    private int firstAtOrAfter(long time) {
      int low = 0;
      int high = starts.length;
      while (low < high) {
        int middle = (low + high) >>> 1;
        if (starts[middle] < time) {
          low = middle + 1;
        } else {
          high = middle;
        }
      }
      return low;
    }
  }
}
