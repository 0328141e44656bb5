package io.sluice.processor.testkit;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.test.TestRecord;

/** What a test has sent, as it would stand in Kafka: one partition of each topic. */
final class SentRecords {

  private final Map<String, List<ConsumerRecord<byte[], byte[]>>> records = new HashMap<>();

  /** By topic: the offset of the oldest record that there still is. */
  private final Map<String, Integer> begins = new HashMap<>();

  /** Retention takes the oldest records. */
  void expire(String topic, int count) {
    begins.merge(topic, count, Integer::sum);
  }

  void add(String topic, TestRecord<byte[], byte[]> record) {
    List<ConsumerRecord<byte[], byte[]>> ofTopic =
        records.computeIfAbsent(topic, unused -> new ArrayList<>());
    long timestamp = record.timestamp() == null ? 0 : record.timestamp();
    ofTopic.add(
        new ConsumerRecord<>(
            topic,
            0,
            ofTopic.size(),
            timestamp,
            TimestampType.LOG_APPEND_TIME,
            -1,
            -1,
            record.key(),
            record.value(),
            new RecordHeaders(),
            Optional.empty()));
  }

  /** Sees the records that are there when a partition is assigned, or asked for its end. */
  Consumer<byte[], byte[]> consumer() {
    return new MockConsumer<>("earliest") {

      private final Map<TopicPartition, Integer> given = new HashMap<>();

      @Override
      public synchronized List<PartitionInfo> partitionsFor(String topic) {
        return List.of(new PartitionInfo(topic, 0, Node.noNode(), new Node[0], new Node[0]));
      }

      @Override
      public synchronized Map<TopicPartition, Long> beginningOffsets(
          Collection<TopicPartition> partitions) {
        partitions.forEach(
            partition -> updateBeginningOffsets(Map.of(partition, (long) begin(partition))));
        return super.beginningOffsets(partitions);
      }

      @Override
      public synchronized Map<TopicPartition, Long> endOffsets(
          Collection<TopicPartition> partitions) {
        partitions.forEach(
            partition -> updateEndOffsets(Map.of(partition, (long) sent(partition).size())));
        return super.endOffsets(partitions);
      }

      @Override
      public synchronized void assign(Collection<TopicPartition> partitions) {
        beginningOffsets(partitions);
        endOffsets(partitions);
        super.assign(partitions);
        for (TopicPartition partition : partitions) {
          List<ConsumerRecord<byte[], byte[]>> all = sent(partition);
          int from = Math.max(begin(partition), given.getOrDefault(partition, 0));
          all.subList(from, all.size()).forEach(this::addRecord);
          given.put(partition, all.size());
        }
      }
    };
  }

  private int begin(TopicPartition partition) {
    return begins.getOrDefault(partition.topic(), 0);
  }

  private List<ConsumerRecord<byte[], byte[]>> sent(TopicPartition partition) {
    return records.getOrDefault(partition.topic(), List.of());
  }
}
