package io.sluice.schemas.otlp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.LongConsumer;

/** Writes protobuf fields into a buffer that grows. Not safe for use by several threads. */
public final class ProtoWriter {

  private final LongConsumer grown;
  private byte[] buf;
  private int size;

  public ProtoWriter(int capacity) {
    this(capacity, more -> {});
  }

  /**
   * @param grown is told how much memory the buffer takes more, before it is taken; may throw
   */
  public ProtoWriter(int capacity, LongConsumer grown) {
    int first = Math.max(16, capacity);
    grown.accept(first);
    this.grown = grown;
    buf = new byte[first];
  }

  public int size() {
    return size;
  }

  /** Forgets what was written and keeps the buffer. */
  public void reset() {
    size = 0;
  }

  /** Forgets what was written behind the first so many bytes, which has no open begin. */
  public void cut(int newSize) {
    size = Math.min(size, newSize);
  }

  public byte[] toBytes() {
    return Arrays.copyOf(buf, size);
  }

  /** What was written, not copied: valid until the next write or reset. */
  public Slice slice() {
    return new Slice(buf, 0, size);
  }

  /** Bytes as they are: whole fields copied from elsewhere. */
  public void raw(byte[] from, int start, int end) {
    int length = end - start;
    reserve(length);
    System.arraycopy(from, start, buf, size, length);
    size += length;
  }

  public void raw(int b) {
    reserve(1);
    buf[size++] = (byte) b;
  }

  public void raw(Slice slice) {
    raw(slice.array(), slice.start(), slice.end());
  }

  public void bytes(int field, Slice payload) {
    bytes(field, payload.array(), payload.start(), payload.end());
  }

  public void bytes(int field, byte[] from, int start, int end) {
    tag(field, ProtoReader.LEN);
    rawVarint(end - start);
    raw(from, start, end);
  }

  /**
   * Begins a message, or text of unknown length, that is written in place.
   *
   * @return what {@link #end} must be given
   */
  public int begin(int field) {
    tag(field, ProtoReader.LEN);
    reserve(1);
    return ++size;
  }

  /** Ends what began there, the one that began last first, and writes its length before it. */
  public void end(int start) {
    int length = size - start;
    int more = varintSize(length) - 1;
    if (more > 0) {
      reserve(more);
      System.arraycopy(buf, start, buf, start + more, length);
    }
    size = start - 1;
    rawVarint(length);
    size += length;
  }

  public void utf8(int field, String text) {
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    bytes(field, encoded, 0, encoded.length);
  }

  public void varint(int field, long value) {
    tag(field, ProtoReader.VARINT);
    rawVarint(value);
  }

  public void fixed64(int field, long value) {
    tag(field, ProtoReader.FIXED64);
    reserve(8);
    for (int i = 0; i < 8; i++) {
      buf[size++] = (byte) (value >>> (8 * i));
    }
  }

  public void fixed32(int field, int value) {
    tag(field, ProtoReader.FIXED32);
    reserve(4);
    for (int i = 0; i < 4; i++) {
      buf[size++] = (byte) (value >>> (8 * i));
    }
  }

  public void tag(int field, int wireType) {
    rawVarint(((long) field << 3) | wireType);
  }

  public void rawVarint(long value) {
    reserve(10);
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      buf[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    buf[size++] = (byte) rest;
  }

  /** How many bytes a varint takes. */
  public static int varintSize(long value) {
    return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
  }

  private void reserve(int more) {
    if (buf.length - size < more) {
      long doubled = Math.min(2L * buf.length, Integer.MAX_VALUE - 8);
      int larger = Math.max((int) doubled, Math.addExact(size, more));
      grown.accept(larger - buf.length);
      buf = Arrays.copyOf(buf, larger);
    }
  }
}
