package io.sluice.processors.sanitize.logs;

import io.sluice.processors.sanitize.logs.KnownKey.Role;
import io.sluice.schemas.otlp.AnyValueView;
import io.sluice.schemas.otlp.ProtoReader;
import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A log record on its way to one shape: decides what goes where, then writes it. What the record
 * itself says always stands; fields fill in only what is missing.
 */
final class RecordDraft {

  private final RecordScan scan;
  private final List<LogField> attributes;
  private final List<LogField> fields;
  private final @Nullable BodyFields parsed;
  private final Set<LogChange> changes = EnumSet.noneOf(LogChange.class);

  private int severityNumber;
  private @Nullable String severityText;
  private byte @Nullable [] traceId;
  private byte @Nullable [] spanId;
  private @Nullable Slice body;
  private @Nullable Slice exceptionType;
  private @Nullable Slice exceptionMessage;
  private @Nullable Slice stackTrace;

  /**
   * @param scan of the record
   * @param attributes that the record has
   * @param bodyFields fields of its body, those gone that it has already
   * @param parsed all that its body holds; null when it was not parsed
   */
  RecordDraft(
      RecordScan scan,
      List<LogField> attributes,
      List<LogField> bodyFields,
      @Nullable BodyFields parsed) {
    this.scan = scan;
    this.attributes = attributes;
    this.fields = new ArrayList<>(attributes);
    this.fields.addAll(bodyFields);
    this.parsed = parsed;
    message(bodyFields);
    severity();
    traceContext();
    exception();
  }

  /** What is filled in; empty when nothing is missing. */
  Set<LogChange> changes() {
    return changes;
  }

  /** Whether the record stays as it is. */
  boolean isEmpty() {
    return changes.isEmpty() && parsed == null;
  }

  /** Whether there is a body that was not looked at, or an attribute's name free for a field. */
  boolean opensMore() {
    return body != null || attributes.stream().anyMatch(LogField::isGone);
  }

  private void message(List<LogField> bodyFields) {
    Optional<LogField> message =
        bodyFields.stream()
            .filter(field -> field.is(Role.MESSAGE) && isText(field))
            .min(Comparator.comparingInt(LogField::rank));
    if (message.isPresent()) {
      body = message.get().text();
      message.get().move();
    }
  }

  private static boolean isText(LogField field) {
    Slice text = field.text();
    return text != null && JsonText.skipBlanks(text.array(), text.start(), text.end()) < text.end();
  }

  private void severity() {
    int number = Severity.isNumber(scan.severityNumber()) ? (int) scan.severityNumber() : 0;
    if (number != Severity.NONE) {
      severityText = scan.hasSeverityText() ? null : Severity.name(number);
    } else if (scan.hasSeverityText()) {
      severityNumber = Severity.ofName(scan.severityText());
    } else {
      LogField level = best(any -> true, field -> level(field) != Severity.NONE, Role.LEVEL);
      if (level != null) {
        severityNumber = level(level);
        boolean named = Severity.ofName(level.word()) != Severity.NONE;
        severityText = named ? level.word() : Severity.name(severityNumber);
        level.move();
      }
    }
    if (severityNumber != Severity.NONE || severityText != null) {
      changes.add(LogChange.SEVERITY);
    }
    int now = number != Severity.NONE ? number : severityNumber;
    dropRepeated(Role.LEVEL, field -> now != Severity.NONE && level(field) == now);
  }

  private static int level(LogField field) {
    String word = field.word();
    int number = Severity.ofName(word);
    return number == Severity.NONE ? Severity.ofLevel(word) : number;
  }

  private void traceContext() {
    byte[] trace = scan.hasTraceId() ? scan.traceId() : null;
    if (trace == null) {
      LogField field = best(any -> true, id(TraceIds::trace), Role.TRACE_ID);
      if (field != null) {
        traceId = TraceIds.trace(field.word());
        field.move();
      } else {
        // This one stays: it may be no more than half of the id that others know.
        field = best(any -> true, id(TraceIds::datadogTrace), Role.DATADOG_TRACE_ID);
        traceId = field == null ? null : TraceIds.datadogTrace(field.word());
      }
      trace = traceId;
    }
    if (trace != null && !scan.hasSpanId() && !isContradicted(trace)) {
      LogField field = best(any -> true, id(TraceIds::span), Role.SPAN_ID);
      if (field != null) {
        spanId = TraceIds.span(field.word());
        field.move();
      } else {
        field = best(any -> true, id(TraceIds::datadogSpan), Role.DATADOG_SPAN_ID);
        spanId = field == null ? null : TraceIds.datadogSpan(field.word());
      }
    }
    if (traceId != null || spanId != null) {
      changes.add(LogChange.TRACE_CONTEXT);
    }
    byte[] traceNow = trace;
    byte[] spanNow = scan.hasSpanId() ? scan.spanId() : spanId;
    dropRepeated(Role.TRACE_ID, same(TraceIds::trace, traceNow));
    dropRepeated(Role.SPAN_ID, same(TraceIds::span, spanNow));
  }

