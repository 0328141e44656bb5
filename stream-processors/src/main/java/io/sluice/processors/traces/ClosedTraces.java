package io.sluice.processors.traces;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * Remembers for a while which traces were emitted, and in how many versions. What was closed
 * together is written together, as one slice, and forgotten together: a trace costs its id and not
 * a record of its own.
 *
 * <p>A slice also says up to which position the spans of each trace were emitted, so that after a
 * restart the spans in a batch that others still need are not emitted again. A slice is therefore
 * deleted when it is forgotten <em>and</em> no batch before it is left; until then it is marked.
 * The newest stays: it knows the time.
 */
final class ClosedTraces {

  private static final int HEADER_BYTES = 2 * Long.BYTES;
  private static final int ENTRY_BYTES = TraceKey.BYTES + Integer.BYTES + Long.BYTES;

  /** Very many may be closed at once: a slice must not be more than a record takes. */
  private static final int FULL = 1 << 20;

  private static final int ENDING_BITS = 2;

  private record Slice(long number, long closedAtMillis, long position, int traces) {}

  private final KeyValueStore<byte[], byte[]> store;
  private final Duration remember;
  private final int most;
  private final SliceTable table = new SliceTable();
  private final Deque<Slice> remembered = new ArrayDeque<>();
  private final Deque<Slice> forgotten = new ArrayDeque<>();

  /**
   * Slices that say of a batch that is still needed what of it was emitted, and perhaps some more.
   */
  private final Deque<Slice> sinceOldest = new ArrayDeque<>();

  private long tracesSinceOldest;

  /** Those before {@link #nextNumber} that are still to be written. */
  private final List<ByteBuffer> full = new ArrayList<>();

  private ByteBuffer slice = emptySlice();
  private long nextNumber = 1;

  /**
   * @param most how many traces to remember; above it the oldest are forgotten early
   */
  ClosedTraces(KeyValueStore<byte[], byte[]> store, Duration remember, int most) {
    this.store = store;
    this.remember = remember;
    this.most = most;
  }

