package io.sluice.alerts.notify;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Up to where every receiver has what it is to be told. Only that is committed: what was under way
 * when a process died is sent again.
 */
final class Offsets {

  private static final class Partition {
    /** Records that somebody has still to be told of, and how many do not know it. */
    private final TreeMap<Long, Integer> open = new TreeMap<>();

    private long next;
    private long committed;
  }

  private final Map<TopicPartition, Partition> partitions = new HashMap<>();

  /**
   * @param from where this instance begins to tell
   * @param committed what was committed before; less than any offset without
   */
  void assign(TopicPartition partition, long from, long committed) {
    Partition assigned = new Partition();
    assigned.next = from;
    assigned.committed = committed;
    partitions.put(partition, assigned);
  }

  void drop(TopicPartition partition) {
    partitions.remove(partition);
  }

  /** Whether the record is still to be told. */
  boolean isNew(ConsumerRecord<byte[], byte[]> record) {
    Partition partition = partitions.get(partition(record));
    return partition != null && record.offset() >= partition.next;
  }

  /**
   * A record was read.
   *
   * @param receivers how many will say that they have it
   */
  void read(ConsumerRecord<byte[], byte[]> record, int receivers) {
    Partition partition = partitions.get(partition(record));
    if (partition != null) {
      partition.next = Math.max(partition.next, record.offset() + 1);
      if (receivers > 0) {
        partition.open.put(record.offset(), receivers);
      }
    }
  }

  /** A record that was not new is to be told all the same. */
  void hold(ConsumerRecord<byte[], byte[]> record, int receivers) {
    Partition partition = partitions.get(partition(record));
    if (partition != null && receivers > 0) {
      partition.open.put(record.offset(), receivers);
    }
  }

  void done(ConsumerRecord<byte[], byte[]> record) {
    Partition partition = partitions.get(partition(record));
    if (partition != null) {
      partition.open.computeIfPresent(
          record.offset(), (offset, left) -> left == 1 ? null : left - 1);
    }
  }

  /** Up to where all have what they are to be told. */
  Map<TopicPartition, OffsetAndMetadata> told() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    partitions.forEach((name, partition) -> offsets.put(name, upTo(partition)));
    return offsets;
  }

  private static OffsetAndMetadata upTo(Partition partition) {
    return new OffsetAndMetadata(
        partition.open.isEmpty() ? partition.next : partition.open.firstKey());
  }

  /** What may be committed and was not yet; taken for committed from now on. */
  Map<TopicPartition, OffsetAndMetadata> toCommit() {
    Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
    partitions.forEach(
        (name, partition) -> {
          OffsetAndMetadata upTo = upTo(partition);
          if (upTo.offset() > partition.committed) {
            partition.committed = upTo.offset();
            offsets.put(name, upTo);
          }
        });
    return offsets;
  }

  private static TopicPartition partition(ConsumerRecord<byte[], byte[]> record) {
    return new TopicPartition(record.topic(), record.partition());
  }
}
