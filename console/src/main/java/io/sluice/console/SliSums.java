package io.sluice.console;

import io.sluice.schemas.SliWindow;
import java.time.Duration;
import java.util.List;

/** Good and total events of one SLO over any range of its windows, each in logarithmic time. */
final class SliSums {

  /** Events in a range. */
  record Counts(long good, long total) {

    /**
     * How many times faster than it may the budget burns; 0 without events.
     *
     * @param errorBudget share of events that may be bad
     */
    double burnRate(double errorBudget) {
      return total == 0 ? 0 : (double) (total - good) / (double) total / errorBudget;
    }
  }

  private final long[] starts;
  private final long[] good;
  private final long[] total;

  /**
   * @param windows by start, oldest first
   */
  SliSums(List<SliWindow> windows) {
    starts = new long[windows.size()];
    good = new long[windows.size() + 1];
    total = new long[windows.size() + 1];
    for (int i = 0; i < windows.size(); i++) {
      SliWindow window = windows.get(i);
      starts[i] = window.getStartTimeUnixNano();
      good[i + 1] = good[i] + window.getGood();
      total[i + 1] = total[i] + window.getTotal();
    }
  }

  /** Events of the windows that start in the time before an end, which is not included. */
  Counts last(Duration length, long endNanos) {
    int from = firstAtOrAfter(endNanos - length.toNanos());
    int to = firstAtOrAfter(endNanos);
    return new Counts(good[to] - good[from], total[to] - total[from]);
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
