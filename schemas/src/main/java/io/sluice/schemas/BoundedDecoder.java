package io.sluice.schemas;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.avro.AvroTypeException;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;
import org.jspecify.annotations.Nullable;

/**
 * Avro's binary encoding from an array, believing no length that the array cannot hold. Avro's own
 * decoder allocates what a length says before it reads, so that five bytes could cost two
 * gigabytes.
 *
 * @see <a href="https://avro.apache.org/docs/1.12.0/specification/#binary-encoding">Avro
 *     specification, binary encoding</a>
 */
final class BoundedDecoder extends Decoder {

  private final byte[] bytes;
  private int position;

  BoundedDecoder(byte[] bytes, int start) {
    this.bytes = bytes;
    this.position = start;
  }

  @Override
  public int remainingBytes() {
    return bytes.length - position;
  }

  /** Moves over what is there and returns where it began. */
  private int take(long length) throws EOFException {
    if (length < 0 || length > remainingBytes()) {
      throw new EOFException("a value reaches over the end");
    }
    int start = position;
    position += (int) length;
    return start;
  }

  @Override
  public void readNull() {}

  @Override
  public boolean readBoolean() throws IOException {
    return bytes[take(1)] != 0;
  }

  @Override
  public int readInt() throws IOException {
    long value = readLong();
    if (value != (int) value) {
      throw new AvroTypeException("an int is out of its range");
    }
    return (int) value;
  }

  @Override
  public long readLong() throws IOException {
    long zigzag = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      byte b = bytes[take(1)];
      zigzag |= shift < 64 ? (b & 0x7fL) << shift : 0;
      if (b >= 0) {
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
    }
    throw new AvroTypeException("a number is longer than 10 bytes");
  }

  @Override
  public float readFloat() throws IOException {
    return Float.intBitsToFloat((int) littleEndian(Float.BYTES));
  }

  @Override
  public double readDouble() throws IOException {
    return Double.longBitsToDouble(littleEndian(Double.BYTES));
  }

  private long littleEndian(int width) throws IOException {
    int start = take(width);
    long value = 0;
    for (int i = 0; i < width; i++) {
      value |= (bytes[start + i] & 0xffL) << (8 * i);
    }
    return value;
  }

  @Override
  public Utf8 readString(@Nullable Utf8 old) throws IOException {
    return new Utf8(readString());
  }

  @Override
  public String readString() throws IOException {
    int length = length();
    return new String(bytes, take(length), length, StandardCharsets.UTF_8);
  }

  @Override
  public void skipString() throws IOException {
    take(length());
  }

  @Override
  public ByteBuffer readBytes(@Nullable ByteBuffer old) throws IOException {
    int start = take(length());
    return ByteBuffer.wrap(Arrays.copyOfRange(bytes, start, position));
  }

  @Override
  public void skipBytes() throws IOException {
    take(length());
  }

  @Override
  public void readFixed(byte[] into, int start, int length) throws IOException {
    System.arraycopy(bytes, take(length), into, start, length);
  }

  @Override
  public void skipFixed(int length) throws IOException {
    take(length);
  }

  @Override
  public int readEnum() throws IOException {
    return readInt();
  }

  @Override
  public int readIndex() throws IOException {
    return readInt();
  }

  private int length() throws IOException {
    long length = readLong();
    if (length < 0 || length > remainingBytes()) {
      throw new EOFException("a length reaches over the end");
    }
    return (int) length;
  }

  @Override
  public long readArrayStart() throws IOException {
    return block();
  }

  @Override
  public long arrayNext() throws IOException {
    return block();
  }

  @Override
  public long readMapStart() throws IOException {
    return block();
  }

  @Override
  public long mapNext() throws IOException {
    return block();
  }

  /** Items in the next block. Every item of ours takes a byte at least. */
  private long block() throws IOException {
    long count = readLong();
    if (count < 0) {
      count = -count;
      length(); // the block's size in bytes, for those who skip
    }
    if (count < 0 || count > remainingBytes()) {
      throw new EOFException("more items are announced than there are bytes");
    }
    return count;
  }

  @Override
  public long skipArray() throws IOException {
    return skipSizedBlocks();
  }

  @Override
  public long skipMap() throws IOException {
    return skipSizedBlocks();
  }

  /** Passes over blocks that say their size; returns the items of the first that does not. */
  private long skipSizedBlocks() throws IOException {
    long count = readLong();
    while (count < 0) {
      take(length());
      count = readLong();
    }
    if (count > remainingBytes()) {
      throw new EOFException("more items are announced than there are bytes");
    }
    return count;
  }
}
