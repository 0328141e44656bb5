package io.sluice.app.command;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Topic;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.schemas.stage.StartException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic from its beginning or from a time to its end, or one record of it. */
final class TopicScan {

  /** How long a command waits for the cluster. */
  static final Duration TIMEOUT = Duration.ofSeconds(20);

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

  /** Uses what can be read, and says of the rest that it was passed over: anybody may write it. */
  static Use readable(Use use) {
    return record -> {
      try {
        use.of(record);
      } catch (InvalidInputException e) {
        System.err.println(
            "sluice: passed over an unreadable record %s-%d@%d: %s"
                .formatted(record.topic(), record.partition(), record.offset(), e.getMessage()));
      }
    };
  }

  static void read(KafkaConnection connection, Topic topic, Use use) {
    readSince(connection, topic, Instant.EPOCH, use);
  }

  /** Leaves out what Kafka got before that time, as far as the broker can tell. */
  static void readSince(KafkaConnection connection, Topic topic, Instant since, Use use) {
    readSince(connection, topic, since, () -> true, use);
  }

  /**
   * The same, but it ends early when it may not go on.
   *
   * @param mayGoOn asked before each fetch
   * @return whether it came to the topic's end
   */
  static boolean readSince(
      KafkaConnection connection, Topic topic, Instant since, BooleanSupplier mayGoOn, Use use) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(connection)) {
      List<TopicPartition> partitions = partitions(connection, topic, consumer);
      consumer.assign(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      seek(consumer, partitions, since, ends);
      Patience patience = new Patience(topic);
      while (ends.keySet().stream().anyMatch(each -> isBefore(consumer, each, ends))) {
        if (!mayGoOn.getAsBoolean()) {
          return false;
        }
        patience.read(consumer, partitions).forEach(use::of);
      }
      return true;
    }
  }

  /**
   * Reads all partitions to their ends at the same pace, by the time that Kafka has for each
   * record: the oldest first, as far as each partition itself is in order.
   *
   * @param kept what is kept of a record until its turn
   */
  static <T> void readInOrder(
      KafkaConnection connection,
      Topic topic,
      Function<ConsumerRecord<byte[], byte[]>, T> kept,
      Consumer<T> use) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(connection)) {
      List<TopicPartition> partitions = partitions(connection, topic, consumer);
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      Map<TopicPartition, Deque<Timed<T>>> waiting = new HashMap<>();
      Patience patience = new Patience(topic);
      while (true) {
        List<TopicPartition> awaited =
            partitions.stream()
                .filter(each -> isBefore(consumer, each, ends) && !waiting.containsKey(each))
                .toList();
        if (!awaited.isEmpty()) {
          // Only those: of the others nothing more is needed yet, and letters are large.
          consumer.pause(partitions);
          consumer.resume(awaited);
          for (ConsumerRecord<byte[], byte[]> record : patience.read(consumer, partitions)) {
            waiting
                .computeIfAbsent(
                    new TopicPartition(record.topic(), record.partition()),
                    unused -> new ArrayDeque<>())
                .add(new Timed<>(record.timestamp(), kept.apply(record)));
          }
          continue;
        }
        Optional<Deque<Timed<T>>> oldest =
            waiting.values().stream()
                .min(Comparator.comparingLong(queue -> queue.element().millis()));
        if (oldest.isEmpty()) {
          return;
        }
        use.accept(oldest.get().remove().what());
        waiting.values().removeIf(Deque::isEmpty);
      }
    }
  }

  private record Timed<T>(long millis, T what) {}

  private static boolean isBefore(
      KafkaConsumer<byte[], byte[]> consumer,
      TopicPartition partition,
      Map<TopicPartition, Long> ends) {
    return consumer.position(partition) < ends.getOrDefault(partition, 0L);
  }

  /** Polls, but does not wait for ever for a broker that went away. */
  private static final class Patience {

    private final Topic topic;
    private long reached = -1;
    private long sinceNanos = System.nanoTime();

    Patience(Topic topic) {
      this.topic = topic;
    }

    /**
     * @throws TimeoutException when nothing has come for {@link TopicScan#TIMEOUT}
     */
    ConsumerRecords<byte[], byte[]> read(
        KafkaConsumer<byte[], byte[]> consumer, List<TopicPartition> partitions) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(Duration.ofMillis(200));
      long now = System.nanoTime();
      // Markers of transactions move it too, without a record.
      long position = partitions.stream().mapToLong(consumer::position).sum();
      if (position > reached) {
        reached = position;
        sinceNanos = now;
      } else if (now - sinceNanos > TIMEOUT.toNanos()) {
        throw new TimeoutException(
            "the rest of " + topic.name() + " did not come within " + TIMEOUT.toSeconds() + " s");
      }
      return records;
    }
  }

  private static void seek(
      KafkaConsumer<byte[], byte[]> consumer,
      List<TopicPartition> partitions,
      Instant since,
      Map<TopicPartition, Long> ends) {
    if (since.equals(Instant.EPOCH)) {
      consumer.seekToBeginning(partitions);
      return;
    }
    Map<TopicPartition, Long> times =
        partitions.stream()
            .collect(Collectors.toMap(Function.identity(), each -> since.toEpochMilli()));
    consumer
        .offsetsForTimes(times)
        .forEach(
            (partition, found) ->
                // None: all that is there is older.
                consumer.seek(
                    partition, found == null ? ends.getOrDefault(partition, 0L) : found.offset()));
  }

  /** The record at a place of the topic, when there is one. */
  static Optional<ConsumerRecord<byte[], byte[]>> find(
      KafkaConnection connection, Topic topic, int partition, long offset) {
    TopicPartition place = new TopicPartition(connection.namespace().topic(topic), partition);
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(connection)) {
      if (!partitions(connection, topic, consumer).contains(place)) {
        return Optional.empty();
      }
      consumer.assign(List.of(place));
      long begin = consumer.beginningOffsets(List.of(place)).getOrDefault(place, 0L);
      long end = consumer.endOffsets(List.of(place)).getOrDefault(place, 0L);
      if (offset < begin || offset >= end) {
        return Optional.empty();
      }
      consumer.seek(place, offset);
      Patience patience = new Patience(topic);
      while (consumer.position(place) <= offset) {
        for (ConsumerRecord<byte[], byte[]> record : patience.read(consumer, List.of(place))) {
          if (record.offset() == offset) {
            return Optional.of(record);
          }
        }
      }
      return Optional.empty(); // the marker of a transaction, or the record of an aborted one
    }
  }

  private static KafkaConsumer<byte[], byte[]> consumer(KafkaConnection connection) {
    Map<String, Object> settings = connection.consumerConfig();
    settings.put("auto.offset.reset", "earliest"); // retention may pass the reader
    settings.putIfAbsent("default.api.timeout.ms", (int) TIMEOUT.toMillis());
    settings.put("fetch.max.wait.ms", 50); // the end of a command waits for the fetch under way
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /**
   * @throws StartException when the topic is not there
   */
  static void require(KafkaConnection connection, Topic topic) {
    try (KafkaConsumer<byte[], byte[]> consumer = consumer(connection)) {
      partitions(connection, topic, consumer);
    }
  }

  /** All of a topic, which has to be there: asking for one by its name may create it. */
  static List<TopicPartition> partitions(
      KafkaConnection connection, Topic topic, KafkaConsumer<byte[], byte[]> consumer) {
    String name = connection.namespace().topic(topic);
    List<PartitionInfo> found = consumer.listTopics().get(name);
    if (found == null) {
      throw new StartException("the topic " + name + " is missing: run 'sluice topics create'");
    }
    return found.stream().map(each -> new TopicPartition(name, each.partition())).toList();
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
