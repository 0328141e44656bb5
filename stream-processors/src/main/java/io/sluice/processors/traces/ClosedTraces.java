package io.sluice.processors.traces;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Remembers for a while which traces were emitted, and in how many versions. Forgets a few at a
 * time, so that a million of them never hold the stream up, and more when more are closed.
 */
final class ClosedTraces {

  private static final int SWEEP = 500;

  /** For each trace closed, so many are looked at: more than come, or the store only grows. */
  private static final int SWEEP_PER_CLOSED = 2;

  /** Before all traces. No trace has this id, so the time is kept here. */
  private static final byte[] BEGIN = new byte[TraceKey.BYTES];

  private static final long TIME_EVERY_MILLIS = 1000;

  private final KeyValueStore<byte[], byte[]> store;
  private final Duration remember;
  private byte[] sweepFrom = BEGIN;
  private int closedSinceSweep;
  private long timeKept;

  ClosedTraces(KeyValueStore<byte[], byte[]> store, Duration remember) {
    this.store = store;
    this.remember = remember;
  }

  /** The last version emitted, 0 for a trace that is new (or forgotten). */
  int version(TraceKey trace) {
    byte[] value = store.get(trace.toBytes());
    return value == null ? 0 : ByteBuffer.wrap(value, Long.BYTES, Integer.BYTES).getInt();
  }

  void put(TraceKey trace, int version, long nowMillis) {
    closedSinceSweep++;
    store.put(trace.toBytes(), value(nowMillis, version));
    if (nowMillis - timeKept >= TIME_EVERY_MILLIS) {
      store.put(BEGIN, value(nowMillis, 0));
      timeKept = nowMillis;
    }
  }

  /** When a trace was last closed, to about a second. */
  OptionalLong lastTime() {
    byte[] value = store.get(BEGIN);
    return value == null ? OptionalLong.empty() : OptionalLong.of(ByteBuffer.wrap(value).getLong());
  }

  private static byte[] value(long nowMillis, int version) {
    return ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
        .putLong(nowMillis)
        .putInt(version)
        .array();
  }

  /** Looks at the next few and forgets those that are old. */
  void sweep(long nowMillis) {
    int most = SWEEP + SWEEP_PER_CLOSED * closedSinceSweep;
    closedSinceSweep = 0;
    long oldest = nowMillis - remember.toMillis();
    List<byte[]> old = new ArrayList<>();
    byte[] last = null;
    int seen = 0;
    try (KeyValueIterator<byte[], byte[]> entries = store.range(sweepFrom, null)) {
      while (entries.hasNext() && seen < most) {
        KeyValue<byte[], byte[]> entry = entries.next();
        last = entry.key;
        seen++;
        if (ByteBuffer.wrap(entry.value).getLong() < oldest && !Arrays.equals(entry.key, BEGIN)) {
          old.add(entry.key);
        }
      }
    }
    old.forEach(store::delete);
    sweepFrom = seen < most || last == null ? BEGIN : last;
  }
}
