package io.sluice.processor.runtime;

import io.sluice.processor.Definitions;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.Component;
import io.sluice.schemas.stage.Health;
import io.sluice.schemas.stage.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code sluice.definitions}. Shared by all stages of a process. A stage starts only after
 * {@link #awaitCaughtUp}: what was applied before the start holds from the first record on. What
 * cannot be read leaves the set before it; where there is none, no stage starts until a set is
 * applied that can be read, or the kind is deleted.
 */
public final class DefinitionsReader implements Definitions, Component {

  private static final Logger log = LoggerFactory.getLogger(DefinitionsReader.class);
  private static final AvroSerde<DefinitionSet> SERDE =
      AvroSerde.of(DefinitionSet.getClassSchema());
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final KafkaConnection connection;
  private final Function<String, DefinitionSet> shipped;
  private volatile Map<String, DefinitionSet> applied = Map.of();
  private final Map<String, DefinitionSet> fallback = new ConcurrentHashMap<>();
  private final CountDownLatch caughtUp = new CountDownLatch(1);
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "definitions");
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
  private volatile Set<String> unreadable = Set.of();

  /**
   * @param shipped the set of a kind that holds until one is applied, version 0
   */
  public DefinitionsReader(KafkaConnection connection, Function<String, DefinitionSet> shipped) {
    this.connection = connection;
    this.shipped = shipped;
  }

  @Override
  public String name() {
    return "definitions";
  }

  @Override
  public void start() {
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public DefinitionSet current(String kind) {
    DefinitionSet set = applied.get(kind);
    return set != null ? set : fallback.computeIfAbsent(kind, shipped);
  }

  /** Waits until everything that was applied before the start has been read. */
  public boolean awaitCaughtUp(Duration timeout) throws InterruptedException {
    return caughtUp.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public Health health() {
    if (caughtUp.getCount() == 0) {
      return Health.up("definitions are read");
    }
    String topic = connection.namespace().topic(Topics.DEFINITIONS);
    Set<String> kinds = unreadable;
    return Health.waiting(
        kinds.isEmpty()
            ? "reading " + topic
            : "what " + topic + " has of " + kinds + " cannot be read; apply it anew or delete it");
  }

  @Override
  public void close() {
    stop.countDown();
    KafkaConsumer<byte[], byte[]> current = consumer;
    if (current != null) {
      current.wakeup();
    }
    try {
      thread.join(3_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (stop.getCount() > 0) {
      try {
        follow();
      } catch (WakeupException e) {
        return;
      } catch (KafkaException e) { // an unreachable cluster, or a topic that was made anew
        log.warn("cannot read definitions, trying again: {}", e.getMessage());
        pause();
      }
    }
  }

  private void follow() {
    Map<String, Object> config = connection.consumerConfig();
    config.put("client.id", "sluice-definitions");
    // A position that is gone means another topic than the one we read: read it all.
    config.put("auto.offset.reset", "none");
    TopicPartition partition =
        new TopicPartition(connection.namespace().topic(Topics.DEFINITIONS), 0);
    try (KafkaConsumer<byte[], byte[]> opened =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer = opened;
      opened.assign(List.of(partition));
      opened.seekToBeginning(List.of(partition));
      Long end = opened.endOffsets(List.of(partition)).get(partition);
      // Until all is read the old sets hold: on the way there are sets that were replaced since.
      Map<String, DefinitionSet> read = new ConcurrentHashMap<>();
      Set<String> broken = new TreeSet<>();
      while (stop.getCount() > 0) {
        if (end != null && opened.position(partition) >= end) {
          catchUp(read, broken);
        }
        for (ConsumerRecord<byte[], byte[]> record : opened.poll(Duration.ofMillis(500))) {
          accept(record, read, broken);
        }
      }
    } finally {
      consumer = null;
    }
  }

  /**
   * @param broken kinds of which nothing in the topic can be read
   */
  private void catchUp(Map<String, DefinitionSet> read, Set<String> broken) {
    if (caughtUp.getCount() == 0) {
      // What held before the topic was read anew holds on.
      broken.forEach(kind -> keep(applied.get(kind), read));
    } else if (!broken.isEmpty()) {
      unreadable = Set.copyOf(broken);
      return;
    }
    broken.clear();
    applied = read;
    caughtUp.countDown();
  }

  private static void keep(@Nullable DefinitionSet set, Map<String, DefinitionSet> read) {
    if (set != null) {
      read.put(set.getKind(), set);
    }
  }

  private static void accept(
      ConsumerRecord<byte[], byte[]> record, Map<String, DefinitionSet> read, Set<String> broken) {
    if (record.key() == null) {
      return;
    }
    String kind = new String(record.key(), StandardCharsets.UTF_8);
    if (record.value() == null) {
      read.remove(kind);
      broken.remove(kind);
      return;
    }
    try {
      read.put(kind, SERDE.decode(record.value()));
      broken.remove(kind);
    } catch (InvalidInputException e) {
      if (!read.containsKey(kind)) {
        broken.add(kind);
      }
      // The old set holds on: running without rules is never right.
      log.error(
          "definitions at offset {} are unreadable and ignored: {}",
          record.offset(),
          e.getMessage());
    }
  }

  private void pause() {
    try {
      if (stop.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
        log.debug("stopping while the cluster is away");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
