package io.sluice.processors.sanitize;

import java.util.BitSet;
import java.util.List;

/** Some bytes in a row, of each the set that it is in. Immutable. */
final class ByteSets {

  private static final int LONGS = 4;

  private final long[] sets;
  private final long[] any = new long[LONGS];
  private final int length;

  ByteSets(List<BitSet> bytes) {
    length = bytes.size();
    sets = new long[length * LONGS];
    for (int i = 0; i < length; i++) {
      long[] longs = bytes.get(i).toLongArray();
      System.arraycopy(longs, 0, sets, i * LONGS, longs.length);
      for (int j = 0; j < longs.length; j++) {
        any[j] |= longs[j];
      }
    }
  }

  int length() {
    return length;
  }

  /** Whether such bytes stand here. */
  boolean standAt(byte[] buf, int from, int to, int at) {
    if (at < from || at + length > to) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (!contains(sets, i * LONGS, buf[at + i])) {
        return false;
      }
    }
    return true;
  }

  /** Whether such bytes stand in this range. */
  boolean standIn(byte[] buf, int from, int to) {
    int at = from;
    while (at + length <= to) {
      int i = length - 1;
      while (i >= 0 && contains(sets, i * LONGS, buf[at + i])) {
        i--;
      }
      if (i < 0) {
        return true;
      }
      // Where a byte stands that none has, none of those before it can begin.
      at += contains(any, 0, buf[at + i]) ? 1 : i + 1;
    }
    return false;
  }

  private static boolean contains(long[] sets, int set, byte b) {
    return (sets[set + ((b & 0xff) >>> 6)] >>> b & 1) != 0;
  }

  /** How few texts have such bytes, in bits. */
  static double rarity(List<BitSet> bytes) {
    double bits = 0;
    for (BitSet set : bytes) {
      bits += Byte.SIZE - Math.log(Math.max(1, set.cardinality())) / Math.log(2);
    }
    return bits;
  }
}
