package io.sluice.sinks.prometheus;

import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/**
 * The newest point of every series, by the partition that it comes from: when a partition goes to
 * another instance its series go with it at once, so that no two instances show the same one. Safe
 * for use by several threads; a scrape sees one moment.
 */
final class SeriesTable {

  private final SeriesSnapshots snapshots;
  private final Map<TopicPartition, Map<String, SeriesPoint>> byPartition = new HashMap<>();
  private final Set<TopicPartition> shown = new HashSet<>();

  SeriesTable(SeriesSnapshots snapshots) {
    this.snapshots = snapshots;
  }

  /**
   * @param identity the record's key
   */
  synchronized void put(TopicPartition partition, String identity, SeriesPoint point) {
    if (point.getStale()) {
      remove(partition, identity);
    } else {
      byPartition.computeIfAbsent(partition, owned -> new HashMap<>()).put(identity, point);
    }
  }

  synchronized void remove(TopicPartition partition, String identity) {
    Map<String, SeriesPoint> series = byPartition.get(partition);
    if (series != null) {
      series.remove(identity);
    }
  }

  /** From now on scrapes see the partition's series: all of them are there. */
  synchronized void show(TopicPartition partition) {
    shown.add(partition);
  }

  synchronized void drop(TopicPartition partition) {
    byPartition.remove(partition);
    shown.remove(partition);
  }

  synchronized int size() {
    return byPartition.values().stream().mapToInt(Map::size).sum();
  }

  /**
   * All series that are shown. Where several types have the same name, one that is taken gets its
   * type behind it: a scrape with a name of two types would fail as a whole.
   *
   * @param others metrics that are shown beside them
   */
  MetricSnapshots collect(MetricSnapshots others) {
    Map<String, Class<?>> types = new HashMap<>();
    others.forEach(other -> types.put(other.getMetadata().getPrometheusName(), other.getClass()));
    Map<String, Map<SeriesType, List<SeriesPoint>>> byName = new TreeMap<>();
    for (SeriesPoint point : points()) {
      byName
          .computeIfAbsent(snapshots.metricName(point), name -> new EnumMap<>(SeriesType.class))
          .computeIfAbsent(point.getType(), type -> new ArrayList<>())
          .add(point);
    }
    List<MetricSnapshot> metrics = new ArrayList<>();
    byName.forEach(
        (name, byType) ->
            byType.forEach((type, points) -> metrics.add(metric(name, type, points, types))));
    return new MetricSnapshots(metrics);
  }

  private MetricSnapshot metric(
      String name, SeriesType type, List<SeriesPoint> points, Map<String, Class<?>> types) {
    MetricSnapshot metric = snapshots.metric(name, points);
    String free = name;
    while (!types.getOrDefault(free, metric.getClass()).equals(metric.getClass())) {
      free += "_" + type.name().toLowerCase(Locale.ROOT);
    }
    types.put(free, metric.getClass());
    return free.equals(name) ? metric : snapshots.metric(free, points);
  }

  /** Points are immutable, so copying the references is all that the stream waits for. */
  private synchronized List<SeriesPoint> points() {
    List<SeriesPoint> points = new ArrayList<>(size());
    byPartition.forEach(
        (partition, series) -> {
          if (shown.contains(partition)) {
            points.addAll(series.values());
          }
        });
    return points;
  }
}
