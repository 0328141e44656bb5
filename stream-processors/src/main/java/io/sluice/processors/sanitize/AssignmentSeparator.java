package io.sluice.processors.sanitize;

/** What stands between a name and its value. */
final class AssignmentSeparator {

  static final int NONE = -1;

  private static final int MAX_BLANKS = 32;
  private static final int MAX_BACKSLASHES = 16;
  private static final String VALUE = "value";

  private AssignmentSeparator() {}

  /** Where the value begins, or {@link #NONE} when nothing separates. */
  static int after(byte[] buf, int from, int nameStart, int nameEnd, int to) {
    int i = afterQuote(buf, nameEnd, to);
    boolean quoted = i > nameEnd;
    if (i < to && buf[i] == ']') { // user[password]=…
      i++;
    }
    int sign = Ascii.skipBlanks(buf, i, to, MAX_BLANKS);
    if (sign == to) {
      return NONE;
    }
    int after = afterSign(buf, sign, to);
    if (after != NONE) {
      // JSON may put the value on another line.
      return quoted
          ? ValueEnd.skipSpace(buf, after, to)
          : Ascii.skipBlanks(buf, after, to, MAX_BLANKS);
    }
    if (quoted) {
      boolean opened = nameStart > from && Ascii.isQuote(buf[nameStart - 1]);
      return opened ? afterPair(buf, sign, to) : NONE;
    }
    if (buf[sign] == '(' && sign == nameEnd) {
      return beforeQuote(buf, Ascii.skipBlanks(buf, sign + 1, to, MAX_BLANKS), to);
    }
    boolean option = nameEnd - nameStart > 2 && buf[nameStart] == '-' && buf[nameStart + 1] == '-';
    if (option && sign > nameEnd && buf[sign] != '-') {
      return sign;
    }
    boolean spaced = sign > nameEnd && isPassword(buf, nameStart, nameEnd);
    return spaced ? beforeQuote(buf, sign, to) : NONE;
  }

  /** Behind {@code is} or {@code was} after a password's name. */
  static int afterIs(byte[] buf, int nameStart, int nameEnd, int to) {
    int word = Ascii.skipBlanks(buf, nameEnd, to, 2);
    int end =
        Ascii.hasWordAt(buf, word, to, "is ")
            ? word + 3
            : Ascii.hasWordAt(buf, word, to, "was ") ? word + 4 : NONE;
    return word > nameEnd && isPassword(buf, nameStart, nameEnd) ? end : NONE;
  }

  /** Whether a name is one of a password: other credentials are also words of parsers. */
  static boolean isPassword(byte[] buf, int nameStart, int nameEnd) {
    for (int i = nameStart; i < nameEnd; i++) {
      if (Ascii.hasWordAt(buf, i, nameEnd, "pass") || Ascii.hasWordAt(buf, i, nameEnd, "pwd")) {
        return true;
      }
    }
    return false;
  }

  /** Of {@code key="password" value="…"} and {@code "name":"password","value":"…"}. */
  private static int afterPair(byte[] buf, int at, int to) {
    int i = at < to && buf[at] == ',' ? ValueEnd.skipSpace(buf, at + 1, to) : at;
    i = afterQuote(buf, i, to);
    if (!Ascii.hasWordAt(buf, i, to, VALUE)) {
      return NONE;
    }
    i = Ascii.skipBlanks(buf, afterQuote(buf, i + VALUE.length(), to), to, MAX_BLANKS);
    int after = i < to ? afterSign(buf, i, to) : NONE;
    return after == NONE ? NONE : ValueEnd.skipSpace(buf, after, to);
  }

  /** Here, if a quote opens here. */
  private static int beforeQuote(byte[] buf, int at, int to) {
    return at < to && afterQuote(buf, at, to) > at ? at : NONE;
  }

  /** Behind {@code =}, {@code ==}, {@code =>}, {@code :} and {@code :=}. */
  private static int afterSign(byte[] buf, int sign, int to) {
    int i = sign + 1;
    if (buf[sign] == ':') {
      boolean path =
          i < to && (buf[i] == ':' || (buf[i] == '/' && i + 1 < to && buf[i + 1] == '/'));
      if (path) {
        return NONE;
      }
      return i < to && buf[i] == '=' ? i + 1 : i;
    }
    if (buf[sign] != '=') {
      return NONE;
    }
    while (i < to && i < sign + 3 && (buf[i] == '=' || buf[i] == '>')) {
      i++;
    }
    return i;
  }

  private static int afterQuote(byte[] buf, int from, int to) {
    int i = from;
    int limit = Math.min(to, from + MAX_BACKSLASHES);
    while (i < limit && buf[i] == '\\') {
      i++;
    }
    return i < to && Ascii.isQuote(buf[i]) ? i + 1 : from;
  }
}
