package io.sluice.sinks.prometheus;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Points that are written before an offset behind them is committed: of each series one at most.
 *
 * <p>That is what keeps order over a crash. The next batch is not sent before this one is
 * committed, so of what may have been written but not committed there is one sample a series, the
 * series' newest. Sent again it is the same sample at the same time, which a receiver takes as
 * nothing new; with two samples a series the earlier would come after the later, and be refused.
 */
final class RemoteBatch {

  private final int maxSeries;
  private final List<RemotePoint> points = new ArrayList<>();
  private final Set<RemoteSeries> series = new HashSet<>();
  private final Map<TopicPartition, OffsetAndMetadata> next = new LinkedHashMap<>();

  RemoteBatch(int maxSeries) {
    this.maxSeries = maxSeries;
  }

  /** Whether a point of this series may still come in. */
  boolean takes(RemoteSeries wanted) {
    return points.size() < maxSeries && !series.contains(wanted);
  }

  void add(RemotePoint point) {
    points.add(point);
    series.add(point.series());
  }

  /** The record is dealt with once this batch is written. */
  void passed(TopicPartition partition, long offset) {
    next.put(partition, new OffsetAndMetadata(offset + 1));
  }

  boolean isEmpty() {
    return next.isEmpty();
  }

  /** Where to read on once it is written. */
  Map<TopicPartition, OffsetAndMetadata> next() {
    return new HashMap<>(next);
  }

  /** The points, divided so that a series is always in the same part. Empty parts are left out. */
  List<List<RemotePoint>> shards(int number) {
    Map<Integer, List<RemotePoint>> shards = new HashMap<>();
    for (RemotePoint point : points) {
      int shard = Math.floorMod(point.series().hashCode(), number);
      shards.computeIfAbsent(shard, unused -> new ArrayList<>()).add(point);
    }
    return List.copyOf(shards.values());
  }
}
