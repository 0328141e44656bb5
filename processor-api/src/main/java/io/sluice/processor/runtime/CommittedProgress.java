package io.sluice.processor.runtime;

import io.sluice.processor.Progress;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/** Progress by the offsets that the processors' groups have committed. For one thread. */
final class CommittedProgress implements Progress, AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final String INTERNAL = "-repartition";

  /** Where more is left than this, somebody has not read it, and nobody needs to look. */
  private static final long FEW = 1_000;

  private final KafkaConnection connection;
  private final Supplier<Consumer<byte[], byte[]>> consumers;
  private final Set<String> restricted;

  /** Offsets at which a record was seen that was not read. */
  private final Map<TopicPartition, Long> unread = new HashMap<>();

  /** Where no record was seen: a quiet partition is not looked into time and again. */
  private final Map<TopicPartition, Bare> bare = new HashMap<>();

  private @Nullable TopicAdmin admin;
  private boolean closed;

  /** Offsets from the begin to the end, which is not among them, that have no record. */
  private record Bare(long begin, long end) {

    boolean has(long offset) {
      return begin <= offset && offset <= end;
    }
  }

  /**
   * @param consumers of records that were committed
   */
  CommittedProgress(KafkaConnection connection, Supplier<Consumer<byte[], byte[]>> consumers) {
    this.connection = connection;
    this.consumers = consumers;
    this.restricted =
        Topics.all().stream()
            .filter(Topic::restricted)
            .map(connection.namespace()::topic)
            .collect(Collectors.toSet());
  }

  @Override
  public BooleanSupplier untilNow(String processor, Collection<Topic> topics) {
    Namespace namespace = connection.namespace();
    String group = namespace.applicationId(processor);
    Stream<String> named = topics.stream().map(namespace::topic);
    Stream<String> between =
        admin().committed(group).keySet().stream()
            .map(TopicPartition::topic)
            .filter(topic -> topic.startsWith(group + "-") && topic.endsWith(INTERNAL));
    // Uncommitted records too: who has sent them may have committed what they were made of just
    // now, and the end of its transaction is not yet in every partition.
    Map<TopicPartition, Long> ends =
        admin().ends(Stream.concat(named, between).collect(Collectors.toSet()));
    forgetWhatIsGone(ends);
    Map<TopicPartition, Long> before = new HashMap<>();
    return () -> hasRead(group, ends, before);
  }

  /**
   * @param before up to where the group had read when this was asked last: while it goes on, it
   *     will say itself that it has read the rest, and nobody looks what that is
   */
  private boolean hasRead(
      String group, Map<TopicPartition, Long> ends, Map<TopicPartition, Long> before) {
    Map<TopicPartition, Long> committed = admin().committed(group);
    Map<TopicPartition, Long> left = new HashMap<>(ends);
    left.entrySet().removeIf(end -> committed.getOrDefault(end.getKey(), -1L) >= end.getValue());
    // What retention took is not on its way any more, and a quiet partition's group says so never.
    Map<TopicPartition, Long> begins = left.isEmpty() ? Map.of() : admin().begins(left.keySet());
    Map<TopicPartition, Long> standing = new HashMap<>();
    boolean goesOn = false;
    for (Map.Entry<TopicPartition, Long> end : left.entrySet()) {
      TopicPartition partition = end.getKey();
      long begin = begins.getOrDefault(partition, 0L);
      long from = Math.max(begin, committed.getOrDefault(partition, begin));
      boolean stands = Objects.equals(before.put(partition, from), from);
      if (bareFrom(partition, from).end < end.getValue()) {
        goesOn |= !stands;
        standing.put(partition, from);
      }
    }
    return !goesOn && (standing.isEmpty() || isNothing(standing, ends));
  }

  /**
   * Whether there is no record from where a group stands to the ends that were noted. A topic that
   * was made anew, or cut, ends before: nobody will ever read so far for it, and what stood there
   * is not on its way any more.
   */
  private boolean isNothing(Map<TopicPartition, Long> standing, Map<TopicPartition, Long> noted) {
    Map<TopicPartition, Long> ends =
        admin()
            .ends(
                standing.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet()));
    forgetWhatIsGone(ends);
    return standing.entrySet().stream()
        .allMatch(
            each -> {
              TopicPartition partition = each.getKey();
              long end = noted.getOrDefault(partition, 0L);
              return ends.getOrDefault(partition, 0L) < end
                  || !hasRecords(partition, each.getValue(), end);
            });
  }

  private void forgetWhatIsGone(Map<TopicPartition, Long> ends) {
    ends.forEach(
        (partition, end) -> {
          unread.computeIfPresent(partition, (same, offset) -> offset < end ? offset : null);
          bare.computeIfPresent(partition, (same, known) -> known.end <= end ? known : null);
        });
  }

  /**
   * Whether there is a record between two offsets: the ends of transactions have offsets too, which
   * a group that was just started does not commit. Topics with what was not sanitized nobody looks
   * into; they are not written in transactions.
   */
  boolean hasRecords(TopicPartition partition, long from, long end) {
    Bare before = bareFrom(partition, from);
    if (before.end >= end) {
      return false;
    }
    Long seen = unread.get(partition);
    if (end - from > FEW
        || restricted.contains(partition.topic())
        || (seen != null && seen >= from && seen < end)) {
      return true;
    }
    long deadline = System.nanoTime() + LOOK.toNanos();
    try (Consumer<byte[], byte[]> consumer = consumers.get()) {
      consumer.assign(List.of(partition));
      consumer.seek(partition, before.end);
      while (consumer.position(partition) < end && System.nanoTime() < deadline) {
        ConsumerRecords<byte[], byte[]> records = consumer.poll(LOOK);
        for (ConsumerRecord<byte[], byte[]> record : records) {
          unread.put(partition, record.offset());
          return record.offset() < end;
        }
      }
      if (consumer.position(partition) < end) {
        return true; // a transaction is open
      }
      bare.put(partition, new Bare(before.begin, end));
      return false;
    }
  }

  /** What is known to have no record from an offset on. */
  private Bare bareFrom(TopicPartition partition, long from) {
    Bare known = bare.get(partition);
    return known != null && known.has(from) ? known : new Bare(from, from);
  }

  private synchronized TopicAdmin admin() {
    if (closed) {
      throw new IllegalStateException("the stage has stopped");
    }
    TopicAdmin current = admin;
    if (current == null) {
      current = new TopicAdmin(connection, TIMEOUT);
      admin = current;
    }
    return current;
  }

  @Override
  public synchronized void close() {
    closed = true;
    if (admin != null) {
      admin.close();
    }
  }
}
