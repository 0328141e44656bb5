package io.sluice.processors.spanmetrics;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/**
 * What is known of traces that may go on, in a changelogged store: those with sides of calls that
 * wait, and those of which none waits any more, but a later record may have the other side of a
 * call of theirs.
 */
final class PendingCalls {

  /** So many traces wait; then the oldest have to stop. And so many others are remembered. */
  static final int MAX_TRACES = 50_000;

  private static final int LAYOUT = 1;
  private static final int WAITS = 1;

  private record Kept(ByteBuffer trace, boolean waits, long sinceMillis) {}

  private final KeyValueStore<byte[], byte[]> store;
  private final Duration wait;
  private final Duration memory;
  private final Packer out = new Packer();

  /** Since when each trace waits, the longest first. */
  private final Map<ByteBuffer, Long> waiting = new LinkedHashMap<>();

  /** Since when each of the others is remembered, the longest first. */
  private final Map<ByteBuffer, Long> remembered = new LinkedHashMap<>();

  /**
   * Begins with what is stored. What waits goes on for as long as at the beginning: what it waits
   * for may have been in the topic all the time that nobody read it.
   *
   * @param wait how long a trace waits for its next record
   * @param memory how long one is remembered that does not wait
   */
  PendingCalls(
      KeyValueStore<byte[], byte[]> store, Duration wait, Duration memory, long nowMillis) {
    this.store = store;
    this.wait = wait;
    this.memory = memory;
    List<Kept> kept = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<byte[], byte[]> entry = all.next();
        Unpacker in = read(entry.value);
        kept.add(new Kept(ByteBuffer.wrap(entry.key), in.number() == WAITS, in.number()));
      }
    }
    kept.sort(Comparator.comparingLong(Kept::sinceMillis));
    for (Kept each : kept) {
      (each.waits ? waiting : remembered)
          .put(each.trace, each.waits ? nowMillis : each.sinceMillis);
    }
  }

  /** What is known of the trace; it is forgotten here, to be put again. */
  EarlierSpans take(byte[] traceId) {
    ByteBuffer trace = ByteBuffer.wrap(traceId);
    boolean known = waiting.remove(trace) != null || remembered.remove(trace) != null;
    byte[] kept = known ? store.get(traceId) : null;
    if (kept == null) {
      return EarlierSpans.NONE;
    }
    Unpacker in = read(kept);
    in.number();
    in.number();
    return EarlierSpans.unpack(in);
  }

  /** Keeps what is known of a trace that was taken, or that there was none of. */
  void put(byte[] traceId, EarlierSpans spans, long nowMillis) {
    boolean waits = spans.isWaiting();
    spans.pack(out.reset().number(LAYOUT).number(waits ? WAITS : 0).number(nowMillis));
    store.put(traceId, out.toBytes());
    (waits ? waiting : remembered).put(ByteBuffer.wrap(traceId), nowMillis);
  }

  /** A trace whose wait is over, or that has to stop; null when there is none. */
  byte @Nullable [] due(long nowMillis) {
    return first(waiting, nowMillis - wait.toMillis());
  }

  /** Forgets what was remembered long enough. */
  void forget(long nowMillis) {
    long before = nowMillis - memory.toMillis();
    for (byte[] trace = first(remembered, before);
        trace != null;
        trace = first(remembered, before)) {
      remembered.remove(ByteBuffer.wrap(trace));
      store.delete(trace);
    }
  }

  private static byte @Nullable [] first(Map<ByteBuffer, Long> traces, long untilMillis) {
    if (traces.isEmpty()) {
      return null;
    }
    Map.Entry<ByteBuffer, Long> first = traces.entrySet().iterator().next();
    boolean over = first.getValue() <= untilMillis || traces.size() > MAX_TRACES;
    return over ? first.getKey().array() : null;
  }

  private static Unpacker read(byte[] packed) {
    return Layout.read(packed, LAYOUT, SpanMetricsTopology.PENDING_CALLS);
  }
}
