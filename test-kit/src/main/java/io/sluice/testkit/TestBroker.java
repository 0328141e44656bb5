package io.sluice.testkit;

import io.sluice.schemas.Namespace;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A test's own namespace on a real broker. Topics are those of the catalogue, named without the
 * namespace. Calls block for at most 30 seconds and throw {@link IllegalStateException} with what
 * the broker said when it refuses.
 */
public final class TestBroker implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** As the broker; tests send what is too large for Sluice. */
  private static final int MAX_RECORD_BYTES = 16 << 20;

  private final KafkaConnection connection;
  private final Admin admin;
  private @Nullable KafkaProducer<byte[], byte[]> producer;

  /**
   * @param properties how its clients are let in, as Kafka's clients name them
   */
  TestBroker(String bootstrapServers, Map<String, String> properties) {
    String random = UUID.randomUUID().toString().substring(0, 8);
    this.connection =
        new KafkaConnection(bootstrapServers, properties, new Namespace("test-" + random));
    this.admin = Admin.create(connection.clientConfig());
  }

  /**
   * The broker of a test, for extensions: the one that {@link WithBroker} gives to its parameters.
   * Closed by JUnit.
   */
  public static TestBroker of(ExtensionContext context) {
    return BrokerExtension.broker(context);
  }

  /** What a part of Sluice needs to work in this namespace. */
  public KafkaConnection connection() {
    return connection;
  }

  /** For all that has no method here. Closed with this. */
  public Admin admin() {
    return admin;
  }

  /** Creates the whole catalogue. */
  public void createTopics(int partitions) {
    create(Topics.all(), partitions);
  }

  /** Creates one topic of the catalogue. */
  public void createTopic(Topic topic, int partitions) {
    create(List.of(topic), partitions);
  }

  /** Deletes one topic. Returns when the broker knows it no more, so that it can be made anew. */
  public void deleteTopic(Topic topic) {
    String name = connection.namespace().topic(topic);
    await(admin.deleteTopics(List.of(name)).all());
    // As with a new one: only the controller has answered, and the broker still takes records.
    long start = System.nanoTime();
    while (await(admin.listTopics().names()).contains(name)) {
      if (System.nanoTime() - start > TIMEOUT.toNanos()) {
        throw new IllegalStateException(name + " is still there after " + TIMEOUT);
      }
    }
  }

  /** Returns when the broker has the record. */
  public RecordMetadata produce(
      Topic topic, byte @Nullable [] key, byte @Nullable [] value, Header... headers) {
    String name = connection.namespace().topic(topic);
    return await(
        producer().send(new ProducerRecord<>(name, null, null, key, value, List.of(headers))));
  }

  /** Every committed record that the topic holds now, partition by partition. */
  public List<ConsumerRecord<byte[], byte[]>> records(Topic topic) {
    return consume(topic, 0, TIMEOUT);
  }

  /**
   * Every committed record that the topic holds once there are as many as expected, partition by
   * partition; what came twice is in it twice.
   *
   * @throws AssertionError when there are fewer after the time-out
   */
  public List<ConsumerRecord<byte[], byte[]>> consume(Topic topic, int expected, Duration timeout) {
    try (var reader = new TopicReader(connection.clientConfig())) {
      return reader.read(connection.namespace().topic(topic), expected, timeout);
    }
  }

  /** Deletes all topics of the namespace, those of Streams applications too. */
  @Override
  public void close() {
    try (admin) {
      if (producer != null) {
        producer.close();
      }
      String prefix = connection.namespace().name() + ".";
      var mine =
          await(admin.listTopics().names()).stream()
              .filter(name -> name.startsWith(prefix))
              .collect(Collectors.toSet());
      await(admin.deleteTopics(mine).all());
    }
  }

  private void create(Collection<Topic> topics, int defaultPartitions) {
    var created = topics.stream().map(topic -> newTopic(topic, defaultPartitions)).toList();
    await(admin.createTopics(created).all());
    // The controller has answered; the broker may still be about to hear of it. Only when each
    // partition has its log do clients and Streams applications find what they need at once.
    List<TopicPartition> partitions = new ArrayList<>();
    for (NewTopic topic : created) {
      for (int number = 0; number < topic.numPartitions(); number++) {
        partitions.add(new TopicPartition(topic.name(), number));
      }
    }
    try (var reader = new TopicReader(connection.clientConfig())) {
      reader.awaitPartitions(partitions, TIMEOUT);
    }
  }

  private NewTopic newTopic(Topic topic, int defaultPartitions) {
    int partitions = topic.partitions() == 0 ? defaultPartitions : topic.partitions();
    return new NewTopic(
            connection.namespace().topic(topic), Optional.of(partitions), Optional.empty())
        .configs(
            topic.compacted()
                ? Map.of("cleanup.policy", "compact")
                // Test data is of any age, and none of it may go.
                : Map.of("retention.ms", "-1"));
  }

  private KafkaProducer<byte[], byte[]> producer() {
    if (producer == null) {
      var config = connection.clientConfig();
      config.put("max.request.size", MAX_RECORD_BYTES);
      producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }
    return producer;
  }

  private static <T> T await(Future<T> answer) {
    try {
      return answer.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the broker refused: " + e.getCause(), e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("no answer from the broker within " + TIMEOUT, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for the broker", e);
    }
  }
}