  private static Predicate<LogField> id(Function<String, byte @Nullable []> reader) {
    return field -> reader.apply(field.word()) != null;
  }

  private static Predicate<LogField> same(
      Function<String, byte @Nullable []> reader, byte @Nullable [] id) {
    return field -> id != null && Arrays.equals(reader.apply(field.word()), id);
  }

  /** Whether a field names another trace: then its span is of that one. */
  private boolean isContradicted(byte[] trace) {
    return fields.stream()
        .filter(field -> field.is(Role.TRACE_ID) && !field.isGone())
        .anyMatch(id(TraceIds::trace).and(same(TraceIds::trace, trace).negate()));
  }

  private void exception() {
    if (scan.hasException()) {
      dropRepeated(Role.STACK, says(RecordScan.EXCEPTION_STACKTRACE));
      dropRepeated(Role.MAYBE_STACK, says(RecordScan.EXCEPTION_STACKTRACE));
      dropRepeated(Role.ERROR, says(RecordScan.EXCEPTION_STACKTRACE));
      dropRepeated(Role.ERROR, says(RecordScan.EXCEPTION_MESSAGE));
      dropRepeated(Role.EXCEPTION_TYPE, says(RecordScan.EXCEPTION_TYPE));
      dropRepeated(Role.EXCEPTION_MESSAGE, says(RecordScan.EXCEPTION_MESSAGE));
      return;
    }
    boolean found =
        exceptionIn(Role.STACK) || exceptionIn(Role.MAYBE_STACK) || exceptionIn(Role.ERROR);
    if (found || exceptionInBody()) {
      changes.add(LogChange.EXCEPTION);
    }
  }

  /** Whether this is what the record's attribute says. */
  private Predicate<LogField> says(byte[] key) {
    return field ->
        attributes.stream()
            .anyMatch(
                attribute ->
                    attribute.key().contentEquals(key)
                        && attribute.value().contentEquals(field.value()));
  }

  private boolean exceptionIn(Role role) {
    LogField field =
        best(any -> true, any -> isTrace(any) || (role == Role.STACK && isLines(any)), role);
    Slice text = field == null ? null : field.text();
    if (field == null || text == null) {
      return false;
    }
    StackTrace trace = wholeTrace(text);
    // Of an attribute's neighbours nobody knows whether they belong to it.
    Predicate<LogField> neighbours = near -> field.isFromBody() && near.isFromBody();
    LogField type = best(neighbours, RecordDraft::isText, Role.EXCEPTION_TYPE);
    LogField message = best(neighbours, RecordDraft::isText, Role.EXCEPTION_MESSAGE);
    if (message == null && (trace == null || trace.message() == null)) {
      message = best(neighbours.and(near -> near != field), RecordDraft::isText, Role.ERROR);
    }
    Slice typeText = type != null ? type.text() : trace != null ? trace.type() : null;
    Slice messageText = message != null ? message.text() : trace != null ? trace.message() : null;
    // With neither it is the stack of a log statement.
    if ((typeText == null && messageText == null) || isNamedElsewhere(field, type, message)) {
      return false;
    }
    exceptionType = typeText;
    exceptionMessage = messageText;
    stackTrace = text;
    field.move();
    if (type != null) {
      type.move();
    }
    if (message != null) {
      message.move();
    }
    return true;
  }

  private static boolean isTrace(LogField field) {
    Slice text = field.text();
    return text != null && wholeTrace(text) != null;
  }

  private static boolean isLines(LogField field) {
    Slice text = field.text();
    return text != null && Newlines.isIn(text.array(), text.start(), text.end());
  }

  /** A trace that is all of a text. */
  private static @Nullable StackTrace wholeTrace(Slice text) {
    StackTrace trace = StackTrace.find(text.array(), text.start(), text.end());
    return trace != null && trace.start() == text.start() ? trace : null;
  }

  /** Whether another field of the body will be an attribute {@code exception.*}. */
  private boolean isNamedElsewhere(@Nullable LogField... used) {
    List<@Nullable LogField> known = Arrays.asList(used);
    return fields.stream()
        .anyMatch(
            field ->
                field.isFromBody()
                    && !field.isGone()
                    && !known.contains(field)
                    && RecordScan.isException(field.key()));
  }

  /** What was logged stays the body; without any, the heading of the trace. */
  private boolean exceptionInBody() {
    if (body == null && parsed != null) {
      return false;
    }
    Slice text = body == null ? new Slice(scan.buf(), scan.textStart(), scan.textEnd()) : body;
    StackTrace trace =
        Newlines.isIn(text.array(), text.start(), text.end())
            ? StackTrace.find(text.array(), text.start(), text.end())
            : null;
    if (trace == null || isNamedElsewhere()) {
      return false;
    }
    exceptionType = trace.type();
    exceptionMessage = trace.message();
    stackTrace = new Slice(text.array(), trace.start(), endOfText(text, text.end()));
    int before = endOfText(text, trace.start());
    body =
        before > text.start()
            ? new Slice(text.array(), text.start(), before)
            : new Slice(text.array(), trace.start(), trace.headingEnd());
    return true;
  }

