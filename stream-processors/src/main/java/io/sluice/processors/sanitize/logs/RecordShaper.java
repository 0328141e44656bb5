package io.sluice.processors.sanitize.logs;

import io.sluice.processors.sanitize.logs.KnownKey.Role;
import io.sluice.schemas.otlp.ByteRange;
import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Brings one log record into shape. A message that was a field of the body may be JSON, logfmt or a
 * stack trace again, so what comes out is looked at until nothing more is found in it, some rounds
 * long.
 */
final class RecordShaper {

  /** More than anything wraps: each round looks at all attributes again. */
  private static final int MAX_ROUNDS = 8;

  /** Each field of a body is compared with each attribute: a product that needs a bound. */
  private static final int MAX_ATTRIBUTES = 1024;

  private static final int LONGEST_PARSED = 1 << 20;
  private static final byte[] BODY_PREFIX = "body.".getBytes(StandardCharsets.US_ASCII);

  private final boolean parsesBodies;
  private final int maxParsed;
  private final RecordScan scan = new RecordScan();
  private final BodyFields bodyFields = new BodyFields();
  private final JsonBody json;
  private final LogfmtBody logfmt = new LogfmtBody(bodyFields);
  private final ByteRange current = new ByteRange();
  private final Set<LogChange> changes = EnumSet.noneOf(LogChange.class);

  RecordShaper(boolean parsesBodies, int maxBody, Redacted redacted) {
    this.parsesBodies = parsesBodies;
    this.maxParsed = Math.min(maxBody, LONGEST_PARSED);
    this.json = new JsonBody(bodyFields, redacted);
  }

  /** The record in shape; null when it is. */
  @Nullable Slice shape(ByteRange record) {
    changes.clear();
    current.set(record.array(), record.start(), record.end());
    Slice shaped = null;
    for (int round = 0; round < MAX_ROUNDS; round++) {
      RecordDraft draft = draft();
      if (draft == null || draft.isEmpty()) {
        break;
      }
      changes.addAll(draft.changes());
      shaped = draft.write();
      if (!draft.opensMore()) {
        break;
      }
      current.set(shaped.array(), shaped.start(), shaped.end());
    }
    return shaped;
  }

  /** What happened to the last record. */
  Set<LogChange> changes() {
    return changes;
  }

  private @Nullable RecordDraft draft() {
    scan.read(current);
    LogChange format = parse();
    if (format == null && !hasGap()) {
      return null;
    }
    List<LogField> attributes = scan.attributes();
    List<LogField> added = format == null ? List.of() : bodyFields(attributes);
    if (added == null) {
      changes.add(LogChange.UNPARSED);
      return hasGap() ? new RecordDraft(scan, attributes, List.of(), null) : null;
    }
    if (format != null) {
      changes.add(format);
    }
    return new RecordDraft(scan, attributes, added, format == null ? null : bodyFields);
  }

  private @Nullable LogChange parse() {
    byte[] buf = scan.buf();
    int start = scan.textStart();
    int end = scan.textEnd();
    if (!parsesBodies || start == end) {
      return null;
    }
    if (JsonBody.isLikely(buf, start, end)) {
      if (isParsable(end - start) && json.read(buf, start, end)) {
        return LogChange.JSON;
      }
      changes.add(LogChange.UNPARSED);
      return null;
    }
    return LogfmtBody.isLikely(buf, start, end)
            && isParsable(end - start)
            && logfmt.read(buf, start, end)
        ? LogChange.LOGFMT
        : null;
  }

  private boolean isParsable(int length) {
    return length <= maxParsed && scan.attributeCount() <= MAX_ATTRIBUTES;
  }

  /** Whether something is missing that may be filled in. */
  private boolean hasGap() {
    boolean number = Severity.isNumber(scan.severityNumber());
    if (number ? !scan.hasSeverityText() : scan.hasSeverityText() || scan.has(Role.LEVEL)) {
      return true;
    }
    if (scan.hasTraceId()
        ? !scan.hasSpanId() && (scan.has(Role.SPAN_ID) || scan.has(Role.DATADOG_SPAN_ID))
        : scan.has(Role.TRACE_ID) || scan.has(Role.DATADOG_TRACE_ID)) {
      return true;
    }
    return !scan.hasException()
        && (scan.has(Role.STACK)
            || scan.has(Role.MAYBE_STACK)
            || scan.has(Role.ERROR)
            || Newlines.isIn(scan.buf(), scan.textStart(), scan.textEnd()));
  }

  /**
   * The body's fields, those gone that the record has already. One whose key the record uses for
   * another value is called {@code body.…}; null when that is in use too.
   */
  private @Nullable List<LogField> bodyFields(List<LogField> attributes) {
    List<LogField> added = new ArrayList<>(bodyFields.size());
    for (int i = 0; i < bodyFields.size(); i++) {
      Slice key = bodyFields.key(i);
      Slice value = bodyFields.value(i);
      Slice other = prefixed(key);
      Slice taken = valueOf(key, attributes);
      Slice otherTaken = valueOf(other, attributes);
      LogField field = LogField.ofBody(key, taken == null ? key : other, value);
      if ((taken != null && taken.contentEquals(value))
          || (otherTaken != null && otherTaken.contentEquals(value))) {
        field.dropRepeated();
      } else if ((taken != null && otherTaken != null) || valueOf(field.key(), added) != null) {
        return null;
      }
      added.add(field);
    }
    return added;
  }

  private static @Nullable Slice valueOf(Slice key, List<LogField> attributes) {
    for (LogField attribute : attributes) {
      if (!attribute.isGone() && attribute.key().contentEquals(key)) {
        return attribute.value();
      }
    }
    return null;
  }

  private static Slice prefixed(Slice key) {
    ProtoWriter out = new ProtoWriter(BODY_PREFIX.length + key.length());
    out.raw(BODY_PREFIX, 0, BODY_PREFIX.length);
    out.raw(key);
    return out.slice();
  }
}
