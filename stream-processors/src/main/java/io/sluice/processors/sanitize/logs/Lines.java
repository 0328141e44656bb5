package io.sluice.processors.sanitize.logs;

import io.sluice.schemas.otlp.Slice;

/** The lines of a text, one after the other. */
final class Lines {

  static final int NONE = -1;

  private final byte[] buf;
  private final int to;
  private int next;
  private int start;
  private int end;

  Lines(byte[] buf, int from, int to) {
    this.buf = buf;
    this.to = to;
    this.next = from;
  }

  boolean next() {
    if (next >= to) {
      return false;
    }
    start = next;
    end = endOf(start);
    next = start;
    while (next < to && buf[next] != '\n') {
      next++;
    }
    next++;
    return true;
  }

  int start() {
    return start;
  }

  int end() {
    return end;
  }

  /** Where the line that begins here ends. */
  int endOf(int from) {
    int i = from;
    while (i < to && buf[i] != '\n') {
      i++;
    }
    return i > from && buf[i - 1] == '\r' ? i - 1 : i;
  }

  byte at(int i) {
    return buf[i];
  }

  Slice slice(int from, int until) {
    return new Slice(buf, from, until);
  }

  boolean isIndented() {
    return start < end && (buf[start] == ' ' || buf[start] == '\t');
  }

  boolean isBlank() {
    return JsonText.skipBlanks(buf, start, end) == end;
  }

  boolean is(byte[] text) {
    return end - start == text.length && begins(text);
  }

  boolean begins(byte[] text) {
    return hasAt(start, end, text);
  }

  boolean beginsIndented(byte[] text) {
    return hasAt(JsonText.skipBlanks(buf, start, end), end, text);
  }

  boolean ends(String text) {
    return endsAt(start, end, text);
  }

  boolean endsAt(int from, int until, String text) {
    int at = until - text.length();
    if (at < from) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (buf[at + i] != text.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  boolean has(char c) {
    for (int i = start; i < end; i++) {
      if (buf[i] == c) {
        return true;
      }
    }
    return false;
  }

  boolean hasAt(int from, int until, byte[] text) {
    if (until - from < text.length) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      if (buf[from + i] != text[i]) {
        return false;
      }
    }
    return true;
  }
}
