package io.sluice.console;

import com.linecorp.armeria.common.HttpStatus;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Topic;
import io.sluice.schemas.stage.BrokerCheck;
import io.sluice.schemas.stage.KafkaConnection;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads whole topics, or their ends, and goes on reading them, on a thread of its own. Without a
 * group: every console reads everything. When Kafka is lost it begins again.
 */
final class TopicFollower implements AutoCloseable {

  /** Called by the follower's thread only. */
  interface Reader {

    /** What was read so far is read again: it begins from nothing. */
    void begin();

    /**
     * Takes one record.
     *
     * @throws InvalidInputException when it cannot be read: it is passed over
     */
    void read(Topic topic, ConsumerRecord<byte[], byte[]> record);

    /** Is told when everything that was there at the beginning has been read. */
    default void caughtUp() {}

    /**
     * How far behind the newest records it may be; then it goes on with those that come next. Null
     * when it reads everything.
     */
    default @Nullable Duration mayBeBehind() {
      return null;
    }

    /** Is told how many records were passed over, since it was too far behind. */
    default void passedOver(long records) {}
  }

  /**
   * How far back a topic is read.
   *
   * @param offsets at most so many of each partition
   * @param age nothing that Kafka got longer ago
   */
  record Reach(long offsets, Duration age) {

    /** From the beginning. */
    static final Reach ALL = new Reach(Long.MAX_VALUE, ChronoUnit.FOREVER.getDuration());

    static Reach last(long offsets) {
      return new Reach(offsets, ALL.age);
    }

    static Reach of(Duration age) {
      return new Reach(ALL.offsets, age);
    }

    boolean isBounded() {
      return !age.equals(ALL.age);
    }
  }

  private static final Logger log = LoggerFactory.getLogger(TopicFollower.class);
  private static final Duration POLL = Duration.ofMillis(300);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final long CLOSE_MILLIS = 3_000;

