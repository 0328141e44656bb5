package io.sluice.sinks.prometheus;

import io.sluice.schemas.ExplicitHistogram;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import org.jspecify.annotations.Nullable;

/** Which points Prometheus can show. */
final class SeriesPoints {

  private SeriesPoints() {}

  /**
   * The point as it is shown. One that cannot be shown would cost every scrape and every request
   * all that can.
   *
   * @param known the series that had this point's identity before; its names and labels are not
   *     made again
   * @throws InvalidInputException INVALID
   */
  static ShownPoint shown(
      @Nullable ShownSeries known, SeriesPoint point, SeriesSnapshots snapshots) {
    boolean histogram = point.getType() == SeriesType.HISTOGRAM;
    boolean buckets = point.getHistogram() != null || hasBuckets(point.getExplicitHistogram());
    if (point.getName().isEmpty() || (histogram && !buckets)) {
      throw new InvalidInputException(
          Reason.INVALID, "a series point without a name, or a histogram without its buckets");
    }
    try {
      ShownSeries series = known != null && known.has(point) ? known : snapshots.series(point);
      return new ShownPoint(series, snapshots.data(series, point));
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException(
          Reason.INVALID, "a series point that Prometheus cannot show, as a counter below zero");
    }
  }

  private static boolean hasBuckets(@Nullable ExplicitHistogram histogram) {
    return histogram != null && histogram.getCounts().size() == histogram.getBounds().size() + 1;
  }
}
