package io.sluice.schemas.otlp;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;

/**
 * A cursor over the fields of one protobuf message, in the order of the bytes. Reads nothing that
 * is not asked for, copies nothing, and refuses what protobuf's own parser refuses. Groups (an
 * obsolete wire type) are passed over as one unknown field.
 *
 * <pre>{@code
 * ProtoReader in = slice.reader();
 * while (in.next()) {
 *   switch (in.field()) {
 *     case 1 -> name = in.slice();
 *     case 3 -> kind = (int) in.varint();
 *     default -> {}
 *   }
 * }
 * }</pre>
 *
 * Not safe for use by several threads.
 *
 * @see <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers encoding</a>
 */
public final class ProtoReader {

  public static final int VARINT = 0;
  public static final int FIXED64 = 1;
  public static final int LEN = 2;
  public static final int START_GROUP = 3;
  public static final int END_GROUP = 4;
  public static final int FIXED32 = 5;

  private static final int MAX_GROUP_DEPTH = 64;

  private byte[] buf;
  private int limit;
  private int pos;

  private int tagStart;
  private int field;
  private int wireType;
  private int payloadStart;
  private int payloadEnd;
  private long number;

  public ProtoReader(byte[] buf, int start, int end) {
    this.buf = buf;
    this.pos = start;
    this.limit = end;
  }

  /** Begins anew with another message: for walks that must not allocate. */
  ProtoReader over(byte[] newBuf, int start, int end) {
    buf = newBuf;
    pos = start;
    limit = end;
    return this;
  }

  /**
   * Moves to the next field.
   *
   * @return false at the end of the message
   * @throws InvalidInputException MALFORMED, when the bytes are not protobuf
   */
  public boolean next() {
    if (pos == limit) {
      return false;
    }
    tagStart = pos;
    readTag();
    switch (wireType) {
      case START_GROUP -> skipGroup(field);
      case END_GROUP -> throw malformed("a group ends that never began");
      default -> readPayload();
    }
    return true;
  }

  public int field() {
    return field;
  }

  public int wireType() {
    return wireType;
  }

  /** First byte of the field's tag: with {@link #end} the range to copy the field as it is. */
  public int tagStart() {
    return tagStart;
  }

  /** First byte of the payload (after the length of a LEN field). */
  public int start() {
    return payloadStart;
  }

  /** One after the field's last byte. */
  public int end() {
    return payloadEnd;
  }

  /** Payload of a LEN field. A field of another wire type is malformed. */
  public Slice slice() {
    require(LEN);
    return new Slice(buf, payloadStart, payloadEnd);
  }

  /** The whole field with its tag. */
  public Slice wholeField() {
    return new Slice(buf, tagStart, payloadEnd);
  }

  public String utf8() {
    return slice().utf8();
  }

  /** A cursor over the message in this LEN field. */
  public ProtoReader message() {
    require(LEN);
    return new ProtoReader(buf, payloadStart, payloadEnd);
  }

  public long varint() {
    require(VARINT);
    return number;
  }

  public long fixed64() {
    require(FIXED64);
    return number;
  }

  public int fixed32() {
    require(FIXED32);
    return (int) number;
  }

  /** Any numeric wire type as it stands: for fields whose type both old and new senders vary. */
  public double doubleValue() {
    return Double.longBitsToDouble(fixed64());
  }

  private void require(int expected) {
    if (wireType != expected) {
      throw malformed("field " + field + " has wire type " + wireType + ", not " + expected);
    }
  }

  private void readTag() {
    long tag = readVarint();
    field = (int) (tag >>> 3);
    wireType = (int) (tag & 7);
    if (tag >>> 32 != 0 || field == 0) {
      throw malformed("a tag has no valid field number");
    }
  }

  private void readPayload() {
    payloadStart = pos;
    switch (wireType) {
      case VARINT -> number = readVarint();
      case FIXED64 -> number = readFixed(8);
      case FIXED32 -> number = readFixed(4);
      case LEN -> {
        long length = readVarint();
        if (length < 0 || length > limit - pos) {
          throw malformed("a length reaches over the end of its message");
        }
        payloadStart = pos;
        pos += (int) length;
      }
      default -> throw malformed("wire type " + wireType + " does not exist");
    }
    payloadEnd = pos;
  }

  private long readFixed(int width) {
    if (limit - pos < width) {
      throw malformed("a fixed-width number ends early");
    }
    long value = 0;
    for (int i = 0; i < width; i++) {
      value |= (buf[pos++] & 0xffL) << (8 * i);
    }
    return value;
  }

  private long readVarint() {
    long value = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (pos == limit) {
        throw malformed("a varint ends early");
      }
      byte b = buf[pos++];
      value |= shift < 64 ? (b & 0x7fL) << shift : 0;
      if (b >= 0) {
        return value;
      }
    }
    throw malformed("a varint is longer than 10 bytes");
  }

  private void skipGroup(int group) {
    int groupTag = tagStart;
    int[] open = new int[MAX_GROUP_DEPTH];
    int depth = 0;
    open[depth++] = group;
    while (depth > 0) {
      if (pos == limit) {
        throw malformed("a group never ends");
      }
      readTag();
      if (wireType == START_GROUP) {
        if (depth == MAX_GROUP_DEPTH) {
          throw new InvalidInputException(Reason.TOO_DEEP, "groups are nested too deep");
        }
        open[depth++] = field;
      } else if (wireType == END_GROUP) {
        if (open[--depth] != field) {
          throw malformed("a group ends with another number than it began");
        }
      } else {
        readPayload();
      }
    }
    tagStart = groupTag;
    field = group;
    wireType = START_GROUP;
    payloadStart = pos;
    payloadEnd = pos;
  }

  private InvalidInputException malformed(String what) {
    return new InvalidInputException(
        Reason.MALFORMED, "not valid protobuf at byte " + pos + ": " + what);
  }
}
