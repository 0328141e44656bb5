package io.sluice.sinks.prometheus;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.UnknownSnapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a scrape shows. A scrape with a name of two types, or with a series twice, would fail as a
 * whole. So metrics of one name and several types are shown without a type: the names and labels of
 * samples are the same whatever else there is, and as remote write has them.
 */
final class ScrapedMetrics {

  private final SeriesSnapshots snapshots;
  private final Map<String, List<MetricSnapshot>> byName = new TreeMap<>();

  /**
   * @param own those of the process
   */
  ScrapedMetrics(SeriesSnapshots snapshots, MetricSnapshots own) {
    this.snapshots = snapshots;
    own.forEach(this::add);
  }

  private void add(MetricSnapshot metric) {
    named(metric.getMetadata().getPrometheusName()).add(metric);
  }

  private List<MetricSnapshot> named(String name) {
    return byName.computeIfAbsent(name, added -> new ArrayList<>());
  }

  /**
   * Adds a metric's series. Where the process has one of this name and type these are more points
   * of it, and those with labels that are its own are left out.
   *
   * @param points of series of this kind, each with other labels
   */
  void add(ShownSeries like, List<DataPointSnapshot> points) {
    MetricSnapshot metric = snapshots.metric(like.name(), like, points);
    MetricSnapshot own = ofItsType(metric, named(like.name()));
    if (own == null) {
      add(metric);
      return;
    }
    Set<Labels> known = new HashSet<>();
    own.getDataPoints().forEach(each -> known.add(each.getLabels()));
    List<DataPointSnapshot> others =
        points.stream().filter(each -> !known.contains(each.getLabels())).toList();
    add(SeriesSnapshots.metric(own.getMetadata(), like, others));
  }

  private static @Nullable MetricSnapshot ofItsType(
      MetricSnapshot metric, List<MetricSnapshot> same) {
    for (MetricSnapshot each : same) {
      if (each.getClass().equals(metric.getClass())) {
        return each;
      }
    }
    return null;
  }

  /** All of them. */
  MetricSnapshots all() {
    Deque<String> toLookAt = new ArrayDeque<>(byName.keySet());
    while (!toLookAt.isEmpty()) {
      String name = toLookAt.remove();
      List<MetricSnapshot> same = named(name);
      if (clash(same) || (areCounters(same) && byName.containsKey(name + "_total"))) {
        List<MetricSnapshot> untyped = UntypedSamples.of(same);
        same.clear();
        for (MetricSnapshot metric : untyped) {
          add(metric);
          toLookAt.add(metric.getMetadata().getPrometheusName()); // another may be called so
        }
      }
    }
    List<MetricSnapshot> all = new ArrayList<>();
    byName.values().forEach(all::addAll);
    return new MetricSnapshots(all);
  }

  private static boolean areCounters(List<MetricSnapshot> same) {
    return !same.isEmpty() && same.get(0) instanceof CounterSnapshot;
  }

  private static boolean clash(List<MetricSnapshot> same) {
    for (int i = 1; i < same.size(); i++) {
      if (!same.get(i).getClass().equals(same.get(0).getClass())
          || same.get(i) instanceof UnknownSnapshot) { // a series may be in both
        return true;
      }
    }
    return false;
  }
}
