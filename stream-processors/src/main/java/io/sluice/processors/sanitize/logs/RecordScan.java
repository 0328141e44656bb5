package io.sluice.processors.sanitize.logs;

import io.sluice.processors.sanitize.logs.KnownKey.Role;
import io.sluice.schemas.otlp.ByteRange;
import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a log record says of what {@link RecordShaper} may fill in. One pass over its fields,
 * without allocation; whatever has another wire type than it should is left to others. Reusable.
 */
final class RecordScan {

  static final int SEVERITY_NUMBER = 2;
  static final int SEVERITY_TEXT = 3;
  static final int BODY = 5;
  static final int ATTRIBUTE = 6;
  static final int TRACE_ID = 9;
  static final int SPAN_ID = 10;

  static final byte[] EXCEPTION_TYPE = ascii("exception.type");
  static final byte[] EXCEPTION_MESSAGE = ascii("exception.message");
  static final byte[] EXCEPTION_STACKTRACE = ascii("exception.stacktrace");

  private static final byte KEY_TAG = (1 << 3) | ProtoReader.LEN;

  private final ProtoReader in = new ProtoReader(new byte[0], 0, 0);
  private final ProtoReader inner = new ProtoReader(new byte[0], 0, 0);
  private byte[] buf = {};
  private int start;
  private int end;

  private long severityNumber;
  private int severityTextStart;
  private int severityTextEnd;
  private int bodyStart;
  private int bodyEnd;
  private int textStart;
  private int textEnd;
  private int traceStart;
  private int traceEnd;
  private int spanStart;
  private int spanEnd;
  private final Set<Role> roles = EnumSet.noneOf(Role.class);
  private boolean exception;
  private int attributeCount;

  void read(ByteRange record) {
    buf = record.array();
    start = record.start();
    end = record.end();
    severityNumber = 0;
    severityTextStart = severityTextEnd = 0;
    bodyStart = bodyEnd = textStart = textEnd = 0;
    traceStart = traceEnd = spanStart = spanEnd = 0;
    roles.clear();
    exception = false;
    attributeCount = 0;
    in.over(buf, start, end);
    while (in.next()) {
      if (in.wireType() == ProtoReader.VARINT && in.field() == SEVERITY_NUMBER) {
        severityNumber = in.varint();
      } else if (in.wireType() == ProtoReader.LEN) {
        payload(in.field(), in.start(), in.end());
      }
    }
  }

  private void payload(int field, int from, int to) {
    switch (field) {
      case SEVERITY_TEXT -> {
        severityTextStart = from;
        severityTextEnd = to;
      }
      case BODY -> body(from, to);
      case ATTRIBUTE -> {
        attributeCount++;
        attribute(from, to);
      }
      case TRACE_ID -> {
        traceStart = from;
        traceEnd = to;
      }
      case SPAN_ID -> {
        spanStart = from;
        spanEnd = to;
      }
      default -> {}
    }
  }

  private void body(int from, int to) {
    bodyStart = from;
    bodyEnd = to;
    textStart = textEnd = 0;
    inner.over(buf, from, to);
    while (inner.next()) {
      boolean text = inner.field() == 1 && inner.wireType() == ProtoReader.LEN;
      if (text || inner.field() <= 7) {
        textStart = text ? inner.start() : 0;
        textEnd = text ? inner.end() : 0;
      }
    }
  }

  /** Of an attribute only the key counts here. It stands first, with a length of one byte. */
  private void attribute(int from, int to) {
    if (to - from > 2
        && buf[from] == KEY_TAG
        && buf[from + 1] >= 0
        && buf[from + 1] <= to - from - 2) {
      key(from + 2, from + 2 + buf[from + 1]);
      return;
    }
    inner.over(buf, from, to);
    while (inner.next()) {
      if (inner.field() == 1 && inner.wireType() == ProtoReader.LEN) {
        key(inner.start(), inner.end());
      }
    }
  }

  private void key(int from, int to) {
    KnownKey known = KnownKey.of(buf, from, to);
    if (known != null) {
      roles.add(known.role());
      exception |= isException(buf, from, to);
    }
  }

  private static boolean isException(byte[] buf, int from, int to) {
    return equals(EXCEPTION_TYPE, buf, from, to)
        || equals(EXCEPTION_MESSAGE, buf, from, to)
        || equals(EXCEPTION_STACKTRACE, buf, from, to);
  }

  /** Whether this is one of the keys that exceptions have in OpenTelemetry. */
  static boolean isException(Slice key) {
    return isException(key.array(), key.start(), key.end());
  }

  private static boolean equals(byte[] name, byte[] buf, int from, int to) {
    return Arrays.equals(name, 0, name.length, buf, from, to);
  }

  Slice record() {
    return new Slice(buf, start, end);
  }

  long severityNumber() {
    return severityNumber;
  }

  boolean hasSeverityText() {
    return severityTextEnd > severityTextStart;
  }

  String severityText() {
    return new Slice(buf, severityTextStart, severityTextEnd).utf8();
  }

  byte[] buf() {
    return buf;
  }

  /** Where a body that is text begins; {@link #textEnd} is the same when it is none, or empty. */
  int textStart() {
    return textStart;
  }

  int textEnd() {
    return textEnd;
  }

  /** The body as its {@code AnyValue}. */
  Slice body() {
    return new Slice(buf, bodyStart, bodyEnd);
  }

  boolean hasTraceId() {
    return TraceIds.isId(buf, traceStart, traceEnd, 16);
  }

  boolean hasSpanId() {
    return TraceIds.isId(buf, spanStart, spanEnd, 8);
  }

  byte[] traceId() {
    return new Slice(buf, traceStart, traceEnd).toBytes();
  }

  byte[] spanId() {
    return new Slice(buf, spanStart, spanEnd).toBytes();
  }

  /** Whether an attribute has a key of this role. */
  boolean has(Role role) {
    return roles.contains(role);
  }

  /** Whether an attribute is {@code exception.*} already. */
  boolean hasException() {
    return exception;
  }

  int attributeCount() {
    return attributeCount;
  }

  /** The attributes in their order. */
  List<LogField> attributes() {
    List<LogField> fields = new ArrayList<>();
    in.over(buf, start, end);
    while (in.next()) {
      if (in.field() == ATTRIBUTE && in.wireType() == ProtoReader.LEN) {
        in.enter(inner);
        fields.add(attribute(in.tagStart()));
      }
    }
    return fields;
  }

  private LogField attribute(int tagStart) {
    Slice key = Slice.empty();
    Slice value = Slice.empty();
    int others = -2;
    while (inner.next()) {
      if (inner.wireType() == ProtoReader.LEN && inner.field() == 1) {
        key = inner.slice();
      } else if (inner.wireType() == ProtoReader.LEN && inner.field() == 2) {
        value = inner.slice();
      }
      others++;
    }
    return LogField.ofRecord(key, value, tagStart, others == 0);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
