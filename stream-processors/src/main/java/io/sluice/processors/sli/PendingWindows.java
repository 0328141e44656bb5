package io.sluice.processors.sli;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/** The windows that changed and are to be sent: their keys with their ends, at hand and stored. */
final class PendingWindows {

  /** Sends a window, or says that it has to wait. */
  interface Sender {

    /** False when it has to wait. */
    boolean send(byte[] key, long endNanos);
  }

  private final KeyValueStore<byte[], byte[]> store;

  /** The same as the store. */
  private final TreeMap<byte[], Long> ends = new TreeMap<>(Arrays::compareUnsigned);

  /**
   * @param bucket length of a window whose end a store of before slices does not say
   */
  PendingWindows(KeyValueStore<byte[], byte[]> store, Duration bucket) {
    this.store = store;
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      all.forEachRemaining(
          entry -> {
            boolean said = entry.value.length == Long.BYTES;
            long end =
                said
                    ? ByteBuffer.wrap(entry.value).getLong()
                    : ByteBuffer.wrap(entry.key).getLong() + bucket.toNanos();
            ends.put(entry.key, end);
          });
    }
  }

  boolean has(byte[] key) {
    return ends.containsKey(key);
  }

  void put(byte[] key, long endNanos) {
    if (ends.put(key, endNanos) == null) {
      store.put(key, ByteBuffer.allocate(Long.BYTES).putLong(endNanos).array());
    }
  }

  /** Sends those that end until then, oldest first, and keeps those that have to wait. */
  void send(long untilNanos, Sender sender) {
    Iterator<Map.Entry<byte[], Long>> waiting = ends.entrySet().iterator();
    while (waiting.hasNext()) {
      Map.Entry<byte[], Long> window = waiting.next();
      if (window.getValue() <= untilNanos && sender.send(window.getKey(), window.getValue())) {
        store.delete(window.getKey());
        waiting.remove();
      }
    }
  }
}