  /**
   * Reads what was stored, before anything else is asked.
   *
   * @param oldestPosition of a batch that is still needed
   * @return up to which position the spans of traces were emitted, where batches still hold such
   */
  EmittedUpTo restore(OptionalLong oldestPosition) {
    EmittedUpTo emitted = new EmittedUpTo();
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<byte[], byte[]> entry = all.next();
        Slice read = sliceOf(entry);
        boolean matters = oldestPosition.isPresent() && read.position > oldestPosition.getAsLong();
        boolean isForgotten = isMarked(entry.value);
        ByteBuffer entries = ByteBuffer.wrap(entry.value).position(HEADER_BYTES);
        while (entries.hasRemaining()) {
          TraceKey trace = new TraceKey(entries.getLong(), entries.getLong());
          int mark = entries.getInt();
          long upTo = entries.getLong();
          if (!isForgotten) {
            table.put(trace.hash(), mark, read.number);
          }
          if (matters) {
            emitted.put(trace, upTo);
          }
        }
        (isForgotten ? forgotten : remembered).add(read);
        noteForBatches(read);
        nextNumber = read.number + 1;
      }
    }
    return emitted;
  }

  /** The last version emitted, 0 for a trace that is new (or forgotten). */
  int version(TraceKey trace) {
    return table.value(trace.hash()) >>> ENDING_BITS;
  }

  /** How the last version ended. */
  Ending ending(TraceKey trace) {
    return Ending.of(table.value(trace.hash()) & (1 << ENDING_BITS) - 1);
  }

  /**
   * Remembers a trace. {@link #write} must follow in the same transaction.
   *
   * @param upTo position after the last span that was emitted
   */
  void add(TraceKey trace, int version, Ending ending, long upTo) {
    add(trace, version << ENDING_BITS | ending.code, upTo);
  }

  private void add(TraceKey trace, int mark, long upTo) {
    if (slice.remaining() < ENTRY_BYTES) {
      slice = ByteBuffer.allocate(2 * slice.capacity()).put(slice.flip());
    }
    slice.putLong(trace.high()).putLong(trace.low()).putInt(mark).putLong(upTo);
    table.put(trace.hash(), mark, nextNumber);
    if (slice.position() >= FULL) {
      endSlice();
    }
  }

  private void endSlice() {
    full.add(slice);
    slice = emptySlice();
    nextNumber++;
  }

  private static ByteBuffer emptySlice() {
    return ByteBuffer.allocate(HEADER_BYTES + 64 * ENTRY_BYTES).position(HEADER_BYTES);
  }

  /**
   * Stores what was added since the last call.
   *
   * @param position after the last span that came
   */
  void write(long nowMillis, long position) {
    if (slice.position() > HEADER_BYTES) {
      endSlice();
    }
    long number = nextNumber - full.size();
    for (ByteBuffer each : full) {
      write(number, each, nowMillis, position);
      number++;
    }
    full.clear();
  }

  private void write(long number, ByteBuffer entries, long nowMillis, long position) {
    entries.putLong(0, nowMillis).putLong(Long.BYTES, position).flip();
    byte[] value = new byte[entries.remaining()];
    entries.get(value);
    store.put(key(number), value);
    Slice written =
        new Slice(number, nowMillis, position, (value.length - HEADER_BYTES) / ENTRY_BYTES);
    remembered.add(written);
    noteForBatches(written);
  }

  /**
   * How many traces were closed since a batch came: a restart keeps them in mind while it reads the
   * batches.
   *
   * @param oldestPosition of the batch; only grows
   */
  long since(OptionalLong oldestPosition) {
    long oldest = oldestPosition.orElse(Long.MAX_VALUE);
    while (!sinceOldest.isEmpty() && sinceOldest.element().position <= oldest) {
      tracesSinceOldest -= sinceOldest.remove().traces;
    }
    return tracesSinceOldest;
  }

  private void noteForBatches(Slice slice) {
    sinceOldest.add(slice);
    tracesSinceOldest += slice.traces;
  }

  /** When traces were last closed. */
  OptionalLong lastTime() {
    Slice newest = newest();
    return newest == null ? OptionalLong.empty() : OptionalLong.of(newest.closedAtMillis);
  }

  /** The position when traces were last closed. */
  long lastPosition() {
    Slice newest = newest();
    return newest == null ? 0 : newest.position;
  }

  private @Nullable Slice newest() {
    return remembered.isEmpty() ? forgotten.peekLast() : remembered.peekLast();
  }

  /**
   * Forgets what is old, or too much. {@link #write} must follow in the same transaction.
   *
   * @param oldestPosition of a batch that is still needed
   * @param isOpen whether a trace is open again: it is remembered on, so that after a restart it is
   *     still the version that it is now
   */
  void sweep(long nowMillis, OptionalLong oldestPosition, Predicate<TraceKey> isOpen) {
    long oldest = nowMillis - remember.toMillis();
    long needed = oldestPosition.orElse(Long.MAX_VALUE);
    while (!remembered.isEmpty()
        && (remembered.element().closedAtMillis < oldest || table.size() > most)) {
      Slice old = remembered.remove();
      forget(old, isOpen, needed);
      forgotten.add(old);
    }
    while (!forgotten.isEmpty() && mayBeDeleted(forgotten.element(), needed)) {
      store.delete(key(forgotten.remove().number));
    }
  }

  private boolean mayBeDeleted(Slice slice, long neededPosition) {
    boolean isNewest = slice.number == nextNumber - 1;
    return slice.position <= neededPosition && !isNewest;
  }

  private void forget(Slice old, Predicate<TraceKey> isOpen, long neededPosition) {
    byte[] value = store.get(key(old.number));
    if (value == null) {
      throw new IllegalStateException("the store has lost a slice of closed traces");
    }
    ByteBuffer entries = ByteBuffer.wrap(value).position(HEADER_BYTES);
    while (entries.hasRemaining()) {
      TraceKey trace = new TraceKey(entries.getLong(), entries.getLong());
      int mark = entries.getInt();
      long upTo = entries.getLong();
      if (table.remove(trace.hash(), old.number) && isOpen.test(trace)) {
        add(trace, mark, upTo);
      }
    }
    if (!mayBeDeleted(old, neededPosition)) {
      store.put(key(old.number), marked(value));
    }
  }

  /** A time before 1970 says that the slice is forgotten and kept for old batches alone. */
  private static byte[] marked(byte[] value) {
    byte[] marked = value.clone();
    ByteBuffer.wrap(marked).putLong(0, ~ByteBuffer.wrap(value).getLong());
    return marked;
  }

  private static boolean isMarked(byte[] value) {
    return value[0] < 0;
  }

  private static Slice sliceOf(KeyValue<byte[], byte[]> entry) {
    ByteBuffer value = ByteBuffer.wrap(entry.value);
    long time = value.getLong();
    return new Slice(
        ByteBuffer.wrap(entry.key).getLong(),
        isMarked(entry.value) ? ~time : time,
        value.getLong(),
        value.remaining() / ENTRY_BYTES);
  }

  private static byte[] key(long number) {
    return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
  }
}
