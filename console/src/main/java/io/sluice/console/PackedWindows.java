package io.sluice.console;

import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Windows as bytes, three to six each, since there are millions of them: in their order, each as
 * what differs from the one before.
 */
final class PackedWindows {

  private static final int FOLLOWS = 1; // it begins where the one before ends, and is as long
  private static final int INCOMPLETE = 2;
  private static final int INEXACT = 4;
  private static final int REVISED = 8;

  private byte[] bytes = new byte[512];
  private int size;
  private long end;
  private long length;

  void add(SloWindow window) {
    boolean follows = window.startNanos() == end && window.lengthNanos() == length;
    boolean revised = window.revision() != 0 || window.late() != 0;
    number(
        (follows ? FOLLOWS : 0)
            | (window.complete() ? 0 : INCOMPLETE)
            | (window.exact() ? 0 : INEXACT)
            | (revised ? REVISED : 0));
    if (!follows) {
      signed(window.startNanos() - end);
      signed(window.lengthNanos());
    }
    signed(window.total());
    signed(window.total() - window.good());
    if (revised) {
      signed(window.revision());
      signed(window.late());
    }
    end = window.endNanos();
    length = window.lengthNanos();
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, size);
  }

  static void forEach(byte[] packed, Consumer<SloWindow> consumer) {
    Reader reader = new Reader(packed);
    long end = 0;
    long length = 0;
    while (reader.at < packed.length) {
      long flags = reader.number();
      if ((flags & FOLLOWS) == 0) {
        end += reader.signed();
        length = reader.signed();
      }
      long total = reader.signed();
      long good = total - reader.signed();
      boolean revised = (flags & REVISED) != 0;
      int revision = revised ? (int) reader.signed() : 0;
      long late = revised ? reader.signed() : 0;
      consumer.accept(
          new SloWindow(
              end,
              length,
              good,
              total,
              revision,
              late,
              (flags & INCOMPLETE) == 0,
              (flags & INEXACT) == 0));
      end += length;
    }
  }

  private void signed(long value) {
    number((value << 1) ^ (value >> 63));
  }

  private void number(long value) {
    if (size + Long.BYTES + 2 > bytes.length) {
      bytes = Arrays.copyOf(bytes, 2 * bytes.length);
    }
    long left = value;
    while ((left & ~0x7FL) != 0) {
      bytes[size++] = (byte) ((left & 0x7F) | 0x80);
      left >>>= 7;
    }
    bytes[size++] = (byte) left;
  }

  private static final class Reader {
    private final byte[] packed;
    private int at;

    Reader(byte[] packed) {
      this.packed = packed;
    }

    long signed() {
      long number = number();
      return (number >>> 1) ^ -(number & 1);
    }

    long number() {
      long number = 0;
      for (int shift = 0; ; shift += 7) {
        byte next = packed[at++];
        number |= (next & 0x7FL) << shift;
        if (next >= 0) {
          return number;
        }
      }
    }
  }
}
