package io.sluice.processors.sanitize.logs;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Looks for line ends eight bytes at a time: every body is asked. */
final class Newlines {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH = 0x8080808080808080L;

  private Newlines() {}

  static boolean isIn(byte[] buf, int start, int end) {
    int i = start;
    for (; i <= end - Long.BYTES; i += Long.BYTES) {
      long bytes = (long) LONGS.get(buf, i) ^ ('\n' * ONES); // a line end is now a zero byte
      if (((bytes - ONES) & ~bytes & HIGH) != 0) {
        return true;
      }
    }
    for (; i < end; i++) {
      if (buf[i] == '\n') {
        return true;
      }
    }
    return false;
  }
}
