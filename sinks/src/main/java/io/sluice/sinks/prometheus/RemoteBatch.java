package io.sluice.sinks.prometheus;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * Points that are written before an offset behind them is committed.
 *
 * <p>Several batches are under way at a time, and of each series there is one point at most in all
 * that are not committed. That is what keeps order over a crash: what may have been written but not
 * committed is a series' newest sample. Sent again it is the same sample at the same time, which a
 * receiver takes as nothing new; with two samples a series the earlier would come after the later,
 * and be refused.
 */
final class RemoteBatch {

  /** A histogram with a thousand bounds takes some 200 KB, most points 200 bytes. */
  private static final long MAX_BYTES = 8 << 20;

  private final long number;
  private final RemoteWriteConfig config;
  private final Map<Integer, RemoteRequest> requests = new HashMap<>();
  private final Map<TopicPartition, Long> passed = new HashMap<>();
  private int points;
  private long bytes;

  /**
   * @param number higher than that of the batch before
   */
  RemoteBatch(long number, RemoteWriteConfig config) {
    this.number = number;
    this.config = config;
  }

  long number() {
    return number;
  }

  boolean isFull() {
    return points >= config.maxSeries() || bytes >= MAX_BYTES;
  }

  /** Adds a point of a series that is in no batch under way. */
  void add(RemotePoint point) {
    int shard = Math.floorMod(point.series().identity().hashCode(), config.shards());
    bytes += requests.computeIfAbsent(shard, unused -> newRequest()).add(point);
    point.series().goesWith(number);
    points++;
  }

  private RemoteRequest newRequest() {
    return new RemoteRequest(config.histograms(), config.maxSeries() / config.shards());
  }

  /** The record is dealt with once this batch is written. */
  void passed(TopicPartition partition, long offset) {
    passed.put(partition, offset);
  }

  boolean isEmpty() {
    return passed.isEmpty() && points == 0;
  }

  /** Where to read on once it is written. */
  Map<TopicPartition, Long> next() {
    Map<TopicPartition, Long> next = new HashMap<>();
    passed.forEach((partition, offset) -> next.put(partition, offset + 1));
    return next;
  }

  /** By shard: a series is always in the same one. */
  Map<Integer, RemoteRequest> requests() {
    return requests;
  }
}
