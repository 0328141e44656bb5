package io.sluice.processors.spanmetrics;

import java.util.HashMap;
import java.util.Map;

/**
 * Decides which series a service may have. The first come keep theirs; what is over a limit counts
 * in a series whose open labels are {@code __overflow__}, so that totals stay right. Depends on the
 * series there are and on the order of the input only, so that every restart decides alike.
 */
final class SeriesLimits {

  private final int maxSeriesPerService;
  private final Map<String, Integer> byService = new HashMap<>();

  SeriesLimits(int maxSeriesPerService) {
    this.maxSeriesPerService = maxSeriesPerService;
  }

  /** Whether a series that is new may begin. */
  boolean admits(SeriesKey key) {
    return byService.getOrDefault(key.service(), 0) < maxSeriesPerService || key.isOverflow();
  }

  /** Counts a series that is there. */
  void count(SeriesKey key) {
    if (!key.isOverflow()) {
      byService.merge(key.service(), 1, Integer::sum);
    }
  }
}
