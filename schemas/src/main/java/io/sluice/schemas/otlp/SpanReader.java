package io.sluice.schemas.otlp;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads one OTLP {@code Span} after the other, each in one pass over its bytes: the fields and the
 * attributes that were asked for, as ranges of the input. Nothing is allocated and no text is made.
 * {@link SpanView} is the one to take where that does not matter.
 *
 * <p>With the same attribute twice, the first holds. Not safe for use by several threads.
 */
public final class SpanReader {

  private static final byte NONE = 0;
  private static final byte STRING = 1;
  private static final byte BOOL = 2;
  private static final byte INT = 3;
  private static final byte DOUBLE = 4;

  private static final byte[] TRUE = "true".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] FALSE = "false".getBytes(StandardCharsets.US_ASCII);

  private final AttributeKeys keys;
  private final ProtoReader span = Slice.empty().reader();
  private final ProtoReader nested = Slice.empty().reader();
  private final ProtoReader value = Slice.empty().reader();

  private byte[] buf = {};
  private int nameStart;
  private int nameEnd;
  private int traceIdStart;
  private int traceIdEnd;
  private int spanIdStart;
  private int spanIdEnd;
  private int parentStart;
  private int parentEnd;
  private int traceStateStart;
  private int traceStateEnd;
  private int kind;
  private int statusCode;
  private long startTimeUnixNano;
  private long endTimeUnixNano;

  private final byte[] types;
  private final byte[] ranks;
  private final int[] starts;
  private final int[] ends;
  private final long[] numbers;

  private byte foundType;
  private int foundStart;
  private int foundEnd;
  private long foundNumber;

  public SpanReader(AttributeKeys keys) {
    this.keys = keys;
    types = new byte[keys.size()];
    ranks = new byte[keys.size()];
    starts = new int[keys.size()];
    ends = new int[keys.size()];
    numbers = new long[keys.size()];
  }

  /** Goes to another span. What was read of the one before is gone. */
  public SpanReader read(Slice message) {
    clear(message.array());
    span.over(buf, message.start(), message.end());
    while (span.next()) {
      switch (span.field()) {
        case 1 -> {
          traceIdStart = text(span).start();
          traceIdEnd = span.end();
        }
        case 2 -> {
          spanIdStart = text(span).start();
          spanIdEnd = span.end();
        }
        case 3 -> {
          traceStateStart = text(span).start();
          traceStateEnd = span.end();
        }
        case 4 -> {
          parentStart = text(span).start();
          parentEnd = span.end();
        }
        case 5 -> {
          nameStart = text(span).start();
          nameEnd = span.end();
        }
        case 6 -> kind = (int) span.varint();
        case 7 -> startTimeUnixNano = span.fixed64();
        case 8 -> endTimeUnixNano = span.fixed64();
        case 9 -> attribute();
        case 15 -> status();
        default -> {}
      }
    }
    return this;
  }

  /** What the ranges are of. */
  public byte[] array() {
    return buf;
  }

  public int nameStart() {
    return nameStart;
  }

  public int nameEnd() {
    return nameEnd;
  }

  /** 0 unspecified, 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  public int kind() {
    return kind;
  }

  /** One of the constants of {@link SpanView}, or what no version of OTLP has. */
  public int statusCode() {
    return statusCode;
  }

  public boolean isError() {
    return statusCode == SpanView.STATUS_ERROR;
  }

  public long startTimeUnixNano() {
    return startTimeUnixNano;
  }

  public long endTimeUnixNano() {
    return endTimeUnixNano;
  }

  /** For how many spans this one stands; see {@link SpanView#adjustedCount}. */
  public double adjustedCount() {
    return Math.max(1, claimedCount());
  }

  /** Whether it says that it stands for others, and that is not believed. */
  public boolean isSamplingRefused() {
    return claimedCount() == SamplingThreshold.REFUSED;
  }

  private double claimedCount() {
    return traceStateStart == traceStateEnd
        ? 1
        : SamplingThreshold.adjustedCount(
            new Slice(buf, traceStateStart, traceStateEnd), buf, traceIdStart, traceIdEnd);
  }

  /** Whether both ids have their length and are not all zero. */
  public boolean hasIds() {
    return traceIdEnd - traceIdStart == 16
        && spanIdEnd - spanIdStart == 8
        && !allZero(traceIdStart, traceIdEnd)
        && !allZero(spanIdStart, spanIdEnd);
  }

  /** Copies the trace id (16 bytes) and the span id (8) of a span that {@link #hasIds}. */
  public void copyIds(byte[] to, int at) {
    System.arraycopy(buf, traceIdStart, to, at, 16);
    System.arraycopy(buf, spanIdStart, to, at + 16, 8);
  }

  /** The span's id as a number; 0 when it has none. */
  public long spanId() {
    return id(spanIdStart, spanIdEnd);
  }

  /** The parent's id as a number; 0 for a root. */
  public long parentSpanId() {
    return id(parentStart, parentEnd);
  }

  /** Whether the span has the attribute as a string, number or boolean. */
  public boolean has(int slot) {
    return types[slot] != NONE;
  }

  public boolean isText(int slot) {
    return types[slot] == STRING;
  }

  public boolean isNumber(int slot) {
    return types[slot] == INT || types[slot] == DOUBLE;
  }

  /** First byte of a text in {@link #array}. */
  public int start(int slot) {
    return starts[slot];
  }

  /** One after the last byte of a text. */
  public int end(int slot) {
    return ends[slot];
  }

  /** A number; 0 when the attribute is none. */
  public double number(int slot) {
    return types[slot] == INT
        ? numbers[slot]
        : types[slot] == DOUBLE ? Double.longBitsToDouble(numbers[slot]) : 0;
  }

  /** The attribute as people write it, in bytes; empty when the span has none. */
  public Slice text(int slot) {
    return switch (types[slot]) {
      case STRING -> new Slice(buf, starts[slot], ends[slot]);
      case BOOL -> Slice.of(numbers[slot] != 0 ? TRUE : FALSE);
      case INT -> ascii(Long.toString(numbers[slot]));
      case DOUBLE -> ascii(Double.toString(Double.longBitsToDouble(numbers[slot])));
      default -> Slice.empty();
    };
  }

  private static Slice ascii(String number) {
    return Slice.of(number.getBytes(StandardCharsets.US_ASCII));
  }

  private void clear(byte[] array) {
    buf = array;
    nameStart = 0;
    nameEnd = 0;
    traceIdStart = 0;
    traceIdEnd = 0;
    spanIdStart = 0;
    spanIdEnd = 0;
    parentStart = 0;
    parentEnd = 0;
    traceStateStart = 0;
    traceStateEnd = 0;
    kind = 0;
    statusCode = 0;
    startTimeUnixNano = 0;
    endTimeUnixNano = 0;
    Arrays.fill(types, NONE);
  }

  private void status() {
    statusCode = 0;
    span.enter(nested);
    while (nested.next()) {
      if (nested.field() == 3) {
        statusCode = (int) nested.varint();
      }
    }
  }

  private void attribute() {
    span.enter(nested);
    AttributeKeys.Key key = null;
    foundType = NONE;
    while (nested.next()) {
      if (nested.field() == 1) {
        text(nested);
        key = keys.find(buf, nested.start(), nested.end());
        if (key == null) {
          return;
        }
      } else if (nested.field() == 2) {
        nested.enter(value);
        value();
      }
    }
    if (key == null || foundType == NONE) {
      return;
    }
    for (int i = 0; i < key.count(); i++) {
      int slot = key.slot(i);
      if (types[slot] == NONE || key.rank(i) < ranks[slot]) {
        types[slot] = foundType;
        ranks[slot] = (byte) key.rank(i);
        starts[slot] = foundStart;
        ends[slot] = foundEnd;
        numbers[slot] = foundNumber;
      }
    }
  }

  private void value() {
    while (value.next()) {
      switch (value.field()) {
        case 1 -> {
          foundType = STRING;
          foundStart = text(value).start();
          foundEnd = value.end();
        }
        case 2 -> number(BOOL, value.varint());
        case 3 -> number(INT, value.varint());
        case 4 -> number(DOUBLE, value.fixed64());
        case 5, 6, 7 -> foundType = NONE; // no scalar
        default -> {}
      }
    }
  }

  private void number(byte type, long bits) {
    foundType = type;
    foundNumber = bits;
  }

  /** A field of another wire type is malformed. */
  private static ProtoReader text(ProtoReader in) {
    if (in.wireType() != ProtoReader.LEN) {
      in.slice(); // says what is wrong
    }
    return in;
  }

  private long id(int start, int end) {
    if (end - start != Long.BYTES) {
      return 0;
    }
    long id = 0;
    for (int i = start; i < end; i++) {
      id = id << Byte.SIZE | (buf[i] & 0xff);
    }
    return id;
  }

  private boolean allZero(int start, int end) {
    for (int i = start; i < end; i++) {
      if (buf[i] != 0) {
        return false;
      }
    }
    return true;
  }
}
