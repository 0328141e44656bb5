package io.sluice.processors.sanitize;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Short texts that were looked at and of which nothing but the text decided that nothing is in
 * them: keys, names and levels come again in each record, and need no second look. A text that was
 * forgotten costs a look, never a wrong answer, since all bytes are compared. Not safe for use by
 * several threads.
 */
final class SeenTexts {

  /** Longer texts are mostly new ones. */
  static final int LONGEST = 48;

  private static final int SLOTS = 2048; // about 100 KB, so that they stay in the processor's cache
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long MIX = 0x9e3779b97f4a7c15L;

  private final byte[] texts = new byte[SLOTS * LONGEST];

  /** Of each slot the text's hash with its length in the lowest byte; 0 where there is none. */
  private final long[] marks = new long[SLOTS];

  boolean contains(byte[] buf, int start, int end) {
    int length = end - start;
    if (length > LONGEST || length == 0) {
      return false;
    }
    long mark = mark(buf, start, end);
    int slot = slot(mark);
    int stored = slot * LONGEST;
    return marks[slot] == mark && Arrays.equals(texts, stored, stored + length, buf, start, end);
  }

  /** Takes the place of another text with the same slot. */
  void add(byte[] buf, int start, int end) {
    int length = end - start;
    if (length > LONGEST || length == 0) {
      return;
    }
    long mark = mark(buf, start, end);
    int slot = slot(mark);
    marks[slot] = mark;
    System.arraycopy(buf, start, texts, slot * LONGEST, length);
  }

  private static long mark(byte[] buf, int start, int end) {
    long hash = 0;
    int i = start;
    for (; i <= end - Long.BYTES; i += Long.BYTES) {
      hash = mixed(hash ^ (long) LONGS.get(buf, i));
    }
    long rest = 0;
    for (; i < end; i++) {
      rest = rest << Byte.SIZE | (buf[i] & 0xff);
    }
    return (mixed(hash ^ rest) & ~0xffL) | (end - start);
  }

  private static long mixed(long bits) {
    long product = bits * MIX;
    return product ^ product >>> 32;
  }

  private static int slot(long mark) {
    return (int) (mark >>> 20) & (SLOTS - 1);
  }
}
