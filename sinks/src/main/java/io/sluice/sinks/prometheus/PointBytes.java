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
 * with the same bytes is of the same series, and of most only a time and a value are left to read.
 * For one thread.
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

  private long timeUnixNano;
  private double value;
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
   * @return whether it is one value and nothing more; where it is not, what was read means nothing
   */
  boolean isValue(byte[] record, byte[] head) {
    bytes = record;
    position = head.length;
    var unusedStart = varint();
    timeUnixNano = varint();
    if (bytes.length - position != Double.BYTES + 4) {
      return false;
    }
    long bits = 0;
    for (int shift = 0; shift < Long.SIZE; shift += Byte.SIZE) {
      bits |= (bytes[position++] & 0xffL) << shift;
    }
    value = Double.longBitsToDouble(bits);
    boolean buckets = bytes[position++] != 0;
    boolean exemplars = bytes[position++] != 0;
    stale = bytes[position++] != 0;
    boolean explicitBuckets = bytes[position] != 0;
    return !buckets && !exemplars && !explicitBuckets;
  }

  long timeUnixNano() {
    return timeUnixNano;
  }

  double value() {
    return value;
  }

  boolean stale() {
    return stale;
  }

  private void skipText() {
    int length = (int) varint();
    position += length;
  }

  /** Where there is none, the position is behind the end. */
  private long varint() {
    long zigzag = 0;
    for (int shift = 0; shift < 70 && position < bytes.length; shift += 7) {
      byte next = bytes[position++];
      zigzag |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return (zigzag >>> 1) ^ -(zigzag & 1);
      }
    }
    position = bytes.length + 1;
    return 0;
  }
}
