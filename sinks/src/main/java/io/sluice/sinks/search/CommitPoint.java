package io.sluice.sinks.search;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;

/**
 * What a partition's commit says beside its documents.
 *
 * @param offsets the first of each topic's partition that is in no commit of the index
 * @param firstMillis when the partition began, by this machine's clock
 * @param lastMillis when its newest document was put, by this machine's clock
 * @param earliestUnixNano least time that a sender gave one of its documents
 * @param latestUnixNano greatest such time; below the least while there is no document
 */
record CommitPoint(
    Map<TopicPartition, Long> offsets,
    long firstMillis,
    long lastMillis,
    long earliestUnixNano,
    long latestUnixNano) {

  private static final String OFFSET = "offset:";
  private static final String FIRST = "first_millis";
  private static final String LAST = "last_millis";
  private static final String EARLIEST = "earliest_unix_nano";
  private static final String LATEST = "latest_unix_nano";

  CommitPoint {
    offsets = Map.copyOf(offsets);
  }

  /** Of a partition that begins: nothing is in it, and the topics are read from the same place. */
  static CommitPoint empty(Map<TopicPartition, Long> offsets, long nowMillis) {
    return new CommitPoint(offsets, nowMillis, nowMillis, Long.MAX_VALUE, Long.MIN_VALUE);
  }

  static CommitPoint of(Map<String, String> data) {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    data.forEach(
        (key, value) -> {
          if (key.startsWith(OFFSET)) {
            offsets.put(OffsetKey.partition(key.substring(OFFSET.length())), Long.parseLong(value));
          }
        });
    return new CommitPoint(
        offsets,
        number(data, FIRST),
        number(data, LAST),
        number(data, EARLIEST),
        number(data, LATEST));
  }

  private static long number(Map<String, String> data, String key) {
    String value = data.get(key);
    if (value == null) {
      throw new IllegalArgumentException("a commit without " + key);
    }
    return Long.parseLong(value);
  }

  Map<String, String> toData() {
    Map<String, String> data = new HashMap<>();
    offsets.forEach(
        (partition, offset) -> data.put(OFFSET + OffsetKey.of(partition), Long.toString(offset)));
    data.put(FIRST, Long.toString(firstMillis));
    data.put(LAST, Long.toString(lastMillis));
    data.put(EARLIEST, Long.toString(earliestUnixNano));
    data.put(LATEST, Long.toString(latestUnixNano));
    return data;
  }

  boolean hasDocuments() {
    return earliestUnixNano <= latestUnixNano;
  }
}
