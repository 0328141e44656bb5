package io.sluice.console;

import io.sluice.schemas.Alert;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.schemas.definitions.Slos;
import io.sluice.schemas.settings.ConfigurationException;
import io.sluice.schemas.stage.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What small topics say, in memory and bounded: SLI windows of the last day, alerts and their
 * transitions, the definitions in effect, the last dead letters. Read from the beginning at each
 * start, so nothing is kept on disk. Safe for use by several threads.
 */
final class TopicViews implements AutoCloseable {

  /** A dead letter without what it carries. */
  record DeadLetterLine(
      String id,
      String stage,
      String reason,
      String message,
      String topic,
      int partition,
      long offset,
      long timestampMillis) {}

  private static final Logger log = LoggerFactory.getLogger(TopicViews.class);
  private static final List<Topic> TOPICS =
      List.of(Topics.SLIS, Topics.ALERTS, Topics.DEFINITIONS, Topics.DEAD_LETTERS);
  private static final AvroSerde<SliWindow> WINDOWS = AvroSerde.of(SliWindow.getClassSchema());
  private static final AvroSerde<Alert> ALERTS = AvroSerde.of(Alert.getClassSchema());
  private static final AvroSerde<DeadLetter> LETTERS = AvroSerde.of(DeadLetter.getClassSchema());
  private static final AvroSerde<DefinitionSet> DEFINITIONS =
      AvroSerde.of(DefinitionSet.getClassSchema());

  private static final Duration WINDOWS_KEPT = Duration.ofHours(24);
  private static final int MAX_TRANSITIONS = 500;
  private static final int MAX_LETTERS = 200;
  private static final Duration POLL = Duration.ofMillis(300);
  private static final Duration RETRY = Duration.ofSeconds(1);

  private final KafkaConnection connection;
  private final Clock clock;
  private final Map<String, TreeMap<Long, SliWindow>> windows = new HashMap<>();
  private final Map<String, Alert> alerts = new TreeMap<>();
  private final Deque<Alert> transitions = new ArrayDeque<>();
  private final Deque<DeadLetterLine> letters = new ArrayDeque<>();
  private Slos slos = Slos.of(ShippedDefinitions.of(DefinitionKinds.SLOS));
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "console-views");
  private volatile boolean following;
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

  TopicViews(KafkaConnection connection, Clock clock) {
    this.connection = connection;
    this.clock = clock;
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** Whether the topics are being read. */
  boolean isFollowing() {
    return following;
  }

  synchronized Slos slos() {
    return slos;
  }

  /** Windows of an SLO that start at or after a time, oldest first. */
  synchronized List<SliWindow> windows(String sloId, long fromNanos) {
    TreeMap<Long, SliWindow> found = windows.get(sloId);
    return found == null ? List.of() : List.copyOf(found.tailMap(fromNanos, true).values());
  }

  /** The last transition of each alert, newest first. */
  synchronized List<Alert> alerts() {
    return alerts.values().stream()
        .sorted(Comparator.comparingLong(Alert::getTimeUnixNano).reversed())
        .toList();
  }

  /** Transitions as they happened, newest first. */
  synchronized List<Alert> transitions() {
    return List.copyOf(transitions);
  }

  /** The last dead letters, newest first. */
  synchronized List<DeadLetterLine> deadLetters() {
    return List.copyOf(letters);
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
      } catch (KafkaException e) {
        following = false;
        log.warn("the console lost Kafka and tries again: {}", e.getMessage());
      }
      try {
        if (stop.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private void follow() {
    Map<String, Object> settings = connection.clientConfig();
    settings.put("client.id", "sluice-console");
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", false);
    settings.put("auto.offset.reset", "earliest");
    try (KafkaConsumer<byte[], byte[]> opened =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer = opened;
      List<TopicPartition> partitions = partitions(opened);
      if (partitions.isEmpty()) {
        return;
      }
      forget();
      opened.assign(partitions);
      opened.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = opened.endOffsets(partitions);
      while (stop.getCount() > 0) {
        opened.poll(POLL).forEach(this::accept);
        if (!following
            && ends.entrySet().stream()
                .allMatch(end -> opened.position(end.getKey()) >= end.getValue())) {
          following = true;
        }
      }
    } finally {
      consumer = null;
    }
  }

  private List<TopicPartition> partitions(KafkaConsumer<byte[], byte[]> opened) {
    Set<String> present = opened.listTopics().keySet();
    List<TopicPartition> partitions = new ArrayList<>();
    for (Topic topic : TOPICS) {
      String name = connection.namespace().topic(topic);
      if (!present.contains(name)) {
        return List.of();
      }
      for (PartitionInfo partition : opened.partitionsFor(name)) {
        partitions.add(new TopicPartition(name, partition.partition()));
      }
    }
    return partitions;
  }

  private synchronized void forget() {
    windows.clear();
    alerts.clear();
    transitions.clear();
    letters.clear();
  }

  private void accept(ConsumerRecord<byte[], byte[]> record) {
    try {
      String topic = record.topic();
      if (topic.equals(connection.namespace().topic(Topics.DEFINITIONS))) {
        define(record);
      } else if (record.value() == null) {
        log.debug("passed over a record without value on {}", topic);
      } else if (topic.equals(connection.namespace().topic(Topics.SLIS))) {
        put(WINDOWS.decode(record.value()));
      } else if (topic.equals(connection.namespace().topic(Topics.ALERTS))) {
        put(ALERTS.decode(record.value()));
      } else {
        put(record.partition() + "-" + record.offset(), LETTERS.decode(record.value()));
      }
    } catch (InvalidInputException e) {
      log.warn(
          "passed over an unreadable record {}-{}@{}: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          e.getMessage());
    }
  }

  private synchronized void put(SliWindow window) {
    TreeMap<Long, SliWindow> ofSlo =
        windows.computeIfAbsent(window.getSloId(), id -> new TreeMap<>());
    SliWindow before = ofSlo.get(window.getStartTimeUnixNano());
    if (before == null || before.getRevision() <= window.getRevision()) {
      ofSlo.put(window.getStartTimeUnixNano(), window);
    }
    ofSlo.headMap((clock.millis() - WINDOWS_KEPT.toMillis()) * 1_000_000).clear();
  }

  private synchronized void put(Alert alert) {
    alerts.put(alert.getFingerprint(), alert);
    transitions.addFirst(alert);
    if (transitions.size() > MAX_TRANSITIONS) {
      transitions.removeLast();
    }
  }

  private synchronized void put(String id, DeadLetter letter) {
    letters.addFirst(
        new DeadLetterLine(
            id,
            letter.getStage(),
            letter.getReason().name(),
            letter.getMessage(),
            letter.getTopic(),
            letter.getPartition(),
            letter.getOffset(),
            letter.getTimestampMillis()));
    if (letters.size() > MAX_LETTERS) {
      letters.removeLast();
    }
  }

  private void define(ConsumerRecord<byte[], byte[]> record) {
    String kind = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    if (!kind.equals(DefinitionKinds.SLOS)) {
      return;
    }
    DefinitionSet set =
        record.value() == null ? ShippedDefinitions.of(kind) : DEFINITIONS.decode(record.value());
    try {
      Slos applied = Slos.of(set);
      synchronized (this) {
        slos = applied;
      }
    } catch (ConfigurationException e) {
      log.error("SLOs version {} are not usable, the old ones stay", set.getVersion());
    }
  }
}
