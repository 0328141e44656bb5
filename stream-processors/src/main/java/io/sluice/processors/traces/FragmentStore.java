package io.sluice.processors.traces;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Fragments of open traces. Key: trace id, version and number of the fragment, so that a trace's
 * fragments lie side by side; value: when it arrived, then its bytes.
 */
final class FragmentStore {

  /** Gets every stored fragment, after a restart; a trace's in the order in which they came. */
  interface Visitor {
    void visit(TraceKey trace, int version, long arrivalMillis, byte[] otlp);
  }

  private static final int KEY_BYTES = TraceKey.BYTES + Integer.BYTES + Long.BYTES;

  private final KeyValueStore<byte[], byte[]> store;

  FragmentStore(KeyValueStore<byte[], byte[]> store) {
    this.store = store;
  }

  void append(TraceKey trace, int version, long number, long arrivalMillis, byte[] otlp) {
    byte[] value =
        ByteBuffer.allocate(Long.BYTES + otlp.length).putLong(arrivalMillis).put(otlp).array();
    store.put(key(trace, version, number), value);
  }

  /** Takes all fragments of a trace out, put together as one OTLP request. */
  byte[] take(TraceKey trace) {
    List<KeyValue<byte[], byte[]>> found = new ArrayList<>();
    int size = 0;
    try (KeyValueIterator<byte[], byte[]> fragments =
        store.range(key(trace, 0, 0), key(trace, Integer.MAX_VALUE, Long.MAX_VALUE))) {
      while (fragments.hasNext()) {
        KeyValue<byte[], byte[]> fragment = fragments.next();
        found.add(fragment);
        size += fragment.value.length - Long.BYTES;
      }
    }
    // Requests are repeated fields of one message, so one after the other they are one request.
    ByteBuffer otlp = ByteBuffer.allocate(size);
    for (KeyValue<byte[], byte[]> fragment : found) {
      otlp.put(fragment.value, Long.BYTES, fragment.value.length - Long.BYTES);
      store.delete(fragment.key);
    }
    return otlp.array();
  }

  void forEach(Visitor visitor) {
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<byte[], byte[]> entry = all.next();
        ByteBuffer key = ByteBuffer.wrap(entry.key);
        TraceKey trace = new TraceKey(key.getLong(), key.getLong());
        int version = key.getInt();
        long arrival = ByteBuffer.wrap(entry.value).getLong();
        byte[] otlp = Arrays.copyOfRange(entry.value, Long.BYTES, entry.value.length);
        visitor.visit(trace, version, arrival, otlp);
      }
    }
  }

  private static byte[] key(TraceKey trace, int version, long number) {
    return ByteBuffer.allocate(KEY_BYTES)
        .putLong(trace.high())
        .putLong(trace.low())
        .putInt(version)
        .putLong(number)
        .array();
  }
}
