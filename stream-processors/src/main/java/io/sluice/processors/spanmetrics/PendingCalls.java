package io.sluice.processors.spanmetrics;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/** Sides of calls that wait for the other side, by trace, in a changelogged store. */
final class PendingCalls {

  /** So many traces wait; then the oldest have to stop. */
  static final int MAX_TRACES = 50_000;

  private final KeyValueStore<byte[], byte[]> store;
  private final Packer out = new Packer();

  /** Until when each trace waits, the earliest first. */
  private final Map<ByteBuffer, Long> deadlines = new LinkedHashMap<>();

  PendingCalls(KeyValueStore<byte[], byte[]> store) {
    this.store = store;
    List<Map.Entry<ByteBuffer, Long>> kept = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      all.forEachRemaining(
          entry ->
              kept.add(Map.entry(ByteBuffer.wrap(entry.key), new Unpacker(entry.value).number())));
    }
    kept.sort(Map.Entry.comparingByValue());
    kept.forEach(entry -> deadlines.put(entry.getKey(), entry.getValue()));
  }

  /** What waits for the trace; it waits no more. */
  List<CallSide> take(byte[] traceId) {
    if (deadlines.remove(ByteBuffer.wrap(traceId)) == null) {
      return List.of();
    }
    byte[] kept = store.delete(traceId);
    List<CallSide> sides = new ArrayList<>();
    if (kept != null) {
      Unpacker in = new Unpacker(kept);
      in.number();
      while (!in.atEnd()) {
        sides.add(CallSide.unpack(in));
      }
    }
    return sides;
  }

  /** Lets sides wait for a trace for which none does. */
  void put(byte[] traceId, List<CallSide> sides, long deadlineMillis) {
    out.reset().number(deadlineMillis);
    sides.forEach(side -> side.pack(out));
    store.put(traceId, out.toBytes());
    deadlines.put(ByteBuffer.wrap(traceId), deadlineMillis);
  }

  /** A trace whose wait is over, or that has to stop; null when there is none. */
  byte @Nullable [] due(long nowMillis) {
    if (deadlines.isEmpty()) {
      return null;
    }
    Map.Entry<ByteBuffer, Long> first = deadlines.entrySet().iterator().next();
    boolean over = first.getValue() <= nowMillis || deadlines.size() > MAX_TRACES;
    return over ? first.getKey().array() : null;
  }
}
