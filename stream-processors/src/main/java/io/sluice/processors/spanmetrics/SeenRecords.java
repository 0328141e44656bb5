package io.sluice.processors.spanmetrics;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import org.apache.datasketches.hash.MurmurHash3;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Remembers the records of a partition for a while by a hash of 128 bits, so that one that a
 * producer sent twice counts once. A ring of slots in a changelogged store: the oldest gives way to
 * the newest and nothing is ever deleted.
 */
final class SeenRecords {

  /** Some minutes of a busy partition; takes about 5 MB. */
  static final int SLOTS = 32_768;

  private static final byte LAYOUT = 1;

  /** What stands for a record's value. */
  record Digest(long high, long low) {
    static Digest of(byte[] value) {
      long[] hash = MurmurHash3.hash(value, 0L);
      return new Digest(hash[0], hash[1]);
    }
  }

  private final KeyValueStore<byte[], byte[]> store;
  private final long windowMillis;
  private final Map<Digest, Integer> slots = new HashMap<>();
  private final Digest[] digests = new Digest[SLOTS];
  private final long[] times = new long[SLOTS];
  private int next;
  private long turn;

  /**
   * @param windowMillis how long a record is remembered
   */
  SeenRecords(KeyValueStore<byte[], byte[]> store, long windowMillis) {
    this.store = store;
    this.windowMillis = windowMillis;
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      all.forEachRemaining(entry -> remember(ByteBuffer.wrap(entry.key).getInt(), entry.value));
    }
  }

  /**
   * Whether a record with the same value came not long before.
   *
   * @param arrivalMillis the record's own time, so that a second run decides as the first did
   */
  boolean has(Digest digest, long arrivalMillis) {
    Integer slot = slots.get(digest);
    return slot != null && arrivalMillis - times[slot] <= windowMillis;
  }

  /** Remembers a record that was not there. */
  void add(Digest digest, long arrivalMillis) {
    slots.remove(digests[next], next);
    digests[next] = digest;
    times[next] = arrivalMillis;
    slots.put(digest, next);
    store.put(
        ByteBuffer.allocate(Integer.BYTES).putInt(next).array(),
        ByteBuffer.allocate(1 + 4 * Long.BYTES)
            .put(LAYOUT)
            .putLong(turn)
            .putLong(arrivalMillis)
            .putLong(digest.high())
            .putLong(digest.low())
            .array());
    turn++;
    next = (next + 1) % SLOTS;
  }

  private void remember(int slot, byte[] kept) {
    Layout.read(kept, LAYOUT, SpanMetricsTopology.SEEN);
    ByteBuffer in = ByteBuffer.wrap(kept, 1, kept.length - 1);
    long itsTurn = in.getLong();
    times[slot] = in.getLong();
    digests[slot] = new Digest(in.getLong(), in.getLong());
    // The same digest may be in two slots; the later one holds.
    slots.merge(digests[slot], slot, (one, other) -> times[one] > times[other] ? one : other);
    if (itsTurn >= turn) {
      turn = itsTurn + 1;
      next = (slot + 1) % SLOTS;
    }
  }
}
