package io.sluice.processors.traces;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Batches that open traces have spans in, each stored once and as it came, and deleted when all of
 * its traces are closed. The youngest are in memory too, up to so many bytes, so that most are
 * never read from the store. Key: the batch's position and when it arrived; value: its bytes, which
 * so are copied nowhere.
 */
final class BatchStore {

  /** Gets every stored batch, after a restart, in the order in which they came. */
  interface Visitor {
    void visit(Batch batch, byte[] bytes);
  }

  private final KeyValueStore<byte[], byte[]> store;
  private final long memoryBytes;

  /** All, in the order of their positions. */
  private final Set<Batch> live = new LinkedHashSet<>();

  /** Those whose bytes are in memory, in the order in which they came there. */
  private final Set<Batch> inMemory = new LinkedHashSet<>();

  private long liveBytes;
  private long bytesInMemory;

  /**
   * @param memoryBytes how many bytes of batches to keep in memory
   */
  BatchStore(KeyValueStore<byte[], byte[]> store, long memoryBytes) {
    this.store = store;
    this.memoryBytes = memoryBytes;
  }

  /** Keeps a batch that open traces use. */
  void append(Batch batch) {
    byte[] bytes = Objects.requireNonNull(batch.bytes);
    store.put(key(batch), bytes);
    batch.stored = true;
    keep(batch, bytes);
  }

  private void keep(Batch batch, byte[] bytes) {
    live.add(batch);
    liveBytes += batch.length;
    remember(batch, bytes);
  }

  /** The batch's bytes, from memory or the store. */
  byte[] bytes(Batch batch) {
    byte[] bytes = batch.bytes;
    if (bytes == null) {
      bytes = store.get(key(batch));
      if (bytes == null) {
        throw new IllegalStateException("the store has lost a batch that open traces need");
      }
      remember(batch, bytes); // its other traces may be closed next
    }
    return bytes;
  }

  /** One open trace less has spans in it. */
  void release(Batch batch) {
    batch.uses--;
    if (batch.uses > 0 || !batch.stored) {
      return;
    }
    store.delete(key(batch));
    live.remove(batch);
    liveBytes -= batch.length;
    forget(batch);
  }

  /** Position of the oldest batch that is still needed. */
  OptionalLong oldestPosition() {
    return live.isEmpty() ? OptionalLong.empty() : OptionalLong.of(live.iterator().next().position);
  }

  /** Position of the oldest batch in the store, which is asked before all are visited. */
  OptionalLong oldestStored() {
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      return all.hasNext()
          ? OptionalLong.of(ByteBuffer.wrap(all.next().key).getLong())
          : OptionalLong.empty();
    }
  }

  /** Visits all stored batches; those that are not used afterwards are deleted. */
  void restore(Visitor visitor) {
    List<Batch> visited = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<byte[], byte[]> entry = all.next();
        ByteBuffer key = ByteBuffer.wrap(entry.key);
        byte[] bytes = entry.value;
        Batch batch = new Batch(key.getLong(), key.getLong(), bytes);
        batch.stored = true;
        batch.uses = 1; // until all are visited
        keep(batch, bytes);
        visitor.visit(batch, bytes);
        visited.add(batch);
      }
    }
    visited.forEach(this::release);
  }

  /** Bytes of all batches that open traces use, in the store or in memory too. */
  long liveBytes() {
    return liveBytes;
  }

  /** Bytes of batches in memory now. */
  long bytesInMemory() {
    return bytesInMemory;
  }

  private void remember(Batch batch, byte[] bytes) {
    batch.bytes = bytes;
    bytesInMemory += bytes.length;
    inMemory.add(batch);
    while (bytesInMemory > memoryBytes && inMemory.size() > 1) {
      forget(inMemory.iterator().next());
    }
  }

  private void forget(Batch batch) {
    if (batch.bytes != null && inMemory.remove(batch)) {
      bytesInMemory -= batch.bytes.length;
      batch.leaveMemory();
    }
  }

  private static byte[] key(Batch batch) {
    return ByteBuffer.allocate(2 * Long.BYTES)
        .putLong(batch.position)
        .putLong(batch.arrivalMillis)
        .array();
  }
}
