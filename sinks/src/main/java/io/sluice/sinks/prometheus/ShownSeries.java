package io.sluice.sinks.prometheus;

import io.prometheus.metrics.model.snapshots.Labels;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import java.util.Map;

/**
 * What stays the same of a series from point to point, in names and labels that Prometheus takes.
 * In the order of a scrape: by metric, then by labels.
 */
final class ShownSeries implements Comparable<ShownSeries> {

  /** What the client calls the type of a metric. */
  enum Kind {
    COUNTER,
    /** Grows like a counter, but has no {@code _total}: a part of a summary. */
    UNKNOWN,
    GAUGE,
    HISTOGRAM
  }

  private final String sourceName;
  private final SeriesType sourceType;
  private final Map<String, String> sourceLabels;
  private final String help;
  private final String name;
  private final Kind kind;
  private final Labels labels;

  /**
   * @param point any of its points
   * @param name the metric's base name; the client adds {@code _total} to counters, {@code _bucket}
   *     and so on to histograms
   */
  ShownSeries(SeriesPoint point, String name, Kind kind, Labels labels) {
    this.sourceName = point.getName();
    this.sourceType = point.getType();
    this.sourceLabels = point.getLabels();
    this.help = point.getHelp();
    this.name = name;
    this.kind = kind;
    this.labels = labels;
  }

  /** Whether the point is one of this series. */
  boolean has(SeriesPoint point) {
    return sourceType == point.getType()
        && sourceName.equals(point.getName())
        && sourceLabels.equals(point.getLabels())
        && help.equals(point.getHelp());
  }

  /** Whether a point may be this value alone: to the client no counter is below zero. */
  boolean canBe(double value) {
    return switch (kind) {
      case COUNTER -> value >= 0;
      case UNKNOWN, GAUGE -> true;
      case HISTOGRAM -> false;
    };
  }

  boolean isHistogram() {
    return kind == Kind.HISTOGRAM;
  }

  /** As it came. */
  String sourceName() {
    return sourceName;
  }

  /** As it came. */
  SeriesType sourceType() {
    return sourceType;
  }

  String help() {
    return help;
  }

  String name() {
    return name;
  }

  /** The name as it is on {@code /metrics}, without {@code _bucket} and so on. */
  String shownName() {
    return kind == Kind.COUNTER ? name + "_total" : name;
  }

  Kind kind() {
    return kind;
  }

  Labels labels() {
    return labels;
  }

  /** Whether it is a series of the same metric. */
  boolean isLike(ShownSeries other) {
    return kind == other.kind && name.equals(other.name);
  }

  @Override
  public int compareTo(ShownSeries other) {
    int metric = name.compareTo(other.name);
    if (metric == 0) {
      metric = kind.compareTo(other.kind);
    }
    return metric != 0 || this == other ? metric : labels.compareTo(other.labels);
  }
}
