package io.sluice.processors.sanitize.logs;

import io.sluice.schemas.otlp.ProtoWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Reads a body that is one JSON object (RFC 8259, strictly). Its members become fields; objects in
 * them become maps, except those in which logging libraries group what has a place of its own
 * ({@code error}, {@code trace}, …): their members become fields with a dotted name, as
 * OpenTelemetry and ECS write them. A body with a key twice, or too large, is not read: it would
 * lose something.
 */
final class JsonBody {

  static final int MAX_DEPTH = 32;
  static final int MAX_VALUES = 1024;

  private static final int MAX_REDACTED = 64;

  private static final List<byte[]> GROUPS =
      List.of(
              "error",
              "err",
              "exception",
              "thrown",
              "trace",
              "span",
              "log",
              "dd",
              "mdc",
              "contextMap",
              "fields")
          .stream()
          .map(name -> name.getBytes(StandardCharsets.US_ASCII))
          .toList();

  private final BodyFields fields;
  private final ProtoWriter out;
  private final Redacted redacted;
  private byte[] buf = {};
  private int pos;
  private int to;
  private int values;

  JsonBody(BodyFields fields, Redacted redacted) {
    this.fields = fields;
    this.out = fields.bytes();
    this.redacted = redacted;
  }

  /** Whether it looks like an object: a few bytes at its beginning and its last one. */
  static boolean isLikely(byte[] buf, int from, int to) {
    int start = JsonText.skipBlanks(buf, from, Math.min(to, from + 8));
    if (start == to || buf[start] != '{') {
      return false;
    }
    int end = to;
    while (JsonText.isBlank(buf[end - 1])) {
      end--;
    }
    int key = JsonText.skipBlanks(buf, start + 1, end);
    return key < end && buf[key] == '"' && buf[end - 1] == '}';
  }

  /**
   * Reads a body.
   *
   * @return whether all of it is now in the fields; else they hold anything
   */
  boolean read(byte[] body, int start, int end) {
    buf = body;
    pos = JsonText.skipBlanks(body, start, end);
    to = end;
    values = 0;
    fields.clear();
    return members(0, 0) && JsonText.skipBlanks(buf, pos, to) == to;
  }

  /**
   * Members of the body itself, or of a group in it.
   *
   * @param prefixStart the group's name and a dot, in what was written
   */
  private boolean members(int prefixStart, int prefixEnd) {
    pos++;
    if (next() == '}') {
      pos++;
      return true;
    }
    while (true) {
      int keyStart = out.size();
      out.raw(out.slice().array(), prefixStart, prefixEnd);
      if (!key(out)) {
        return false;
      }
      int keyEnd = out.size();
      boolean inGroup = prefixEnd > prefixStart;
      if (!inGroup && isFullGroup(keyStart, keyEnd)) {
        out.raw('.');
        if (!members(keyStart, keyEnd + 1)) {
          return false;
        }
      } else if (!value(inGroup ? 2 : 1) || !fields.add(keyStart, keyEnd)) {
        return false;
      }
      int after = next();
      pos++;
      if (after == '}') {
        return true;
      }
      if (after != ',') {
        return false;
      }
    }
  }

  private boolean isFullGroup(int keyStart, int keyEnd) {
    if (next() != '{') {
      return false;
    }
    int first = JsonText.skipBlanks(buf, pos + 1, to);
    if (first == to || buf[first] == '}') {
      return false; // nothing in it, which is to be seen too
    }
    byte[] written = out.slice().array();
    for (byte[] group : GROUPS) {
      if (Arrays.equals(group, 0, group.length, written, keyStart, keyEnd)) {
        return true;
      }
    }
    return false;
  }

  /** A key and its colon. */
  private boolean key(ProtoWriter into) {
    if (next() != '"') {
      return false;
    }
    int end = JsonText.endOfString(buf, pos + 1, to);
    if (end < 0 || !JsonText.unescape(buf, pos + 1, end, into)) {
      return false;
    }
    pos = end + 1;
    if (next() != ':') {
      return false;
    }
    pos++;
    return true;
  }

  private boolean value(int depth) {
    if (++values > MAX_VALUES || depth > MAX_DEPTH) {
      return false;
    }
    return switch (next()) {
      case '"' -> string();
      case '{' -> object(depth);
      case '[' -> isRedacted() || array(depth);
      case 't' -> word("true") && bool(true);
      case 'f' -> word("false") && bool(false);
      case 'n' -> word("null"); // an AnyValue without a value
      case '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9' -> number() || isRedacted();
      default -> isRedacted();
    };
  }

  private boolean string() {
    int start = pos + 1;
    int end = JsonText.endOfString(buf, start, to);
    if (end < 0) {
      return false;
    }
    pos = end + 1;
    if (!JsonText.hasEscape(buf, start, end)) {
      fields.text(buf, start, end);
      return true;
    }
    int text = fields.beginText();
    boolean read = JsonText.unescape(buf, start, end, out);
    out.end(text);
    return read;
  }

  private boolean object(int depth) {
    int list = out.begin(6);
    pos++;
    if (next() == '}') {
      pos++;
      out.end(list);
      return true;
    }
    Set<String> keys = new HashSet<>();
    while (true) {
      int entry = out.begin(1);
      int key = out.begin(1);
      if (!key(out) || !keys.add(written(key))) {
        return false;
      }
      out.end(key);
      int value = out.begin(2);
      if (!value(depth + 1)) {
        return false;
      }
      out.end(value);
      out.end(entry);
      int after = next();
      pos++;
      if (after == '}') {
        out.end(list);
        return true;
      }
      if (after != ',') {
        return false;
      }
    }
  }

  private boolean array(int depth) {
    int list = out.begin(5);
    pos++;
    if (next() == ']') {
      pos++;
      out.end(list);
      return true;
    }
    while (true) {
      int value = out.begin(1);
      if (!value(depth + 1)) {
        return false;
      }
      out.end(value);
      int after = next();
      pos++;
      if (after == ']') {
        out.end(list);
        return true;
      }
      if (after != ',') {
        return false;
      }
    }
  }

  private String written(int from) {
    return new String(out.slice().array(), from, out.size() - from, StandardCharsets.UTF_8);
  }

  private boolean bool(boolean value) {
    fields.bool(value);
    return true;
  }

  private boolean number() {
    int end = JsonNumber.read(buf, pos, to, fields);
    if (end < 0) {
      return false;
    }
    pos = end;
    return true;
  }

  private boolean word(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (pos + i >= to || buf[pos + i] != word.charAt(i)) {
        return false;
      }
    }
    pos += word.length();
    return true;
  }

  /** What a rule wrote over a number: no JSON any more, and no reason to lose the rest. */
  private boolean isRedacted() {
    int limit = Math.min(to, pos + MAX_REDACTED);
    boolean bracket = pos < to && buf[pos] == '[';
    int end = pos;
    while (end < limit && !(bracket ? buf[end] == ']' : endsToken(buf[end]))) {
      end++;
    }
    end += bracket && end < limit ? 1 : 0;
    if (end == pos || !redacted.is(buf, pos, end)) {
      return false;
    }
    fields.text(buf, pos, end);
    pos = end;
    return true;
  }

  private static boolean endsToken(byte b) {
    return b == ',' || b == '}' || b == ']' || JsonText.isBlank(b);
  }

  /** The next byte that is no blank, now the current one; negative at the end. */
  private int next() {
    pos = JsonText.skipBlanks(buf, pos, to);
    return pos < to ? buf[pos] : -1;
  }
}
