package io.sluice.processors.sli;

import io.sluice.schemas.BackfillReading;
import io.sluice.schemas.PartitionReading;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was in Kafka when some SLOs became new or changed. It ends, in each partition, where live
 * counting begins: what is counted live and stands before that is left to it.
 */
final class Reading {

  private record Place(String topic, int partition) {}

  private final BackfillReader reader;

  /** When it was asked for, by a clock that nobody can set. */
  private final long sinceTick;

  /** The ends of what was left to it before they are known. */
  private final Map<Place, Long> leftBehind = new HashMap<>();

  /** Null until the ends are known. */
  private @Nullable BackfillReading state;

  Reading(BackfillReader reader, long sinceTick, @Nullable BackfillReading state) {
    this.reader = reader;
    this.sinceTick = sinceTick;
    this.state = state;
  }

  BackfillReader reader() {
    return reader;
  }

  long sinceTick() {
    return sinceTick;
  }

  @Nullable BackfillReading state() {
    return state;
  }

  /** Whether what it is asked for is known and read. */
  boolean isRead() {
    return state != null
        && state.getPartitions().stream().allMatch(each -> each.getPosition() >= each.getEnd());
  }

  /** Whether a record that is counted live is left to it. */
  boolean has(CountSource source) {
    BackfillReading known = state;
    if (known == null) {
      leftBehind.merge(
          new Place(source.topic(), source.partition()), source.offset() + 1, Math::max);
      return true;
    }
    for (PartitionReading each : known.getPartitions()) {
      if (each.getPartition() == source.partition() && each.getTopic().equals(source.topic())) {
        return source.offset() < each.getEnd();
      }
    }
    return false; // the partition is newer
  }

  /** What was left to it while its ends were looked for belongs to it too. */
  BackfillReading begin(BackfillReading found) {
    List<PartitionReading> partitions = new ArrayList<>();
    for (PartitionReading each : found.getPartitions()) {
      long left = leftBehind.getOrDefault(new Place(each.getTopic(), each.getPartition()), 0L);
      partitions.add(
          PartitionReading.newBuilder(each).setEnd(Math.max(each.getEnd(), left)).build());
    }
    leftBehind.clear();
    return moveTo(new BackfillReading(partitions, found.getCompleteSinceUnixNano()));
  }

  BackfillReading moveTo(BackfillReading next) {
    state = next;
    return next;
  }

  long completeSinceNanos() {
    return state == null ? 0 : state.getCompleteSinceUnixNano();
  }

  long records() {
    return state == null
        ? 0
        : state.getPartitions().stream().mapToLong(each -> each.getEnd() - each.getBegin()).sum();
  }

  long recordsRead() {
    return state == null
        ? 0
        : state.getPartitions().stream()
            .mapToLong(each -> Math.max(0, each.getPosition() - each.getBegin()))
            .sum();
  }
}
