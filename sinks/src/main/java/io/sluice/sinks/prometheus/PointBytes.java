package io.sluice.sinks.prometheus;

import io.sluice.schemas.SeriesPoint;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.avro.SchemaNormalization;
import org.jspecify.annotations.Nullable;

/**
 * Records of {@code sluice.series} read in place. A record begins with what is the same in every
 * point of its series: the schema's fingerprint, name, help, type and labels. A record that begins
 * with the same bytes is of the same series, and only a time and a value, or buckets, are left to
 * read. For one thread.
 *
 * @see io.sluice.schemas.AvroSerde
 */
final class PointBytes {

  /** What a record of the present schema begins with. */
  private static final byte[] MARK =
      ByteBuffer.allocate(10)
          .order(ByteOrder.LITTLE_ENDIAN)
          .put((byte) 0xC3)
          .put((byte) 1)
          .putLong(SchemaNormalization.parsingFingerprint64(SeriesPoint.getClassSchema()))
          .array();

  private byte[] bytes = MARK;
  private int position;

  private long startTimeUnixNano;
  private long timeUnixNano;
  private double value;
  private @Nullable ExponentialBuckets buckets;
  private boolean stale;

  /**
   * What all points of a record's series begin with.
   *
   * @param record one that can be decoded
   * @return null when it is of an earlier schema
   */
  byte @Nullable [] head(byte[] record) {
    if (!startsWith(record, MARK)) {
      return null;
    }
    bytes = record;
    position = MARK.length;
    skipText(); // name
    skipText(); // help
    var unusedType = varint();
    for (long entries = varint(); entries != 0; entries = varint()) {
      if (entries < 0) {
        var unusedLength = varint();
      }
      for (long i = 0; i < Math.abs(entries); i++) {
        skipText();
        skipText();
      }
    }
    return Arrays.copyOf(record, position);
  }

  static boolean startsWith(byte[] record, byte[] head) {
    return record.length >= head.length
        && Arrays.equals(record, 0, head.length, head, 0, head.length);
  }

  /**
   * Reads what stands behind the head of a record.
   *
   * @return whether that was possible: exemplars and buckets that a producer chose are left to the
   *     decoder, and so is what it refuses
   */
  boolean read(byte[] record, byte[] head) {
    bytes = record;
    position = head.length;
    startTimeUnixNano = varint();
    timeUnixNano = varint();
    value = float64();
    buckets = readBuckets();
    boolean exemplars = bit();
    stale = bit();
    boolean explicitBuckets = bit();
    return !exemplars && !explicitBuckets && position == bytes.length;
  }

  private @Nullable ExponentialBuckets readBuckets() {
    long branch = varint();
    if (branch == 0) {
      return null;
    }
    long scale = varint();
    var unusedCount = varint();
    double sum = float64();
    long zeroCount = varint();
    long offset = varint();
    long size = varint();
    boolean possible = size >= 0 && size <= bytes.length - position; // a byte each at least
    long[] counts = new long[possible ? (int) size : 0];
    for (int i = 0; i < counts.length; i++) {
      counts[i] = varint();
    }
    boolean more = size != 0 && varint() != 0; // another block, which nobody writes
    if (branch != 1 || scale != (int) scale || offset != (int) offset || !possible || more) {
      var unused = past();
    }
    return new ExponentialBuckets((int) scale, sum, zeroCount, (int) offset, counts);
  }

  long startTimeUnixNano() {
    return startTimeUnixNano;
  }

  long timeUnixNano() {
    return timeUnixNano;
  }

  double value() {
    return value;
  }

  @Nullable ExponentialBuckets buckets() {
    return buckets;
  }

  boolean stale() {
    return stale;
  }

  private void skipText() {
    int length = (int) varint();
    position += length;
  }

  // Where the bytes end early the position is behind the end, and what is read means nothing.

  private boolean bit() {
    return position < bytes.length ? bytes[position++] != 0 : past() != 0;
  }

  private double float64() {
    if (bytes.length - position < Double.BYTES) {
      return past();
    }
    long bits = 0;
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      bits |= (bytes[position++] & 0xffL) << shift;
    }
    return Double.longBitsToDouble(bits);
  }

  private long varint() {
    long zigzag = 0;
    for (int shift = 0; shift < 70 && position < bytes.length; shift += 7) {
      byte next = bytes[position++];
      zigzag |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
    }
    return past();
  }

  private int past() {
    position = bytes.length + 1;
    return 0;
  }
}
