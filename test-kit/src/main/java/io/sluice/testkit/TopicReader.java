package io.sluice.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic from its beginning to what is its end once enough records are there. */
final class TopicReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofMillis(50);

  private final Consumer<byte[], byte[]> consumer;

  TopicReader(Map<String, Object> clientConfig) {
    clientConfig.put("isolation.level", "read_committed");
    clientConfig.put("auto.offset.reset", "none");
    // The close waits for the fetch under way, and so would every test.
    clientConfig.put("fetch.max.wait.ms", "20");
    consumer =
        new KafkaConsumer<>(clientConfig, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Returns when the broker serves every one of these. */
  void awaitPartitions(Collection<TopicPartition> partitions, Duration timeout) {
    // Unlike the admin client, a consumer asks again while a topic is unknown.
    consumer.assign(partitions);
    consumer.endOffsets(partitions, timeout);
  }

  List<ConsumerRecord<byte[], byte[]>> read(String topic, int expected, Duration timeout) {
    List<TopicPartition> partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    long start = System.nanoTime();
    while (records.size() < expected) {
      if (System.nanoTime() - start > timeout.toNanos()) {
        throw new AssertionError(
            "expected "
                + expected
                + " records on "
                + topic
                + " within "
                + timeout
                + ", got "
                + records.size());
      }
      poll(records);
    }
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (!reached(ends)) {
      poll(records);
    }
    records.sort(
        Comparator.<ConsumerRecord<byte[], byte[]>>comparingInt(ConsumerRecord::partition)
            .thenComparingLong(ConsumerRecord::offset));
    return records;
  }

  @Override
  public void close() {
    consumer.close();
  }

  private void poll(Collection<ConsumerRecord<byte[], byte[]>> records) {
    consumer.poll(POLL).forEach(records::add);
  }

  private boolean reached(Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
  }
}
