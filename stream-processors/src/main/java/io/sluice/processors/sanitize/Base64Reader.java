package io.sluice.processors.sanitize;

/** Base64 read byte by byte, nothing allocated: both alphabets, padding or none. */
final class Base64Reader {

  /** Nothing more comes. */
  static final int END = -1;

  /** Here stands what is no base64. */
  static final int BAD = -2;

  private static final int BITS = 6;

  private final byte[] buf;
  private final int end;
  private int at;
  private int bits;
  private int count;

  Base64Reader(byte[] buf, int start, int end) {
    this.buf = buf;
    this.at = start;
    int limit = end;
    while (limit > start && buf[limit - 1] == '=') {
      limit--;
    }
    this.end = limit;
  }

  /** The next byte, {@link #END} or {@link #BAD}. */
  int next() {
    while (count < Byte.SIZE) {
      if (at == end) {
        return END;
      }
      int value = value(buf[at++]);
      if (value < 0) {
        return BAD;
      }
      bits = (bits << BITS | value) & 0x3fff;
      count += BITS;
    }
    count -= Byte.SIZE;
    return bits >> count & 0xff;
  }

  private static int value(byte b) {
    if (Ascii.isUpper(b)) {
      return b - 'A';
    }
    if (Ascii.isLower(b)) {
      return b - 'a' + 26;
    }
    if (Ascii.isDigit(b)) {
      return b - '0' + 52;
    }
    return switch (b) {
      case '+', '-' -> 62;
      case '/', '_' -> 63;
      default -> -1;
    };
  }
}
