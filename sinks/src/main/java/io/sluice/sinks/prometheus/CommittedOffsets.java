package io.sluice.sinks.prometheus;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * Up to where the partitions of a consumer are written, over changes of who has them. With an
 * offset is kept up to when samples may have times that are not their points' own. For the
 * consumer's thread.
 */
final class CommittedOffsets {

  private static final long NEVER = Long.MIN_VALUE;

  private final Consumer<?, ?> input;
  private final ReceiverClock clock;

  /** The offset to go on with, where there is one. */
  private final Map<TopicPartition, Long> next = new HashMap<>();

  private final Map<TopicPartition, Long> againMillis = new HashMap<>();

  /** Partitions of which less than was written before is read. */
  private final Map<TopicPartition, Long> toReach = new HashMap<>();

  CommittedOffsets(Consumer<?, ?> input, ReceiverClock clock) {
    this.input = input;
    this.clock = clock;
  }

  /** Lets the consumer read these partitions from their beginning. */
  void takeUp(Set<TopicPartition> partitions) {
    forget();
    Map<TopicPartition, Long> ends = input.endOffsets(partitions);
    input
        .committed(partitions)
        .forEach(
            (partition, at) -> {
              // Of another topic of this name, when it is behind the end.
              if (at != null && at.offset() <= ends.getOrDefault(partition, 0L)) {
                next.put(partition, at.offset());
                toReach.put(partition, at.offset());
                againMillis.put(partition, millis(at.metadata()));
              }
            });
    input.seekToBeginning(partitions);
  }

  private static long millis(String metadata) {
    try {
      return Long.parseLong(metadata);
    } catch (NumberFormatException e) {
      return NEVER; // nothing was written again yet
    }
  }

  /** What comes before this offset was written by whoever had the partition before. */
  long writtenBefore(TopicPartition partition) {
    return toReach.getOrDefault(partition, 0L);
  }

  /** Notes which partitions are read as far as they were written before. */
  void check() {
    toReach.entrySet().removeIf(each -> input.position(each.getKey()) >= each.getValue());
  }

  /** Whether all is read that was written before. */
  boolean areReached() {
    return toReach.isEmpty();
  }

  /**
   * Up to when samples of a partition's series may have times that are not their points' own. A
   * time that no receiver takes was noted while a clock was wrong: there are no such samples.
   */
  long againMillis(TopicPartition partition) {
    long millis = againMillis.getOrDefault(partition, NEVER);
    return millis > clock.latestMillis() ? NEVER : millis;
  }

  /** From now on samples may have times up to this that are not their points' own. */
  void commitAgainMillis(long millis) {
    for (TopicPartition partition : input.assignment()) {
      againMillis.put(partition, Math.max(againMillis(partition), millis));
    }
    commit(Map.copyOf(next));
  }

  /**
   * Commits.
   *
   * @param offsets to go on with
   */
  void commit(Map<TopicPartition, Long> offsets) {
    Map<TopicPartition, OffsetAndMetadata> committed = new HashMap<>();
    offsets.forEach(
        (partition, offset) ->
            committed.put(partition, new OffsetAndMetadata(offset, text(partition))));
    if (!committed.isEmpty()) {
      input.commitSync(committed);
      next.putAll(offsets);
    }
  }

  private String text(TopicPartition partition) {
    long millis = againMillis(partition);
    return millis == NEVER ? "" : Long.toString(millis);
  }

  void forget() {
    next.clear();
    againMillis.clear();
    toReach.clear();
  }
}
