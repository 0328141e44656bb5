package io.sluice.processors.spanmetrics;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Values by byte strings, looked up by a range of a buffer, so that a key that is known costs no
 * object. The hash is seeded by chance, since senders choose the keys. Not safe for use by several
 * threads.
 */
final class ByteTable<V> {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int MIN_CAPACITY = 64;

  @SuppressWarnings("ArrayRecordComponent") // compared as ranges
  private record Entry<V>(long hash, byte[] key, V value) {}

  private final long seed = ThreadLocalRandom.current().nextLong();

  /** By chance too: with a known one keys can be made that meet whatever the seed is. */
  private final long multiplier = ThreadLocalRandom.current().nextLong() | 1;

  private @Nullable Entry<V>[] entries = table(MIN_CAPACITY);
  private int size;
  private long keyBytes;

  @Nullable V get(byte[] buf, int start, int end) {
    long hash = hash(buf, start, end);
    int mask = entries.length - 1;
    int at = (int) hash & mask;
    Entry<V> entry = entries[at];
    while (entry != null) {
      if (entry.hash == hash && Arrays.equals(entry.key, 0, entry.key.length, buf, start, end)) {
        return entry.value;
      }
      at = (at + 1) & mask;
      entry = entries[at];
    }
    return null;
  }

  /** Takes a key that is not there yet. It is kept, not copied. */
  void put(byte[] key, V value) {
    if (size * 2 >= entries.length) {
      grow();
    }
    insert(entries, new Entry<>(hash(key, 0, key.length), key, value));
    size++;
    keyBytes += key.length;
  }

  int size() {
    return size;
  }

  /** The bytes of all keys together. */
  long keyBytes() {
    return keyBytes;
  }

  void clear() {
    entries = table(MIN_CAPACITY);
    size = 0;
    keyBytes = 0;
  }

  private void grow() {
    @Nullable Entry<V>[] larger = table(entries.length * 2);
    for (Entry<V> entry : entries) {
      if (entry != null) {
        insert(larger, entry);
      }
    }
    entries = larger;
  }

  private static <V> void insert(@Nullable Entry<V>[] entries, Entry<V> entry) {
    int mask = entries.length - 1;
    int at = (int) entry.hash & mask;
    while (entries[at] != null) {
      at = (at + 1) & mask;
    }
    entries[at] = entry;
  }

  @SuppressWarnings("unchecked") // Java has no generic arrays
  private static <V> @Nullable Entry<V>[] table(int capacity) {
    return (Entry<V>[]) new Entry<?>[capacity];
  }

  private long hash(byte[] buf, int start, int end) {
    long hash = seed ^ (end - start);
    int i = start;
    for (; i + Long.BYTES <= end; i += Long.BYTES) {
      hash = mix(hash ^ (long) LONGS.get(buf, i));
    }
    long tail = 0;
    for (; i < end; i++) {
      tail = tail << 8 | (buf[i] & 0xff);
    }
    return mix(hash ^ tail);
  }

  private long mix(long bits) {
    return (bits * multiplier) ^ Math.multiplyHigh(bits, multiplier);
  }
}
