package io.sluice.sinks.search;

import org.apache.kafka.common.TopicPartition;

/** A topic's partition as a store writes it beside its offset: the partition, and the topic. */
final class OffsetKey {

  private OffsetKey() {}

  static String of(TopicPartition partition) {
    return partition.partition() + ":" + partition.topic();
  }

  static TopicPartition partition(String key) {
    int colon = key.indexOf(':');
    return new TopicPartition(key.substring(colon + 1), Integer.parseInt(key.substring(0, colon)));
  }
}
