package io.sluice.processors.spanmetrics;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what a {@link Packer} wrote.
 *
 * <p>Bytes that none wrote are refused with {@link InvalidInputException} and never read beyond
 * their end.
 */
final class Unpacker {

  private final byte[] buf;
  private final int end;
  private int pos;

  Unpacker(byte[] buf) {
    this(buf, 0, buf.length);
  }

  Unpacker(byte[] buf, int start, int end) {
    this.buf = buf;
    this.pos = start;
    this.end = end;
  }

  byte[] array() {
    return buf;
  }

  int position() {
    return pos;
  }

  boolean atEnd() {
    return pos == end;
  }

  /** Passes over so many bytes and says where they began. */
  int skip(int length) {
    if (length < 0 || length > end - pos) {
      throw malformed("ends early");
    }
    int start = pos;
    pos += length;
    return start;
  }

  byte[] raw(int length) {
    int start = skip(length);
    return Arrays.copyOfRange(buf, start, pos);
  }

  byte[] bytes() {
    return raw(length());
  }

  String text() {
    int length = length();
    return new String(buf, skip(length), length, StandardCharsets.UTF_8);
  }

  /** How many bytes or things follow: never more than there are bytes. */
  int length() {
    long length = number();
    if (length < 0 || length > end - pos) {
      throw malformed("announces more than it has");
    }
    return (int) length;
  }

  long number() {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (pos == end) {
        throw malformed("ends early");
      }
      byte b = buf[pos++];
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw malformed("has a number that is too long");
  }

  long signed() {
    long value = number();
    return value >>> 1 ^ -(value & 1);
  }

  double amount() {
    long whole = number();
    return (whole & 1) == 0 ? whole >>> 1 : real();
  }

  double real() {
    return Double.longBitsToDouble(fixed());
  }

  long fixed() {
    int start = skip(Long.BYTES);
    long bits = 0;
    for (int i = Long.BYTES - 1; i >= 0; i--) {
      bits = bits << Byte.SIZE | (buf[start + i] & 0xff);
    }
    return bits;
  }

  private static InvalidInputException malformed(String what) {
    return new InvalidInputException(
        Reason.MALFORMED, "a record of partial metrics or their state " + what);
  }
}
