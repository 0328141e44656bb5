package io.sluice.processors.traces;

/**
 * Up to which position the spans of traces were emitted, while the batches of a partition are read
 * again: 16 bytes a trace and as much room again. Open addressing.
 */
final class EmittedUpTo {

  private static final int SMALLEST = 1024;

  private long[] hashes = new long[SMALLEST];
  private long[] positions = new long[SMALLEST];
  private int size;

  /** What was put last; 0 when nothing was. */
  long position(TraceKey trace) {
    long hash = trace.hash();
    int slot = slotOf(hash);
    return hashes[slot] == hash ? positions[slot] : 0;
  }

  void put(TraceKey trace, long position) {
    long hash = trace.hash();
    int slot = slotOf(hash);
    if (hashes[slot] != hash) {
      hashes[slot] = hash;
      size++;
    }
    positions[slot] = position;
    if (2 * size > hashes.length) {
      grow();
    }
  }

  private void grow() {
    long[] oldHashes = hashes;
    long[] oldPositions = positions;
    hashes = new long[2 * oldHashes.length];
    positions = new long[2 * oldHashes.length];
    for (int i = 0; i < oldHashes.length; i++) {
      if (oldHashes[i] != 0) {
        int slot = slotOf(oldHashes[i]);
        hashes[slot] = oldHashes[i];
        positions[slot] = oldPositions[i];
      }
    }
  }

  private int slotOf(long hash) {
    int mask = hashes.length - 1;
    int slot = (int) hash & mask;
    while (hashes[slot] != 0 && hashes[slot] != hash) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }
}
