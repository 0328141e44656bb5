package io.sluice.processors.spanmetrics;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes the compact form of partials and states; {@link Unpacker} reads it. Reusable. */
final class Packer {

  private static final double MAX_WHOLE = 1L << 52;

  private byte[] buf = new byte[1024];
  private int size;

  Packer reset() {
    size = 0;
    return this;
  }

  int size() {
    return size;
  }

  /** What was written, valid until more is. */
  byte[] array() {
    return buf;
  }

  byte[] toBytes() {
    return Arrays.copyOf(buf, size);
  }

  Packer raw(byte[] from, int start, int end) {
    reserve(end - start);
    System.arraycopy(from, start, buf, size, end - start);
    size += end - start;
    return this;
  }

  /** Bytes with their number before them. */
  Packer bytes(byte[] from, int start, int end) {
    return number(end - start).raw(from, start, end);
  }

  Packer bytes(byte[] from) {
    return bytes(from, 0, from.length);
  }

  Packer text(String text) {
    return bytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A number that is not negative, in as few bytes as it needs. */
  Packer number(long value) {
    reserve(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      buf[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    buf[size++] = (byte) rest;
    return this;
  }

  Packer signed(long value) {
    return number(value << 1 ^ value >> 63);
  }

  /** An amount, most often a whole one. */
  Packer amount(double value) {
    if (value >= 0 && value < MAX_WHOLE && value == Math.rint(value)) {
      return number((long) value << 1);
    }
    return number(1).real(value);
  }

  Packer real(double value) {
    return fixed(Double.doubleToLongBits(value));
  }

  /** A number that takes eight bytes whatever it is. */
  Packer fixed(long bits) {
    reserve(Long.BYTES);
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      buf[size++] = (byte) (bits >>> shift);
    }
    return this;
  }

  private void reserve(int more) {
    if (buf.length - size < more) {
      buf = Arrays.copyOf(buf, Math.max(buf.length * 2, size + more));
    }
  }
}
