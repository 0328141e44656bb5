package io.sluice.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Plain Kafka clients on topics of one partition. */
final class Clients {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final Map<String, Object> config;

  Clients(EmbeddedKafka kafka) {
    this(kafka.bootstrapServers());
  }

  Clients(String bootstrapServers) {
    config = Map.of("bootstrap.servers", bootstrapServers);
  }

  Admin admin() {
    return Admin.create(config);
  }

  void createTopic(String topic) throws ExecutionException, InterruptedException {
    createTopics(List.of(topic));
  }

  void createTopics(List<String> topics) throws ExecutionException, InterruptedException {
    try (Admin admin = admin()) {
      admin
          .createTopics(
              topics.stream()
                  .map(topic -> new NewTopic(topic, Optional.of(1), Optional.empty()))
                  .toList())
          .all()
          .get();
    }
  }

  KafkaProducer<String, String> producer(Map<String, Object> more) {
    Map<String, Object> all = new HashMap<>(config);
    all.putAll(more);
    return new KafkaProducer<>(all, new StringSerializer(), new StringSerializer());
  }

  void produce(String topic, String... values) throws ExecutionException, InterruptedException {
    try (var producer = producer(Map.of())) {
      for (String value : values) {
        producer.send(new ProducerRecord<>(topic, value)).get();
      }
    }
  }

  /** The first values, committed ones only. */
  List<String> consume(String topic, int count) {
    Map<String, Object> all = new HashMap<>(config);
    all.put("isolation.level", "read_committed");
    // The close waits for the fetch under way, and so would every test.
    all.put("fetch.max.wait.ms", "20");
    try (var consumer =
        new KafkaConsumer<>(all, new StringDeserializer(), new StringDeserializer())) {
      var partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      List<String> values = new ArrayList<>();
      long start = System.nanoTime();
      while (values.size() < count && System.nanoTime() - start < TIMEOUT.toNanos()) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
          values.add(record.value());
        }
      }
      return values;
    }
  }
}