  private static int endOfText(Slice text, int until) {
    int end = until;
    while (end > text.start() && JsonText.isBlank(text.array()[end - 1])) {
      end--;
    }
    return end;
  }

  /** Of the fields of a role that are fit, the one whose key decides before the others. */
  private @Nullable LogField best(Predicate<LogField> from, Predicate<LogField> fit, Role role) {
    LogField best = null;
    for (LogField field : fields) {
      if (field.is(role)
          && !field.isGone()
          && (best == null || field.rank() < best.rank())
          && from.test(field)
          && fit.test(field)) {
        best = field;
      }
    }
    return best;
  }

  private void dropRepeated(Role role, Predicate<LogField> repeated) {
    for (LogField field : fields) {
      if (field.is(role) && !field.isGone() && field.isFromBody() && repeated.test(field)) {
        field.dropRepeated();
      }
    }
  }

  /** The record as it is decided: what stays is copied, what is new stands behind it. */
  Slice write() {
    Slice record = scan.record();
    ProtoWriter out = new ProtoWriter(record.length() + 256);
    ProtoReader in = record.reader();
    int next = 0;
    while (in.next()) {
      boolean attribute = in.field() == RecordScan.ATTRIBUTE && in.wireType() == ProtoReader.LEN;
      if (attribute ? !attributes.get(next++).isGone() : !isReplaced(in)) {
        out.raw(record.array(), in.tagStart(), in.end());
      }
    }
    if (severityNumber != Severity.NONE) {
      out.varint(RecordScan.SEVERITY_NUMBER, severityNumber);
    }
    if (severityText != null) {
      out.utf8(RecordScan.SEVERITY_TEXT, severityText);
    }
    if (body != null) {
      body(body, scan.body(), out);
    } else if (parsed != null) {
      body(parsed, out);
    }
    for (LogField field : fields) {
      if (field.isFromBody() && !field.isGone()) {
        attribute(field.key(), field.value(), out);
      }
    }
    exceptionAttribute(RecordScan.EXCEPTION_TYPE, exceptionType, out);
    exceptionAttribute(RecordScan.EXCEPTION_MESSAGE, exceptionMessage, out);
    exceptionAttribute(RecordScan.EXCEPTION_STACKTRACE, stackTrace, out);
    if (traceId != null) {
      out.bytes(RecordScan.TRACE_ID, Slice.of(traceId));
    }
    if (spanId != null) {
      out.bytes(RecordScan.SPAN_ID, Slice.of(spanId));
    }
    return out.slice();
  }

  private boolean isReplaced(ProtoReader in) {
    if (in.wireType() == ProtoReader.VARINT) {
      return in.field() == RecordScan.SEVERITY_NUMBER && severityNumber != Severity.NONE;
    }
    return in.wireType() == ProtoReader.LEN
        && switch (in.field()) {
          case RecordScan.SEVERITY_TEXT -> severityText != null;
          case RecordScan.BODY -> body != null || parsed != null;
          case RecordScan.TRACE_ID -> traceId != null;
          case RecordScan.SPAN_ID -> spanId != null;
          default -> false;
        };
  }

  /** Writes a body that is text, with what this build does not know of the old one's message. */
  static void body(Slice text, Slice old, ProtoWriter out) {
    int start = out.begin(RecordScan.BODY);
    out.bytes(1, text);
    unknown(old, out);
    out.end(start);
  }

  /**
   * Without a message, all that the text said is the body, as a map: rules for keys see it there
   * too, which they would not in the text.
   */
  private void body(BodyFields all, ProtoWriter out) {
    int start = out.begin(RecordScan.BODY);
    int map = out.begin(6);
    for (int i = 0; i < all.size(); i++) {
      keyValue(1, all.key(i), all.value(i), out);
    }
    out.end(map);
    unknown(scan.body(), out);
    out.end(start);
  }

  private static void unknown(Slice anyValue, ProtoWriter out) {
    ProtoReader in = anyValue.reader();
    while (in.next()) {
      if (in.field() > AnyValueView.Type.values().length - 1) {
        out.raw(in.wholeField());
      }
    }
  }

  private static void exceptionAttribute(byte[] key, @Nullable Slice text, ProtoWriter out) {
    if (text != null) {
      ProtoWriter value = new ProtoWriter(text.length() + 8);
      value.bytes(1, text);
      attribute(Slice.of(key), value.slice(), out);
    }
  }

  private static void attribute(Slice key, Slice value, ProtoWriter out) {
    keyValue(RecordScan.ATTRIBUTE, key, value, out);
  }

  private static void keyValue(int number, Slice key, Slice value, ProtoWriter out) {
    int start = out.begin(number);
    out.bytes(1, key);
    out.bytes(2, value);
    out.end(start);
  }
}
