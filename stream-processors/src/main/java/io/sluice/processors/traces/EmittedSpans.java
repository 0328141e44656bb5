package io.sluice.processors.traces;

import io.sluice.schemas.trace.SeededHash;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Spans of closed traces that were emitted last, so that one that comes again counts once, and one
 * whose parent is in an earlier record of its trace is no orphan. What was emitted together is one
 * entry of the store: for each trace its id, how many spans, and of each its id and checksum.
 */
final class EmittedSpans {

  private static final int SPAN_BYTES = Long.BYTES + Integer.BYTES;

  /** Many traces may be emitted at once: what they add must not be more than a record takes. */
  private static final int FULL = 1 << 20;

  /** An entry of the store. */
  private record Slice(long number, int spans) {}

  private final KeyValueStore<byte[], byte[]> store;
  private final int most;

  /**
   * By the hash of trace and span; where others of the same id are, these by that of the checksum
   * too.
   */
  private final SliceTable table = new SliceTable();

  /** Oldest first. */
  private final Deque<Slice> slices = new ArrayDeque<>();

  private long spans;
  private ByteBuffer added = ByteBuffer.allocate(1 << 12);
  private int addedSpans;
  private long nextNumber = 1;

  /**
   * @param most how many spans to remember; above it the oldest are forgotten
   */
  EmittedSpans(KeyValueStore<byte[], byte[]> store, int most) {
    this.store = store;
    this.most = most;
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<byte[], byte[]> entry = all.next();
        nextNumber = ByteBuffer.wrap(entry.key).getLong();
        hold(read(entry.value, this::put));
        nextNumber++;
      }
    }
  }

  /** Whether this very span was emitted. */
  boolean has(TraceKey trace, long id, int content) {
    long hash = hash(trace, id);
    return table.has(hash, content) || table.has(hash(hash, content));
  }

  /** Whether a span of this id was emitted. */
  boolean hasId(TraceKey trace, long id) {
    return table.has(hash(trace, id));
  }

  /** Remembers the spans of a trace. {@link #write} must follow in the same transaction. */
  void add(OpenTrace trace) {
    int bytes = TraceKey.BYTES + Integer.BYTES + trace.spans() * SPAN_BYTES;
    if (added.remaining() < bytes) {
      int room = Math.max(2 * added.capacity(), added.position() + bytes);
      added = ByteBuffer.allocate(room).put(added.flip());
    }
    added.putLong(trace.key.high()).putLong(trace.key.low()).putInt(trace.spans());
    trace.forEachSpan(
        (id, content) -> {
          added.putLong(id).putInt(content);
          put(trace.key, id, content);
        });
    addedSpans += trace.spans();
    if (added.position() >= FULL) {
      write();
    }
  }

  /** Stores what was added since the last call, and forgets what is too much. */
  void write() {
    if (addedSpans == 0) {
      return;
    }
    byte[] value = new byte[added.flip().remaining()];
    added.get(value).clear();
    store.put(key(nextNumber), value);
    hold(addedSpans);
    addedSpans = 0;
    nextNumber++;
    while (spans > most) {
      forget(slices.remove());
    }
  }

  private void hold(int count) {
    slices.add(new Slice(nextNumber, count));
    spans += count;
  }

  private void forget(Slice old) {
    byte[] value = store.get(key(old.number));
    if (value == null) {
      throw new IllegalStateException("the store has lost a slice of emitted spans");
    }
    read(
        value,
        (trace, id, content) -> {
          long hash = hash(trace, id);
          table.remove(hash, old.number);
          table.remove(hash(hash, content), old.number);
        });
    store.delete(key(old.number));
    spans -= old.spans;
  }

  private void put(TraceKey trace, long id, int content) {
    long hash = hash(trace, id);
    if (table.has(hash) && !table.has(hash, content)) {
      table.put(hash(hash, content), content, nextNumber);
    } else {
      table.put(hash, content, nextNumber);
    }
  }

  /** Gets each span of an entry. */
  private interface Visitor {
    void visit(TraceKey trace, long id, int content);
  }

  private static int read(byte[] value, Visitor visitor) {
    ByteBuffer in = ByteBuffer.wrap(value);
    int count = 0;
    while (in.hasRemaining()) {
      TraceKey trace = new TraceKey(in.getLong(), in.getLong());
      for (int left = in.getInt(); left > 0; left--) {
        visitor.visit(trace, in.getLong(), in.getInt());
        count++;
      }
    }
    return count;
  }

  private static long hash(TraceKey trace, long id) {
    return SeededHash.of(id + trace.hash());
  }

  private static long hash(long hash, int content) {
    return SeededHash.of(hash + content + 1);
  }

  private static byte[] key(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }
}
