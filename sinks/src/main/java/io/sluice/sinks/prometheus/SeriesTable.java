package io.sluice.sinks.prometheus;

import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.SeriesPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * The newest point of every series, by the partition that it comes from: when a partition goes to
 * another instance its series go with it at once, so that no two instances show the same one. Safe
 * for use by several threads; a scrape sees one moment.
 *
 * <p>Points are made what a scrape shows when they come, and kept in the order in which it shows
 * them: a scrape copies references.
 */
final class SeriesTable {

  private final SeriesSnapshots snapshots;
  private final Map<TopicPartition, Owned> byPartition = new HashMap<>();
  private final Set<TopicPartition> shown = new HashSet<>();

  SeriesTable(SeriesSnapshots snapshots) {
    this.snapshots = snapshots;
  }

  /**
   * Takes a point.
   *
   * @param identity the record's key
   * @throws InvalidInputException INVALID, when Prometheus cannot show it
   */
  void put(TopicPartition partition, String identity, SeriesPoint point) {
    ShownPoint made = SeriesPoints.shown(known(partition, identity), point, snapshots);
    if (point.getStale()) {
      remove(partition, identity);
    } else {
      keep(partition, identity, made);
    }
  }

  private synchronized @Nullable ShownSeries known(TopicPartition partition, String identity) {
    Owned owned = byPartition.get(partition);
    Place place = owned == null ? null : owned.places.get(identity);
    return place == null ? null : place.newest.series();
  }

  private synchronized void keep(TopicPartition partition, String identity, ShownPoint point) {
    byPartition.computeIfAbsent(partition, added -> new Owned()).put(identity, point);
  }

  synchronized void remove(TopicPartition partition, String identity) {
    Owned owned = byPartition.get(partition);
    if (owned != null) {
      owned.remove(identity);
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
    return byPartition.values().stream().mapToInt(owned -> owned.places.size()).sum();
  }

  /**
   * All series that are shown.
   *
   * @param own metrics of the process, which are shown beside them
   */
  MetricSnapshots collect(MetricSnapshots own) {
    ScrapedMetrics metrics = new ScrapedMetrics(snapshots, own);
    List<ShownPoint> points = points();
    // Each partition's are in order already, which makes this a merge.
    points.sort(Comparator.comparing(ShownPoint::series));
    int from = 0;
    while (from < points.size()) {
      ShownSeries first = points.get(from).series();
      List<DataPointSnapshot> data = new ArrayList<>();
      int to = from;
      for (; to < points.size() && points.get(to).series().isLike(first); to++) {
        ShownPoint point = points.get(to);
        if (to > from && point.series().labels().equals(points.get(to - 1).series().labels())) {
          data.remove(data.size() - 1); // labels may collide once they are made valid
        }
        data.add(point.data());
      }
      metrics.add(first, data);
      from = to;
    }
    return metrics.all();
  }

  /** Points are immutable, so copying the references is all that the stream waits for. */
  private synchronized List<ShownPoint> points() {
    List<ShownPoint> points = new ArrayList<>(size());
    byPartition.forEach(
        (partition, owned) -> {
          if (shown.contains(partition)) {
            owned.inOrder.forEach(place -> points.add(place.newest));
          }
        });
    return points;
  }

  /** The series of a partition. */
  private static final class Owned {

    private final Map<String, Place> places = new HashMap<>();
    private final TreeSet<Place> inOrder = new TreeSet<>();

    void put(String identity, ShownPoint point) {
      Place place = places.get(identity);
      if (place != null && place.newest.series() == point.series()) {
        place.newest = point;
        return;
      }
      remove(identity);
      place = new Place(identity, point);
      places.put(identity, place);
      inOrder.add(place);
    }

    void remove(String identity) {
      Place place = places.remove(identity);
      if (place != null) {
        inOrder.remove(place);
      }
    }
  }

  /** A series, and where it stands in a scrape. */
  private static final class Place implements Comparable<Place> {

    private final String identity;
    private ShownPoint newest;

    Place(String identity, ShownPoint newest) {
      this.identity = identity;
      this.newest = newest;
    }

    @Override
    public int compareTo(Place other) {
      int series = newest.series().compareTo(other.newest.series());
      return series != 0 ? series : identity.compareTo(other.identity);
    }
  }
}
