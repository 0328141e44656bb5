package io.sluice.processors.spanmetrics;

import java.nio.ByteBuffer;
import org.apache.kafka.streams.state.KeyValueStore;

/**
 * The records of partials that were added up in memory and are not yet in the states of the series:
 * what a crash would lose otherwise. One write for each record, where the states would take one for
 * each series. Slots are used again after each cut, so that nothing is ever deleted and the
 * changelog stays small.
 */
final class PartialsJournal {

  /** Gets each record again, in its order. */
  @FunctionalInterface
  interface Replay {
    void add(String service, byte[] record, long arrivalMillis);
  }

  private static final int LAYOUT = 1;
  private static final byte[] EPOCH = {};

  private final KeyValueStore<byte[], byte[]> store;
  private final Packer out = new Packer();
  private long epoch;
  private int slots;
  private long bytes;

  PartialsJournal(KeyValueStore<byte[], byte[]> store) {
    this.store = store;
    byte[] kept = store.get(EPOCH);
    epoch = kept == null ? 0 : read(kept).number();
  }

  /** Gives again what is not in the states. Called before the first record. */
  void replay(Replay replay) {
    while (true) {
      byte[] kept = store.get(key(slots));
      Unpacker in = kept == null ? null : read(kept);
      if (in == null || in.number() != epoch) {
        return;
      }
      long arrivalMillis = in.number();
      replay.add(in.text(), in.bytes(), arrivalMillis);
      slots++;
      bytes += in.array().length;
    }
  }

  void append(byte[] service, byte[] record, long arrivalMillis) {
    out.reset().number(LAYOUT).number(epoch).number(arrivalMillis).bytes(service).bytes(record);
    store.put(key(slots), out.toBytes());
    slots++;
    bytes += out.size();
  }

  /** The states have everything now. */
  void cut() {
    if (slots > 0) {
      epoch++;
      store.put(EPOCH, new Packer().number(LAYOUT).number(epoch).toBytes());
      slots = 0;
      bytes = 0;
    }
  }

  int records() {
    return slots;
  }

  long bytes() {
    return bytes;
  }

  private static Unpacker read(byte[] packed) {
    return Layout.read(packed, LAYOUT, SpanMetricsTopology.JOURNAL);
  }

  private static byte[] key(int slot) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(slot).array();
  }
}
