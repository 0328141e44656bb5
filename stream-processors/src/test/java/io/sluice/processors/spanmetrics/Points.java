package io.sluice.processors.spanmetrics;

import io.sluice.schemas.SeriesIdentity;
import io.sluice.schemas.SeriesPoint;
import java.util.Map;
import java.util.TreeMap;

/** What an owner would write. */
final class Points {

  private Points() {}

  /** The points of the series that changed, by name and labels. */
  static Map<String, SeriesPoint> of(OwnedSeries owned) {
    Map<String, SeriesPoint> points = new TreeMap<>();
    for (Series series : owned.changed()) {
      series.points().forEach(point -> points.put(SeriesIdentity.of(point), point));
    }
    return points;
  }
}
