package io.sluice.schemas.otlp;

import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A cursor over the fields of one protobuf message, in the order of the bytes. Reads nothing that
 * is not asked for and copies nothing. Groups (an obsolete wire type) are passed over as one
 * unknown field.
 *
 * <p>It accepts what protobuf's own Java parser accepts, with these differences, all on purpose:
 *
 * <ul>
 *   <li>text that is not UTF-8 is read, with U+FFFD, so that one bad value does not cost a batch
 *   <li>a field that is asked for as another wire type than it has is malformed; protobuf would
 *       keep it as an unknown field, where a secret could hide
 *   <li>tags and lengths of more than 32 bits are malformed; protobuf's Java parser cuts them, and
 *       parsers in other languages do not
 *   <li>a varint of ten bytes that announces an eleventh is malformed; protobuf's Java parser stops
 *       at the tenth
 *   <li>groups may nest 64 deep, and not 100; there is no limit for messages, since this reads one
 *       level at a time
 * </ul>
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

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

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
  public ProtoReader over(byte[] newBuf, int start, int end) {
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

  /** Sets another cursor, which a loop keeps for this, to the message in this LEN field. */
  public void enter(ProtoReader nested) {
    require(LEN);
    nested.over(buf, payloadStart, payloadEnd);
  }

  /** Whether this LEN field holds the text, without making a String of it. */
  boolean textEquals(String text) {
    require(LEN);
    int length = text.length();
    if (payloadEnd - payloadStart < length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return Arrays.equals(buf, payloadStart, payloadEnd, utf8, 0, utf8.length);
      }
      if (buf[payloadStart + i] != c) {
        return false;
      }
    }
    return payloadEnd - payloadStart == length;
  }

  public long varint() {
    require(VARINT);
    return number;
  }

  public long fixed64() {
    require(FIXED64);
    return (long) LONGS.get(buf, payloadStart);
  }

  public int fixed32() {
    require(FIXED32);
    return (int) INTS.get(buf, payloadStart);
  }

  /** A field of the type double. */
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
    if (tag >>> 32 != 0) {
      throw malformed("a tag is wider than 32 bits");
    }
    field = (int) (tag >>> 3);
    wireType = (int) (tag & 7);
    if (field == 0) {
      throw malformed("a tag has field number 0");
    }
  }

  private void readPayload() {
    payloadStart = pos;
    switch (wireType) {
      case VARINT -> number = readVarint();
      case FIXED64 -> skip(Long.BYTES);
      case FIXED32 -> skip(Integer.BYTES);
      case LEN -> {
        long length = readVarint();
        if (length >>> 32 != 0) {
          throw malformed("a length is wider than 32 bits");
        }
        if (length > limit - pos) {
          throw malformed("a length reaches over the end of its message");
        }
        payloadStart = pos;
        pos += (int) length;
      }
      default -> throw malformed("wire type " + wireType + " does not exist");
    }
    payloadEnd = pos;
  }

  private void skip(int width) {
    if (limit - pos < width) {
      throw malformed("a fixed-width number ends early");
    }
    pos += width;
  }

  private long readVarint() {
    if (pos < limit && buf[pos] >= 0) {
      return buf[pos++];
    }
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
