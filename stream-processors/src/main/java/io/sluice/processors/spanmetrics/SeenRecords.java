package io.sluice.processors.spanmetrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the records of a partition for a while by a hash of 128 bits, so that one that a
 * producer sent twice counts once. What came between two commits is one entry of a changelogged
 * store: when it was written in the order of all entries, then time and hash of each record.
 */
final class SeenRecords {

  /** Some minutes of a busy partition; takes about 5 MB. */
  static final int MOST = 32_768;

  private static final int RECORD_BYTES = 3 * Long.BYTES;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final byte LAYOUT = 2;

  /** What stands for a record's value. */
  record Digest(long high, long low) {

    private static final long FIRST = 0x9E3779B97F4A7C15L;
    private static final long SECOND = 0xD6E8FEB86659FD93L;

    /** Two hashes side by side, each of which every byte is multiplied into. */
    static Digest of(byte[] value) {
      long high = FIRST ^ value.length;
      long low = SECOND;
      int i = 0;
      for (; i + Long.BYTES <= value.length; i += Long.BYTES) {
        long bits = (long) LONGS.get(value, i);
        high = folded(high ^ bits, FIRST);
        low = folded(low + bits, SECOND);
      }
      long tail = 0;
      for (; i < value.length; i++) {
        tail = tail << Byte.SIZE | (value[i] & 0xff);
      }
      return new Digest(folded(high ^ tail, SECOND), folded(low + tail, FIRST));
    }

    private static long folded(long bits, long multiplier) {
      return (bits * multiplier) ^ Math.multiplyHigh(bits, multiplier);
    }
  }

  /**
   * An entry of the store.
   *
   * @param newestMillis when the last of its records came
   */
  @SuppressWarnings("ArrayRecordComponent") // carried, never compared
  private record Entry(byte[] key, int records, long newestMillis) {}

  private final KeyValueStore<byte[], byte[]> store;
  private final long windowMillis;
  private final Map<Digest, Integer> slots = new HashMap<>();
  private final @Nullable Digest[] digests = new Digest[MOST];
  private final long[] times = new long[MOST];
  private int next;

  /** Oldest first. */
  private final Deque<Entry> entries = new ArrayDeque<>();

  private int stored;
  private long turn;
  private int unwritten;

  /**
   * @param windowMillis how long a record is remembered
   */
  SeenRecords(KeyValueStore<byte[], byte[]> store, long windowMillis) {
    this.store = store;
    this.windowMillis = windowMillis;
    List<KeyValue<byte[], byte[]>> kept = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      all.forEachRemaining(kept::add);
    }
    kept.forEach(entry -> Layout.read(entry.value, LAYOUT, SpanMetricsTopology.SEEN));
    kept.sort(Comparator.comparingLong(entry -> ByteBuffer.wrap(entry.value).getLong(1)));
    for (KeyValue<byte[], byte[]> entry : kept) {
      ByteBuffer in = ByteBuffer.wrap(entry.value).position(1);
      turn = in.getLong() + 1;
      int records = in.remaining() / RECORD_BYTES;
      long newest = Long.MIN_VALUE;
      while (in.hasRemaining()) {
        long time = in.getLong();
        newest = Math.max(newest, time);
        remember(new Digest(in.getLong(), in.getLong()), time);
      }
      hold(new Entry(entry.key, records, newest));
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

  /** Remembers a record that was not there. {@link #write} must follow before the commit. */
  void add(Digest digest, long arrivalMillis) {
    remember(digest, arrivalMillis);
    unwritten++;
    if (unwritten == MOST) {
      write();
    }
  }

  /** Stores what was added since this was called last, and deletes what is forgotten. */
  void write() {
    if (unwritten == 0) {
      return;
    }
    ByteBuffer value = ByteBuffer.allocate(1 + Long.BYTES + unwritten * RECORD_BYTES);
    value.put(LAYOUT).putLong(turn);
    long oldest = Long.MAX_VALUE;
    long newest = Long.MIN_VALUE;
    for (int i = unwritten; i > 0; i--) {
      int slot = Math.floorMod(next - i, MOST);
      Digest digest = digests[slot];
      if (digest != null) {
        oldest = Math.min(oldest, times[slot]);
        newest = Math.max(newest, times[slot]);
        value.putLong(times[slot]).putLong(digest.high()).putLong(digest.low());
      }
    }
    byte[] key = ByteBuffer.allocate(Integer.BYTES).putInt((int) turn).array();
    store.put(key, value.array());
    hold(new Entry(key, unwritten, newest));
    unwritten = 0;
    turn++;
    while (isForgotten(entries.element(), oldest)) {
      Entry first = entries.remove();
      stored -= first.records();
      store.delete(first.key());
    }
  }

  /**
   * Too many came after it, or the last of its records is out of the window even for the oldest
   * that came now: what catches up lies far behind what is on time, and both may be repeated.
   */
  private boolean isForgotten(Entry entry, long oldestMillis) {
    return stored - entry.records() >= MOST || oldestMillis - entry.newestMillis() > windowMillis;
  }

  private void hold(Entry entry) {
    entries.add(entry);
    stored += entry.records();
  }

  private void remember(Digest digest, long arrivalMillis) {
    Digest oldest = digests[next];
    if (oldest != null) {
      slots.remove(oldest, next);
    }
    digests[next] = digest;
    times[next] = arrivalMillis;
    slots.put(digest, next); // the same digest may be in two slots; the later one holds
    next = (next + 1) % MOST;
  }
}
