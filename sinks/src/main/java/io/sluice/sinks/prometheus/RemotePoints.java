package io.sluice.sinks.prometheus;

import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.SeriesIdentity;
import io.sluice.schemas.SeriesPoint;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a series' points what is written: labels after relabelling, and times that only go
 * forward. Remembers each series until it ends. For one thread.
 */
final class RemotePoints {

  /**
   * A series that came, and the one that it is at the receiver.
   *
   * @param target null when a rule leaves it out
   */
  private record Known(ShownSeries shown, @Nullable RemoteSeries target) {}

  /**
   * A point, and where it is to go.
   *
   * @param target null when a rule leaves it out
   */
  record Incoming(ShownPoint shown, @Nullable RemoteSeries target) {}

  private final SeriesSnapshots snapshots;
  private final Map<String, String> externalLabels;
  private final List<RelabelRule.Applied> rules;
  private final Map<String, Known> known = new HashMap<>();
  private final Map<String, RemoteSeries> targets = new HashMap<>();

  RemotePoints(RemoteWriteConfig config, SeriesSnapshots snapshots) {
    this.snapshots = snapshots;
    this.externalLabels = config.externalLabels();
    this.rules = config.relabel().stream().map(RelabelRule::applied).toList();
  }

  /**
   * The point as it is shown, with its series at the receiver.
   *
   * @throws InvalidInputException INVALID, when Prometheus cannot take it
   */
  Incoming incoming(ConsumerRecord<byte[], byte[]> source, SeriesPoint point) {
    String identity = identity(source);
    Known before = known.get(identity);
    ShownPoint shown = SeriesPoints.shown(before == null ? null : before.shown(), point, snapshots);
    RemoteSeries target =
        before != null && before.shown() == shown.series()
            ? before.target()
            : remember(identity, shown.series());
    if (target == null && point.getStale()) {
      forget(identity); // it is not asked for
    }
    return new Incoming(shown, target);
  }

  private @Nullable RemoteSeries remember(String identity, ShownSeries shown) {
    RemoteSeries target = target(shown);
    if (target != null) {
      target.gained();
    }
    // Behind it: where only its help is another, the series at the receiver and its times stay.
    forget(identity);
    known.put(identity, new Known(shown, target));
    return target;
  }

  private void forget(String identity) {
    Known ended = known.remove(identity);
    RemoteSeries target = ended == null ? null : ended.target();
    if (target != null && target.lost()) {
      targets.remove(target.identity());
    }
  }

  private @Nullable RemoteSeries target(ShownSeries shown) {
    SortedMap<String, String> labels = labels(shown);
    return labels == null
        ? null
        : targets.computeIfAbsent(
            SeriesIdentity.of("", labels), identity -> new RemoteSeries(identity, labels));
  }

  private static String identity(ConsumerRecord<byte[], byte[]> source) {
    return source.key() == null ? "" : new String(source.key(), StandardCharsets.UTF_8);
  }

  /**
   * All labels with {@code __name__}, which are the series' identity at the receiver.
   *
   * @return null when a rule leaves the series out
   */
  private @Nullable SortedMap<String, String> labels(ShownSeries shown) {
    TreeMap<String, String> labels = new TreeMap<>(externalLabels);
    Labels own = shown.labels();
    for (int i = 0; i < own.size(); i++) {
      if (!own.getValue(i).isEmpty()) { // to Prometheus an empty label is none
        labels.put(own.getName(i), own.getValue(i));
      }
    }
    labels.put("__name__", shown.shownName());
    for (RelabelRule.Applied rule : rules) {
      if (!rule.apply(labels)) {
        return null;
      }
    }
    return labels.containsKey("__name__") ? labels : null;
  }

  /**
   * The point as it is written.
   *
   * @return null when one as new or newer was written before: its value holds this one's too
   */
  @Nullable RemotePoint next(
      ConsumerRecord<byte[], byte[]> source,
      SeriesPoint point,
      ShownPoint shown,
      RemoteSeries series) {
    long millis = point.getTimeUnixNano() / 1_000_000;
    if (millis <= series.millis()) {
      if (!point.getStale()) {
        return null;
      }
      millis = series.millis() + 1; // its last value came at the moment of its end
    }
    long exemplars = series.exemplarMillis();
    series.written(millis, Math.max(exemplars, newestExemplar(shown.data())));
    if (point.getStale()) {
      forget(identity(source)); // with its times, unless another series still comes as this one
    }
    return new RemotePoint(source, shown, series, millis, exemplars, point.getStale());
  }

  /** How many series it remembers. */
  int size() {
    return known.size();
  }

  /** After a rebalance or a failure points come again that were perhaps not written. */
  void forget() {
    known.clear();
    targets.clear();
  }

  private static long newestExemplar(DataPointSnapshot data) {
    long newest = Long.MIN_VALUE;
    if (data instanceof HistogramDataPointSnapshot histogram) {
      for (Exemplar exemplar : histogram.getExemplars()) {
        newest = Math.max(newest, exemplar.getTimestampMillis());
      }
    } else if (data instanceof CounterDataPointSnapshot counter && counter.getExemplar() != null) {
      newest = counter.getExemplar().getTimestampMillis();
    }
    return newest;
  }
}
