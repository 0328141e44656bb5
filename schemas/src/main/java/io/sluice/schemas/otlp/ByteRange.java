package io.sluice.schemas.otlp;

/**
 * A range of a byte array that is moved on rather than made anew: for walks that touch every field
 * of a request and must not allocate. Valid only until the walk goes on; {@link #slice} keeps it.
 */
public final class ByteRange {

  private byte[] array = {};
  private int start;
  private int end;

  /** Points at another range. */
  public ByteRange set(byte[] newArray, int newStart, int newEnd) {
    array = newArray;
    start = newStart;
    end = newEnd;
    return this;
  }

  public byte[] array() {
    return array;
  }

  public int start() {
    return start;
  }

  /** One after the last byte. */
  public int end() {
    return end;
  }

  public boolean isEmpty() {
    return start == end;
  }

  /** The range as a value of its own; the bytes are not copied. */
  public Slice slice() {
    return new Slice(array, start, end);
  }

  /** Length only: the content may be a secret. */
  @Override
  public String toString() {
    return "ByteRange[" + (end - start) + " bytes]";
  }
}
