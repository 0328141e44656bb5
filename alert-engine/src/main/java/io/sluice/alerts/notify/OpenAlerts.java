package io.sluice.alerts.notify;

import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** The last transition of each alert in the partitions that this instance owns. */
final class OpenAlerts {

  /** How long an Alertmanager is told that something is over: it may have been away just then. */
  private static final Duration TELL_RESOLVED = Duration.ofMinutes(15);

  /** An alert as it stands on the topic. */
  record Entry(ConsumerRecord<byte[], byte[]> record, Alert alert) {}

  private final Map<TopicPartition, Map<String, Entry>> byPartition = new HashMap<>();

  /** Whether it is over and never fired, as far as is known: nobody was told of it. */
  boolean neverFired(ConsumerRecord<byte[], byte[]> record, Alert alert) {
    Entry known = partition(record).get(alert.getFingerprint());
    return alert.getState() == AlertState.RESOLVED
        && known != null
        && known.alert().getState() == AlertState.PENDING;
  }

  void put(ConsumerRecord<byte[], byte[]> record, Alert alert) {
    partition(record)
        .merge(
            alert.getFingerprint(),
            new Entry(record, alert),
            (known, read) -> isOlder(read.alert(), known.alert()) ? known : read);
  }

  void remove(ConsumerRecord<byte[], byte[]> record, String fingerprint) {
    partition(record).remove(fingerprint);
  }

  void drop(TopicPartition partition) {
    byPartition.remove(partition);
  }

  /** Those that fire in a partition. */
  List<Entry> firing(TopicPartition partition) {
    return byPartition.getOrDefault(partition, Map.of()).values().stream()
        .filter(entry -> entry.alert().getState() == AlertState.FIRING)
        .toList();
  }

  /** What an Alertmanager is told: those that fire, and those that ended not long ago. */
  List<Entry> current(Instant now) {
    List<Entry> current = new ArrayList<>();
    long since = now.minus(TELL_RESOLVED).toEpochMilli();
    byPartition
        .values()
        .forEach(
            alerts ->
                alerts.values().stream()
                    .filter(entry -> isCurrent(entry.alert(), since))
                    .forEach(current::add));
    return current;
  }

  /** One that was sent again by hand changes nothing. */
  private static boolean isOlder(Alert one, Alert other) {
    return one.getTransition() < other.getTransition();
  }

  private static boolean isCurrent(Alert alert, long sinceMillis) {
    return switch (alert.getState()) {
      case PENDING -> false;
      case FIRING -> true;
      case RESOLVED -> alert.getEndsAtUnixNano() / 1_000_000 >= sinceMillis;
    };
  }

  private Map<String, Entry> partition(ConsumerRecord<byte[], byte[]> record) {
    return byPartition.computeIfAbsent(
        new TopicPartition(record.topic(), record.partition()), owned -> new HashMap<>());
  }
}
