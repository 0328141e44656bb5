package io.sluice.sinks.prometheus;

import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Exemplar;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.sluice.schemas.SeriesPoint;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Makes of a series' points what is written: labels after relabelling, and times that only go
 * forward. Remembers the newest time of each series. For one thread.
 */
final class RemotePoints {

  private record Written(long millis, long exemplarMillis) {}

  private final Map<String, String> externalLabels;
  private final List<RelabelRule.Applied> rules;
  private final Map<SortedMap<String, String>, Written> written = new HashMap<>();

  RemotePoints(RemoteWriteConfig config) {
    this.externalLabels = config.externalLabels();
    this.rules = config.relabel().stream().map(RelabelRule::applied).toList();
  }

  /**
   * All labels with {@code __name__}, which are the series' identity at the receiver.
   *
   * @return null when a rule leaves the series out
   */
  @Nullable SortedMap<String, String> labels(MetricSnapshot metric) {
    TreeMap<String, String> labels = new TreeMap<>(externalLabels);
    Labels own = metric.getDataPoints().get(0).getLabels();
    for (int i = 0; i < own.size(); i++) {
      if (own.getValue(i).isEmpty()) {
        labels.remove(own.getName(i)); // to Prometheus an empty label is none
      } else {
        labels.put(own.getName(i), own.getValue(i));
      }
    }
    labels.put("__name__", WriteRequest.shownName(metric));
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
      MetricSnapshot metric,
      SortedMap<String, String> labels) {
    long millis = point.getTimeUnixNano() / 1_000_000;
    Written before = written.get(labels);
    if (before != null && millis <= before.millis()) {
      if (!point.getStale()) {
        return null;
      }
      millis = before.millis() + 1; // its last value came at the moment of its end
    }
    long exemplars = before == null ? Long.MIN_VALUE : before.exemplarMillis();
    if (point.getStale()) {
      written.remove(labels);
    } else {
      written.put(labels, new Written(millis, Math.max(exemplars, newestExemplar(metric))));
    }
    return new RemotePoint(source, metric, labels, millis, exemplars, point.getStale());
  }

  /** After a rebalance or a failure points come again that were perhaps not written. */
  void forget() {
    written.clear();
  }

  private static long newestExemplar(MetricSnapshot metric) {
    DataPointSnapshot data = metric.getDataPoints().get(0);
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
