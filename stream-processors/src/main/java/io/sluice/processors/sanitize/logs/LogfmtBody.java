package io.sluice.processors.sanitize.logs;

import io.sluice.schemas.otlp.ProtoWriter;

/**
 * Reads a body that is one line of logfmt: two or more {@code key=value}, with blanks between and
 * nothing else. The grammar knows keys without a value and reads any prose as such, so here each
 * must have its {@code =}. Logfmt has no types: every value is text.
 */
final class LogfmtBody {

  private static final int MAX_KEY = 64;

  private final BodyFields fields;

  LogfmtBody(BodyFields fields) {
    this.fields = fields;
  }

  /** Whether it begins with a key and its {@code =}: looks at no more than the first word. */
  static boolean isLikely(byte[] buf, int from, int to) {
    return from < to && endOfKey(buf, from, to) > from;
  }

  /**
   * Reads a body.
   *
   * @return whether all of it is now in the fields; else they hold anything
   */
  boolean read(byte[] buf, int start, int end) {
    fields.clear();
    ProtoWriter out = fields.bytes();
    int to = end;
    while (to > start && JsonText.isBlank(buf[to - 1])) {
      to--;
    }
    int pos = start;
    while (pos < to) {
      int keyEnd = endOfKey(buf, pos, to);
      if (keyEnd < 0) {
        return false;
      }
      int key = out.size();
      out.raw(buf, pos, keyEnd);
      int value = out.size();
      pos = value(buf, keyEnd + 1, to);
      if (pos < 0 || (pos < to && buf[pos] != ' ') || !fields.add(key, value)) {
        return false;
      }
      while (pos < to && buf[pos] == ' ') {
        pos++;
      }
    }
    return fields.size() > 1;
  }

  /** Where the {@code =} stands behind a key; negative when there is none. */
  private static int endOfKey(byte[] buf, int from, int to) {
    int limit = Math.min(to, from + MAX_KEY);
    for (int i = from; i < limit; i++) {
      byte b = buf[i];
      boolean letter = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') || b == '_' || b == '@';
      if (!letter && (i == from || !isInKey(b))) {
        return b == '=' && i > from ? i : JsonText.BROKEN;
      }
    }
    return JsonText.BROKEN;
  }

  private static boolean isInKey(byte b) {
    return (b >= '0' && b <= '9') || b == '.' || b == '-' || b == '/' || b == ':';
  }

  /** Writes a value. Returns where it ends; negative when it is none. */
  private int value(byte[] buf, int from, int to) {
    if (from < to && buf[from] == '"') {
      int end = JsonText.endOfString(buf, from + 1, to);
      if (end < 0) {
        return JsonText.BROKEN;
      }
      int text = fields.beginText();
      boolean read = JsonText.unescape(buf, from + 1, end, fields.bytes());
      fields.bytes().end(text);
      return read ? end + 1 : JsonText.BROKEN;
    }
    int end = from;
    while (end < to && (buf[end] < 0 || buf[end] > ' ') && buf[end] != '"') {
      end++;
    }
    fields.text(buf, from, end);
    return end;
  }
}
