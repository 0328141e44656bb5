package io.sluice.schemas.otlp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A range of a byte array, not copied. The array must not change while the slice is in use.
 *
 * @param array the bytes
 * @param start first byte of the range
 * @param end one after the last byte
 */
@SuppressWarnings("ArrayRecordComponent") // a view: identity of the array is the point
public record Slice(byte[] array, int start, int end) {

  private static final Slice EMPTY = new Slice(new byte[0], 0, 0);

  /** A slice without bytes. */
  public static Slice empty() {
    return EMPTY;
  }

  public static Slice of(byte[] array) {
    return new Slice(array, 0, array.length);
  }

  public int length() {
    return end - start;
  }

  public boolean isEmpty() {
    return start == end;
  }

  /** A copy of the range. */
  public byte[] toBytes() {
    return Arrays.copyOfRange(array, start, end);
  }

  /** The range as text; bytes that are not UTF-8 become U+FFFD. */
  public String utf8() {
    return new String(array, start, end - start, StandardCharsets.UTF_8);
  }

  public boolean contentEquals(Slice other) {
    return Arrays.equals(array, start, end, other.array, other.start, other.end);
  }

  public boolean contentEquals(byte[] other) {
    return Arrays.equals(array, start, end, other, 0, other.length);
  }

  /** A cursor over the range as one protobuf message. */
  public ProtoReader reader() {
    return new ProtoReader(array, start, end);
  }

  /** Length only: the content may be a secret. */
  @Override
  public String toString() {
    return "Slice[" + length() + " bytes]";
  }
}
