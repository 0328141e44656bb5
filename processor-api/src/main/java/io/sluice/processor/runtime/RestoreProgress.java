package io.sluice.processor.runtime;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StateRestoreListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells in the log, and who asks, how far the stores of a stage are read back. */
final class RestoreProgress implements StateRestoreListener {

  private static final Logger log = LoggerFactory.getLogger(RestoreProgress.class);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private static final class Store {
    private final long end;
    private long left;
    private long toldNanos;

    Store(long end, long left, long nanos) {
      this.end = end;
      this.left = left;
      this.toldNanos = nanos;
    }
  }

  private final String stage;
  private final LongSupplier nanoTime;
  private final Map<TopicPartition, Store> stores = new HashMap<>();

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  RestoreProgress(String stage, LongSupplier nanoTime) {
    this.stage = stage;
    this.nanoTime = nanoTime;
  }

  /** What is being restored, in a sentence; nothing when nothing is. */
  synchronized Optional<String> sentence() {
    long left = stores.values().stream().mapToLong(store -> store.left).sum();
    return stores.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "restoring state: " + left + " records left in " + stores.size() + " changelogs");
  }

  @Override
  public synchronized void onRestoreStart(
      TopicPartition changelog, String store, long start, long end) {
    stores.put(changelog, new Store(end, Math.max(0, end - start), nanoTime.getAsLong()));
    if (end > start) {
      log.info("{} restores {} from {}: {} records", stage, store, changelog, end - start);
    }
  }

  @Override
  public synchronized void onBatchRestored(
      TopicPartition changelog, String store, long batchEnd, long restored) {
    Store of = stores.get(changelog);
    if (of == null) {
      return;
    }
    of.left = Math.max(0, of.end - batchEnd);
    long now = nanoTime.getAsLong();
    if (now - of.toldNanos >= BETWEEN_LINES.toNanos()) {
      of.toldNanos = now;
      log.info("{} restores {} from {}: {} records left", stage, store, changelog, of.left);
    }
  }

  @Override
  public synchronized void onRestoreEnd(TopicPartition changelog, String store, long restored) {
    if (stores.remove(changelog) != null && restored > 0) {
      log.info("{} has restored {} from {}: {} records", stage, store, changelog, restored);
    }
  }

  /** The partition went to another process. */
  @Override
  public synchronized void onRestoreSuspended(
      TopicPartition changelog, String store, long restored) {
    stores.remove(changelog);
  }
}
