package io.sluice.processor.runtime;

import io.sluice.schemas.Namespace;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The topic catalogue against a cluster. Calls block for at most the time-out given and throw
 * {@link KafkaException} when the cluster does not answer or refuses.
 */
public final class TopicAdmin implements AutoCloseable {

  /** Largest record that Sluice writes to any topic but the dead letters. */
  public static final int MAX_RECORD_BYTES = 10 << 20;

  /** A dead letter wraps a record of the largest size. */
  public static final int MAX_DEAD_LETTER_BYTES = MAX_RECORD_BYTES + (1 << 20);

  private static final int COMPACTED_SEGMENT_BYTES = 64 << 20;

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  private static final String TRANSACTION_VERSION = "transaction.version";

  private final Admin admin;
  private final Namespace namespace;
  private final Duration timeout;

  public TopicAdmin(KafkaConnection connection, Duration timeout) {
    Map<String, Object> config = connection.clientConfig();
    config.put("client.id", "sluice-topic-admin");
    this.admin = ContextLoader.own(() -> Admin.create(config));
    this.namespace = connection.namespace();
    this.timeout = timeout;
  }

  /**
   * Creates the topics that are missing; those that are there stay as they are. Returns when every
   * new partition has a leader that answers: an idempotent producer that writes earlier can have
   * its first batches refused and a later one taken, and then none of the first is taken any more.
   *
   * @param defaultPartitions for topics whose number is not fixed
   * @param replicationFactor -1 for the broker's default
   * @return names of the topics created
   */
  public List<String> create(
      Collection<Topic> topics, int defaultPartitions, short replicationFactor) {
    List<String> created = new ArrayList<>();
    Map<String, KafkaFuture<Void>> results =
        admin
            .createTopics(
                topics.stream()
                    .map(topic -> newTopic(topic, defaultPartitions, replicationFactor))
                    .toList())
            .values();
    results.forEach(
        (name, result) -> {
          try {
            await(result, "create topic " + name);
            created.add(name);
          } catch (TopicExistsException e) {
            // As wanted.
          } catch (TimeoutException e) {
            throw e; // it says what it waited for
          } catch (ApiException e) {
            throw new KafkaException("could not create topic " + name + ": " + e.getMessage(), e);
          }
        });
    awaitLeaders(created);
    return created;
  }

  private void awaitLeaders(Collection<String> topics) {
    long deadline = System.nanoTime() + timeout.toNanos();
    while (true) {
      try {
        Map<TopicPartition, OffsetSpec> partitions = new HashMap<>();
        await(admin.describeTopics(topics).allTopicNames(), "describe the new topics")
            .forEach(
                (name, about) ->
                    about
                        .partitions()
                        .forEach(
                            partition ->
                                partitions.put(
                                    new TopicPartition(name, partition.partition()),
                                    OffsetSpec.latest())));
        // Asks the leaders themselves; the client tries again while one is not ready.
        await(admin.listOffsets(partitions).all(), "reach the leaders of the new topics");
        return;
      } catch (UnknownTopicOrPartitionException e) {
        // Not every broker has heard of them yet.
        if (System.nanoTime() > deadline) {
          throw e;
        }
        LockSupport.parkNanos(LOOK_AGAIN.toNanos());
      }
    }
  }

  /** How many partitions each topic has; topics that are missing are left out. */
  public Map<Topic, Integer> partitions(Collection<Topic> topics) {
    Map<Topic, Integer> found = new HashMap<>();
    describe(topics).forEach((topic, about) -> found.put(topic, about.partitions().size()));
    return found;
  }

  /** How many partitions each topic of this full name has; topics that are missing are left out. */
  Map<String, Integer> partitionsByName(Collection<String> names) {
    List<String> present = new ArrayList<>(names);
    present.retainAll(await(admin.listTopics().names(), "list topics"));
    Map<String, Integer> found = new HashMap<>();
    await(admin.describeTopics(present).allTopicNames(), "describe topics")
        .forEach((name, about) -> found.put(name, about.partitions().size()));
    return found;
  }

  /** What the cluster says of each topic; topics that are missing are left out. */
  public Map<Topic, TopicDescription> describe(Collection<Topic> topics) {
    var names = await(admin.listTopics().names(), "list topics");
    Map<String, Topic> present = new HashMap<>();
    for (Topic topic : topics) {
      String name = namespace.topic(topic);
      if (names.contains(name)) {
        present.put(name, topic);
      }
    }
    Map<Topic, TopicDescription> described = new HashMap<>();
    await(admin.describeTopics(present.keySet()).allTopicNames(), "describe topics")
        .forEach(
            (name, description) -> {
              Topic topic = present.get(name);
              if (topic != null) {
                described.put(topic, description);
              }
            });
    return described;
  }

