package io.sluice.processors.traces;

/**
 * Hashes of 64 bits with a value and the number of the slice that each was put with last, 16 bytes
 * each and as much room again. Open addressing. That two of a million hashes are taken for each
 * other happens once in some ten million times that long.
 */
final class SliceTable {

  private static final int SMALLEST = 1024;

  private long[] hashes = new long[SMALLEST];

  /** The last 32 bits of the number. */
  private int[] slices = new int[SMALLEST];

  private int[] values = new int[SMALLEST];
  private int size;

  int size() {
    return size;
  }

  boolean has(long hash) {
    long wanted = wanted(hash);
    return hashes[slotOf(wanted)] == wanted;
  }

  /** Whether it was put last with this value. */
  boolean has(long hash, int value) {
    long wanted = wanted(hash);
    int slot = slotOf(wanted);
    return hashes[slot] == wanted && values[slot] == value;
  }

  /** The value that it was put with last, 0 when it is not there. */
  int value(long hash) {
    long wanted = wanted(hash);
    int slot = slotOf(wanted);
    return hashes[slot] == wanted ? values[slot] : 0;
  }

  void put(long hash, int value, long slice) {
    long wanted = wanted(hash);
    int slot = slotOf(wanted);
    if (hashes[slot] != wanted) {
      hashes[slot] = wanted;
      size++;
    }
    set(slot, value, (int) slice);
    if (2 * size > hashes.length) {
      resize(2 * hashes.length);
    }
  }

  /**
   * Forgets a hash, unless it was put again with a later slice.
   *
   * @return whether it is forgotten now
   */
  boolean remove(long hash, long slice) {
    long wanted = wanted(hash);
    int slot = slotOf(wanted);
    if (hashes[slot] != wanted || slices[slot] != (int) slice) {
      return false;
    }
    size--;
    int mask = hashes.length - 1;
    int hole = slot;
    for (int next = (hole + 1) & mask; hashes[next] != 0; next = (next + 1) & mask) {
      int home = (int) hashes[next] & mask;
      if (((next - home) & mask) >= ((next - hole) & mask)) {
        hashes[hole] = hashes[next];
        set(hole, values[next], slices[next]);
        hole = next;
      }
    }
    hashes[hole] = 0;
    if (8 * size < hashes.length && hashes.length > SMALLEST) {
      resize(hashes.length / 2);
    }
    return true;
  }

  private void set(int slot, int value, int slice) {
    values[slot] = value;
    slices[slot] = slice;
  }

  /** 0 marks a free slot. */
  private static long wanted(long hash) {
    return hash == 0 ? 1 : hash;
  }

  private void resize(int room) {
    long[] oldHashes = hashes;
    int[] oldSlices = slices;
    int[] oldValues = values;
    hashes = new long[room];
    slices = new int[room];
    values = new int[room];
    for (int i = 0; i < oldHashes.length; i++) {
      if (oldHashes[i] != 0) {
        int slot = slotOf(oldHashes[i]);
        hashes[slot] = oldHashes[i];
        set(slot, oldValues[i], oldSlices[i]);
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
