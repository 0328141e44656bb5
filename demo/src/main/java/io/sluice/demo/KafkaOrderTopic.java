package io.sluice.demo;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** In a real Kafka. */
final class KafkaOrderTopic implements OrderTopic {

  /** How long the writer's thread waits with an order for a broker that was never seen. */
  private static final Duration LONGEST_WAIT = Duration.ofMillis(100);

  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

  private final Map<String, Object> settings;

  KafkaOrderTopic(String bootstrapServers) {
    settings =
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            "reconnect.backoff.max.ms",
            LONGEST_PAUSE.toMillis());
  }

  /**
   * @throws IllegalArgumentException when Kafka's client refuses the address
   */
  @Override
  public Producer<String, byte[]> producer() {
    try {
      return new KafkaProducer<>(
          with(Map.of("max.block.ms", LONGEST_WAIT.toMillis())),
          new StringSerializer(),
          new ByteArraySerializer());
    } catch (KafkaException refused) {
      String why =
          refused.getCause() == null ? refused.getMessage() : refused.getCause().getMessage();
      throw new IllegalArgumentException("the shop's Kafka: " + why, refused);
    }
  }

  @Override
  public Consumer<String, byte[]> consumer() {
    return new KafkaConsumer<>(
        with(Map.of("group.id", GROUP, "auto.offset.reset", "earliest")),
        new StringDeserializer(),
        new ByteArrayDeserializer());
  }

  @Override
  public void create() throws InterruptedException, ExecutionException {
    NewTopic topic = new NewTopic(NAME, Optional.of(1), Optional.empty());
    try (Admin admin = Admin.create(settings)) {
      admin.createTopics(List.of(topic)).all().get();
    } catch (ExecutionException failure) {
      if (!(failure.getCause() instanceof TopicExistsException)) {
        throw failure;
      }
    }
  }

  private Map<String, Object> with(Map<String, Object> more) {
    Map<String, Object> all = new HashMap<>(settings);
    all.putAll(more);
    return all;
  }
}
