package io.sluice.processors.sli;

import io.sluice.schemas.ExplicitHistogram;
import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Events that a cumulative series counted between two points.
 *
 * @param low their values are above this; NaN for a counter's, which have none
 * @param high their values are at most this; NaN for a counter's
 * @param count how many
 */
record Increment(double low, double high, long count) {

  /** The first point of a series that began so shortly before tells of events that are new. */
  private static final long NEW_NANOS = Duration.ofMinutes(1).toNanos();

  /** More in one point nobody believes, and sums over a year would not fit a number. */
  private static final long MOST_AT_ONCE = 1_000_000_000_000L;

  /**
   * What happened between two points of a series. The first point of one that was counting before
   * says nothing: nobody knows when its events were; nor does one with other buckets. After a reset
   * all that is counted is new.
   *
   * @param before null when there is none
   */
  static List<Increment> between(@Nullable SeriesPoint before, SeriesPoint now) {
    boolean begun =
        before == null
            ? now.getTimeUnixNano() - now.getStartTimeUnixNano() <= NEW_NANOS
            : now.getStartTimeUnixNano() >= before.getTimeUnixNano()
                && now.getStartTimeUnixNano() != before.getStartTimeUnixNano();
    if (!begun && (before == null || !hasSameBuckets(before, now))) {
      return List.of();
    }
    List<Increment> sinceBefore =
        before == null || begun ? null : difference(parts(before, now), parts(now, before));
    List<Increment> found = sinceBefore == null ? parts(now, now) : sinceBefore;
    return found.stream().filter(each -> each.count() > 0 && each.count() <= MOST_AT_ONCE).toList();
  }

  /** Exponential ones can be made as coarse as each other. */
  private static boolean hasSameBuckets(SeriesPoint before, SeriesPoint now) {
    return before.getType() == now.getType() && bounds(before).equals(bounds(now));
  }

  private static List<Double> bounds(SeriesPoint point) {
    ExplicitHistogram explicit = point.getExplicitHistogram();
    return explicit == null ? List.of() : explicit.getBounds();
  }

  /** Null after a reset, which a count that fell is. */
  private static @Nullable List<Increment> difference(List<Increment> before, List<Increment> now) {
    Map<Double, Long> counted = new TreeMap<>();
    before.forEach(each -> counted.merge(each.high(), each.count(), Long::sum));
    List<Increment> differences = new ArrayList<>();
    for (Increment each : now) {
      Long earlier = counted.remove(each.high());
      long count = each.count() - (earlier == null ? 0 : earlier);
      if (count < 0) {
        return null;
      }
      differences.add(new Increment(each.low(), each.high(), count));
    }
    return counted.values().stream().anyMatch(count -> count > 0) ? null : differences;
  }

  /**
   * All that a point has counted, by bucket.
   *
   * @param other the point that it is held against: buckets are as coarse as the coarser of both
   */
  private static List<Increment> parts(SeriesPoint point, SeriesPoint other) {
    if (point.getType() == SeriesType.COUNTER) {
      return List.of(
          new Increment(Double.NaN, Double.NaN, (long) Math.floor(Math.max(0, point.getValue()))));
    }
    if (point.getExplicitHistogram() != null) {
      return parts(point.getExplicitHistogram());
    }
    ExponentialHistogram histogram = point.getHistogram();
    if (histogram == null) {
      return List.of();
    }
    int scale = histogram.getScale();
    return parts(
        histogram,
        other.getHistogram() == null ? scale : Math.min(scale, other.getHistogram().getScale()));
  }

  private static List<Increment> parts(ExplicitHistogram histogram) {
    List<Double> bounds = histogram.getBounds();
    List<Increment> parts = new ArrayList<>();
    for (int i = 0; i < histogram.getCounts().size(); i++) {
      double low = i == 0 ? Double.NEGATIVE_INFINITY : bounds.get(i - 1);
      double high = i < bounds.size() ? bounds.get(i) : Double.POSITIVE_INFINITY;
      parts.add(new Increment(low, high, histogram.getCounts().get(i)));
    }
    return parts;
  }

  private static List<Increment> parts(ExponentialHistogram histogram, int scale) {
    Map<Integer, Long> byIndex = new TreeMap<>();
    for (int i = 0; i < histogram.getCounts().size(); i++) {
      int index = (histogram.getOffset() + i) >> Math.min(31, histogram.getScale() - scale);
      byIndex.merge(index, histogram.getCounts().get(i), Long::sum);
    }
    List<Increment> parts = new ArrayList<>();
    parts.add(new Increment(0, 0, histogram.getZeroCount()));
    byIndex.forEach(
        (index, count) ->
            parts.add(new Increment(bound(index, scale), bound(index + 1, scale), count)));
    return parts;
  }

  private static double bound(int index, int scale) {
    return Math.pow(2, index * Math.pow(2, -scale));
  }
}