  /**
   * Where each partition of topics of this full name ends, with what is not committed yet; topics
   * that are missing are left out.
   */
  Map<TopicPartition, Long> ends(Collection<String> names) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    admin
        .describeTopics(names)
        .topicNameValues()
        .forEach(
            (name, about) -> {
              try {
                await(about, "describe " + name)
                    .partitions()
                    .forEach(
                        partition ->
                            asked.put(
                                new TopicPartition(name, partition.partition()),
                                OffsetSpec.latest()));
              } catch (UnknownTopicOrPartitionException e) {
                // Left out.
              }
            });
    return offsets(asked);
  }

  /** The oldest offset that there still is in each of these partitions. */
  Map<TopicPartition, Long> begins(Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(partition -> asked.put(partition, OffsetSpec.earliest()));
    return offsets(asked);
  }

  private Map<TopicPartition, Long> offsets(Map<TopicPartition, OffsetSpec> asked) {
    Map<TopicPartition, Long> found = new HashMap<>();
    await(admin.listOffsets(asked).all(), "ask for offsets")
        .forEach((partition, result) -> found.put(partition, result.offset()));
    return found;
  }

  /** Up to where a group has read; partitions of which it never said so are left out. */
  Map<TopicPartition, Long> committed(String group) {
    Map<TopicPartition, Long> found = new HashMap<>();
    await(
            admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata(),
            "ask how far " + group + " is")
        .forEach(
            (partition, offset) -> {
              if (offset != null) {
                found.put(partition, offset.offset());
              }
            });
    return found;
  }

  /**
   * The largest batch that each topic takes, as far as the cluster says: a topic that is missing or
   * that we may not describe is left out.
   */
  public Map<Topic, Integer> maxBatchBytes(Collection<Topic> topics) {
    Map<ConfigResource, Topic> resources = new HashMap<>();
    for (Topic topic : topics) {
      resources.put(new ConfigResource(ConfigResource.Type.TOPIC, namespace.topic(topic)), topic);
    }
    Map<Topic, Integer> limits = new HashMap<>();
    admin
        .describeConfigs(resources.keySet())
        .values()
        .forEach(
            (resource, result) -> {
              try {
                ConfigEntry entry = await(result, "describe topics").get("max.message.bytes");
                Topic topic = resources.get(resource);
                if (topic != null && entry != null && entry.value() != null) {
                  limits.put(topic, Integer.valueOf(entry.value()));
                }
              } catch (UnknownTopicOrPartitionException | AuthorizationException e) {
                // Left out.
              }
            });
    return limits;
  }

  /**
   * What is wrong with the cluster's transactions, if anything. Without {@code transaction.version}
   * 2 (KIP-890) a message of an aborted transaction can end up in a later one, and exactly-once is
   * not.
   */
  public Optional<String> transactionsDefect() {
    var features = await(admin.describeFeatures().featureMetadata(), "describe features");
    FinalizedVersionRange range = features.finalizedFeatures().get(TRANSACTION_VERSION);
    int level = range == null ? 0 : range.maxVersionLevel();
    return level >= 2
        ? Optional.empty()
        : Optional.of(
            "the cluster's transaction.version is "
                + level
                + ", exactly-once needs 2: run 'kafka-features.sh upgrade --feature"
                + " transaction.version=2' on a 4.0 or newer cluster");
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(2));
  }

  private NewTopic newTopic(Topic topic, int defaultPartitions, short replicationFactor) {
    int partitions = topic.partitions() == 0 ? defaultPartitions : topic.partitions();
    Map<String, String> config = new HashMap<>();
    config.put("cleanup.policy", topic.compacted() ? "compact" : "delete");
    config.put(
        topic.compacted() ? "min.compaction.lag.ms" : "retention.ms",
        Long.toString(topic.retention().toMillis()));
    if (topic.compacted()) {
      // What a segment has that is written to is not compacted: each start reads all of it.
      config.put("segment.bytes", Integer.toString(COMPACTED_SEGMENT_BYTES));
    }
    int maxBytes = topic.equals(Topics.DEAD_LETTERS) ? MAX_DEAD_LETTER_BYTES : MAX_RECORD_BYTES;
    config.put("max.message.bytes", Integer.toString(maxBytes));
    return new NewTopic(
            namespace.topic(topic),
            Optional.of(partitions),
            replicationFactor == -1 ? Optional.empty() : Optional.of(replicationFactor))
        .configs(config);
  }

  private <T> T await(KafkaFuture<T> future, String doing) {
    try {
      return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof KafkaException cause) {
        throw cause;
      }
      throw new KafkaException("could not " + doing, e.getCause());
    } catch (java.util.concurrent.TimeoutException e) {
      throw new TimeoutException(
          "could not "
              + doing
              + ": no answer from the cluster within "
              + timeout.toSeconds()
              + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while waiting to " + doing, e);
    }
  }
}