  private final KafkaConnection connection;
  private final Map<Topic, Reach> topics;
  private final Clock clock;
  private final Reader reader;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "console-views");
  private volatile boolean following;
  private volatile List<String> missing = List.of();
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

  /**
   * @param topics each with how far back it is read
   */
  TopicFollower(KafkaConnection connection, Map<Topic, Reach> topics, Clock clock, Reader reader) {
    this.connection = connection;
    this.clock = clock;
    this.topics = Map.copyOf(topics);
    this.reader = reader;
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** Whether everything that was there at the start has been read, and Kafka answers. */
  boolean isFollowing() {
    return following;
  }

  /**
   * Nothing known and nothing there are not the same: what the topics say is told once read.
   *
   * @param what stands in them, of which there are many
   * @throws ApiException when it does not follow
   */
  void requireRead(String what) {
    if (!following) {
      throw new ApiException(
          HttpStatus.SERVICE_UNAVAILABLE,
          waitsForTopics()
              .map(topics -> what + " cannot be read: " + topics)
              .orElse(
                  what + " are still being read from Kafka; if this stays, Kafka does not answer"));
    }
  }

  /** Which topics it waits for: it reads none while one is not there. */
  Optional<String> waitsForTopics() {
    List<String> names = missing;
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of("missing topics " + names + ": run 'sluice topics create'");
  }

  @Override
  public void close() {
    stop.countDown();
    KafkaConsumer<byte[], byte[]> current = consumer;
    if (current != null) {
      current.wakeup();
    }
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (stop.getCount() > 0) {
        follow();
        stop.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void follow() {
    Map<String, Object> settings = connection.consumerConfig();
    settings.put("client.id", "sluice-console");
    settings.put("auto.offset.reset", "earliest");
    try (KafkaConsumer<byte[], byte[]> opened =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer = opened;
      Map<TopicPartition, Topic> partitions = partitions(opened);
      if (!partitions.isEmpty()) {
        follow(opened, partitions);
      }
    } catch (WakeupException e) {
      // Closing.
    } catch (KafkaException e) {
      missing = List.of(); // as far as anybody knows
      log.warn("the console lost Kafka and tries again: {}", e.getMessage());
    } catch (RuntimeException e) {
      log.error("the console cannot read its topics and tries again", e);
    } finally {
      consumer = null;
      following = false;
    }
  }

  private void follow(KafkaConsumer<byte[], byte[]> opened, Map<TopicPartition, Topic> partitions) {
    opened.assign(partitions.keySet());
    Map<TopicPartition, Long> begins = opened.beginningOffsets(partitions.keySet());
    Map<TopicPartition, Long> ends = opened.endOffsets(partitions.keySet());
    Map<TopicPartition, OffsetAndTimestamp> young = opened.offsetsForTimes(oldest(partitions));
    ends.forEach(
        (partition, end) -> {
          Reach reach = topics.getOrDefault(partitions.get(partition), Reach.ALL);
          long from = Math.max(begins.getOrDefault(partition, 0L), end - reach.offsets());
          if (reach.isBounded()) {
            OffsetAndTimestamp first = young.get(partition);
            from = Math.max(from, first == null ? end : first.offset());
          }
          opened.seek(partition, from);
        });
    reader.begin();
    BrokerCheck kafka = new BrokerCheck(opened);
    boolean caughtUp = false;
    long atEndMillis = clock.millis();
    while (stop.getCount() > 0) {
      long newestMillis = Long.MIN_VALUE;
      for (ConsumerRecord<byte[], byte[]> record : opened.poll(POLL)) {
        newestMillis = Math.max(newestMillis, record.timestamp());
        TopicPartition partition = new TopicPartition(record.topic(), record.partition());
        Topic topic = partitions.get(partition);
        if (topic != null) {
          read(topic, record);
        }
      }
      if (!caughtUp
          && ends.entrySet().stream()
              .allMatch(end -> opened.position(end.getKey()) >= end.getValue())) {
        caughtUp = true;
        reader.caughtUp();
      }
      following = caughtUp && kafka.answering();
      if (isAtEnd(opened)) {
        atEndMillis = clock.millis();
      } else if (isBehind(atEndMillis) && isBehind(newestMillis)) {
        reader.passedOver(passOver(opened));
        atEndMillis = clock.millis();
      }
    }
  }

  /** As far as the last fetch said. */
  private static boolean isAtEnd(KafkaConsumer<byte[], byte[]> opened) {
    return opened.assignment().stream()
        .allMatch(partition -> opened.currentLag(partition).orElse(0) == 0);
  }

  private boolean isBehind(long millis) {
    Duration most = reader.mayBeBehind();
    return most != null && millis != Long.MIN_VALUE && clock.millis() - millis > most.toMillis();
  }

  /** Goes on at the end of every partition, and says how many records are before it. */
  private static long passOver(KafkaConsumer<byte[], byte[]> opened) {
    Map<TopicPartition, Long> before = new HashMap<>();
    opened.assignment().forEach(each -> before.put(each, opened.position(each)));
    opened.seekToEnd(before.keySet());
    long records = 0;
    for (Map.Entry<TopicPartition, Long> each : before.entrySet()) {
      records += Math.max(0, opened.position(each.getKey()) - each.getValue());
    }
    return records;
  }

  private void read(Topic topic, ConsumerRecord<byte[], byte[]> record) {
    try {
      reader.read(topic, record);
    } catch (InvalidInputException e) {
      log.warn(
          "passed over an unreadable record {}-{}@{}: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          e.getMessage());
    }
  }

  private Map<TopicPartition, Long> oldest(Map<TopicPartition, Topic> partitions) {
    Map<TopicPartition, Long> oldest = new HashMap<>();
    partitions.forEach(
        (partition, topic) -> {
          Reach reach = topics.getOrDefault(topic, Reach.ALL);
          if (reach.isBounded()) {
            oldest.put(partition, clock.millis() - reach.age().toMillis());
          }
        });
    return oldest;
  }

  /** Empty while one of the topics is not there yet. */
  private Map<TopicPartition, Topic> partitions(KafkaConsumer<byte[], byte[]> opened) {
    Map<String, List<PartitionInfo>> present = opened.listTopics();
    Map<TopicPartition, Topic> partitions = new HashMap<>();
    List<String> absent = new ArrayList<>();
    for (Topic topic : topics.keySet()) {
      String name = connection.namespace().topic(topic);
      List<PartitionInfo> found = present.get(name);
      if (found == null) {
        absent.add(name);
      } else {
        found.forEach(each -> partitions.put(new TopicPartition(name, each.partition()), topic));
      }
    }
    absent.sort(null);
    missing = absent;
    return absent.isEmpty() ? partitions : Map.of();
  }
}
