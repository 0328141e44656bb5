package io.sluice.processors.sanitize;

/** Numbers in hexadecimal digits. */
final class Hex {

  private static final char[] DIGITS = "0123456789abcdef".toCharArray();

  private Hex() {}

  /** The number that stands here, or -1 when none does or the text ends before. */
  static int value(byte[] buf, int from, int end, int to) {
    if (end > to) {
      return -1;
    }
    int value = 0;
    for (int i = from; i < end; i++) {
      int digit = Character.digit(buf[i], 16);
      if (digit < 0) {
        return -1;
      }
      value = value << 4 | digit;
    }
    return value;
  }

  static char digit(int value) {
    return DIGITS[value & 0xf];
  }
}
