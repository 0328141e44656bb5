package io.sluice.app.command;

import io.sluice.schemas.Topic;
import io.sluice.schemas.stage.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic from its beginning to its end. */
final class TopicScan {

  /**
   * @param records how many there are
   * @param hits how many records have one of the texts in key, value or headers
   */
  record Found(long records, long hits) {}

  private TopicScan() {}

  static Found of(KafkaConnection connection, Topic topic, List<String> texts) {
    long[] counts = new long[2];
    read(
        connection,
        topic,
        record -> {
          counts[0]++;
          counts[1] += texts.stream().anyMatch(text -> has(record, text)) ? 1 : 0;
        });
    return new Found(counts[0], counts[1]);
  }

  /** Uses a record. */
  interface Use {
    void of(ConsumerRecord<byte[], byte[]> record);
  }

  static void read(KafkaConnection connection, Topic topic, Use use) {
    Map<String, Object> settings = connection.clientConfig();
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", false);
    String name = connection.namespace().topic(topic);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(name).stream()
              .map(partition -> new TopicPartition(name, partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        consumer.poll(Duration.ofMillis(200)).forEach(use::of);
      }
    }
  }

  private static boolean has(ConsumerRecord<byte[], byte[]> record, String text) {
    if (contains(record.key(), text) || contains(record.value(), text)) {
      return true;
    }
    for (Header header : record.headers()) {
      if (contains(header.value(), text)) {
        return true;
      }
    }
    return false;
  }

  private static boolean contains(byte[] bytes, String text) {
    return bytes != null && new String(bytes, StandardCharsets.ISO_8859_1).contains(text);
  }
}
