package io.sluice.alerts;

import io.sluice.processor.StepContext;
import io.sluice.schemas.Backfill;
import io.sluice.schemas.SliWindow;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.BiConsumer;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * Which definition of each SLO the windows are of, and how far its backfill is. A window of a newer
 * definition begins anew; those of older ones hold no more.
 */
final class Generations {

  /** Of an SLO that never had a backfill. */
  private static final State FIRST = new State(0, Backfill.NONE, Long.MIN_VALUE);

  /**
   * How an SLO stands.
   *
   * @param backfill NONE; READING, when it is known since its new definition held; or SENDING, when
   *     its history is known up to somewhere
   * @param historyNanos begin of the newest window of the history: they come in their order, so an
   *     older one was there already
   */
  record State(long generation, Backfill backfill, long historyNanos) {

    /** After a window. */
    State with(SliWindow window) {
      long newGeneration = window.getGeneration();
      if (window.getBackfill() != Backfill.HISTORY) {
        long history = newGeneration == generation ? historyNanos : Long.MIN_VALUE;
        return new State(newGeneration, window.getBackfill(), history);
      }
      long start = window.getStartTimeUnixNano();
      return newGeneration > generation
          ? new State(newGeneration, Backfill.SENDING, start)
          : new State(generation, Backfill.SENDING, Math.max(start, historyNanos));
    }

    /** Whether it is a window of the history that has not come before. */
    boolean isNext(SliWindow window) {
      return window.getBackfill() == Backfill.HISTORY
          && window.getRevision() == 0
          && (window.getGeneration() > generation || window.getStartTimeUnixNano() > historyNanos);
    }
  }

  private final KeyValueStore<byte[], byte[]> store;

  Generations(StepContext context) {
    store = context.store(AlertsTopology.GENERATIONS);
  }

  State of(String sloId) {
    byte[] stored = store.get(sloId.getBytes(StandardCharsets.UTF_8));
    return stored == null ? FIRST : state(stored);
  }

  void put(String sloId, State state) {
    byte[] backfill = state.backfill().name().getBytes(StandardCharsets.UTF_8);
    store.put(
        sloId.getBytes(StandardCharsets.UTF_8),
        ByteBuffer.allocate(2 * Long.BYTES + backfill.length)
            .putLong(state.generation())
            .putLong(state.historyNanos())
            .put(backfill)
            .array());
  }

  void forEach(BiConsumer<String, State> consumer) {
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      all.forEachRemaining(
          entry ->
              consumer.accept(new String(entry.key, StandardCharsets.UTF_8), state(entry.value)));
    }
  }

  private static State state(byte[] stored) {
    ByteBuffer bytes = ByteBuffer.wrap(stored);
    long generation = bytes.getLong();
    long history = bytes.getLong();
    String backfill = StandardCharsets.UTF_8.decode(bytes).toString();
    return new State(generation, Backfill.valueOf(backfill), history);
  }
}
