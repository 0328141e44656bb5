package io.sluice.processors.traces;

import io.sluice.schemas.trace.SeededHash;

/**
 * What is remembered of closed traces, 16 bytes each and as much room again. Open addressing over
 * 64 bits of each trace id: that two of a million traces are taken for each other happens once in
 * some ten million times that long.
 */
final class ClosedTable {

  private static final int SMALLEST = 1024;

  private long[] hashes = new long[SMALLEST];
  private int[] slices = new int[SMALLEST];

  /** What is known of each, never 0. */
  private int[] marks = new int[SMALLEST];

  private int size;

  static long hash(TraceKey trace) {
    long hash = SeededHash.of(trace.low() + SeededHash.of(trace.high()));
    return hash == 0 ? 1 : hash;
  }

  int size() {
    return size;
  }

  /** What was put last for this trace, 0 when nothing is known. */
  int mark(long hash) {
    int slot = slotOf(hash);
    return hashes[slot] == hash ? marks[slot] : 0;
  }

  void put(long hash, int mark, long slice) {
    int slot = slotOf(hash);
    if (hashes[slot] != hash) {
      hashes[slot] = hash;
      size++;
    }
    slices[slot] = (int) slice;
    marks[slot] = mark;
    if (2 * size > hashes.length) {
      resize(2 * hashes.length);
    }
  }

  /**
   * Forgets a trace, unless it was put again in a later slice.
   *
   * @return whether it is forgotten now
   */
  boolean remove(long hash, long slice) {
    int slot = slotOf(hash);
    if (hashes[slot] != hash || slices[slot] != (int) slice) {
      return false;
    }
    size--;
    int mask = hashes.length - 1;
    int hole = slot;
    for (int next = hole + 1 & mask; hashes[next] != 0; next = next + 1 & mask) {
      int home = (int) hashes[next] & mask;
      if ((next - home & mask) >= (next - hole & mask)) {
        move(next, hole);
        hole = next;
      }
    }
    hashes[hole] = 0;
    if (8 * size < hashes.length && hashes.length > SMALLEST) {
      resize(hashes.length / 2);
    }
    return true;
  }

  private void move(int from, int to) {
    hashes[to] = hashes[from];
    slices[to] = slices[from];
    marks[to] = marks[from];
  }

  private void resize(int room) {
    long[] oldHashes = hashes;
    int[] oldSlices = slices;
    int[] oldMarks = marks;
    hashes = new long[room];
    slices = new int[room];
    marks = new int[room];
    for (int i = 0; i < oldHashes.length; i++) {
      if (oldHashes[i] != 0) {
        int slot = slotOf(oldHashes[i]);
        hashes[slot] = oldHashes[i];
        slices[slot] = oldSlices[i];
        marks[slot] = oldMarks[i];
      }
    }
  }

  private int slotOf(long hash) {
    int mask = hashes.length - 1;
    int slot = (int) hash & mask;
    while (hashes[slot] != 0 && hashes[slot] != hash) {
      slot = slot + 1 & mask;
    }
    return slot;
  }
}
