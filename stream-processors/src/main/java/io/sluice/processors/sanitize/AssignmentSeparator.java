package io.sluice.processors.sanitize;

import java.util.List;

/** What stands between a name and its value. */
final class AssignmentSeparator {

  static final int NONE = -1;

  private static final int MAX_BLANKS = 32;
  private static final int MAX_BACKSLASHES = 16;
  private static final String VALUE = "value";
  private static final String PARAMETER = ",parametervalue=";
  private static final String PARAMETER_VALUE = "parametervalue";
  private static final List<String> HEADER_ENDS = List.of("\r\n\r\n", "\n\n", "\\r\\n\\r\\n");
  private static final String BEFORE_EQUALS = ":?.+|-";
  private static final int MAX_BEFORE_EQUALS = 3;
  private static final String TYPE_SIGNS = "&*?<>[]:";
  private static final int MAX_TYPE = 24;
  private static final int MAX_ARGUMENT = 256;
  private static final int MAX_PLACE = 8;
  private static final int MAX_PLACE_BEFORE_COLON = "[99]".length();
  private static final String DUMPED = "string(";

  private AssignmentSeparator() {}

  /** Where the value begins, or {@link #NONE} when nothing separates. */
  static int after(byte[] buf, int from, int nameStart, int nameEnd, int to) {
    int i = afterQuote(buf, nameEnd, to);
    boolean quoted = i > nameEnd;
    int sign = Ascii.skipBlanks(buf, afterBracket(buf, i, to), to, MAX_BLANKS);
    if (sign == to) {
      return NONE;
    }
    int after = afterSign(buf, sign, to);
    int typed = afterType(buf, after == NONE ? sign : after, to);
    if (typed != NONE) {
      return typed;
    }
    if (after != NONE) {
      // JSON may put the value on another line.
      return quoted
          ? afterLength(buf, ValueEnd.skipSpace(buf, after, to), to)
          : Ascii.skipBlanks(buf, after, to, MAX_BLANKS);
    }
    boolean option = CommandOption.isLong(buf, nameStart, nameEnd);
    boolean single = !option && CommandOption.isSingle(buf, from, nameStart, nameEnd);
    if ((option || single) && (quoted || buf[sign] == ',')) {
      int pair = quoted ? afterPair(buf, sign, to) : NONE;
      if (pair != NONE) {
        return pair;
      }
      return afterArgument(buf, i, sign, quoted, to);
    }
    if (quoted) {
      boolean opened = nameStart > from && Ascii.isQuote(buf[nameStart - 1]);
      boolean argument = opened && nameStart - 1 > from && buf[nameStart - 2] == '(';
      if (argument && buf[sign] == ',') {
        return beforeQuote(buf, ValueEnd.skipSpace(buf, sign + 1, to), to);
      }
      int listed = opened ? ListedPair.value(buf, from, nameStart - 1, sign, to) : NONE;
      return listed == NONE && opened ? afterPair(buf, sign, to) : listed;
    }
    if (sign == nameEnd && Ascii.hasWordAt(buf, sign, to, PARAMETER)) {
      return sign + PARAMETER.length();
    }
    if (buf[sign] == '(' && sign == nameEnd) {
      return beforeQuote(buf, Ascii.skipBlanks(buf, sign + 1, to, MAX_BLANKS), to);
    }
    if (option && sign > nameEnd && buf[sign] != '-') {
      return sign;
    }
    if (single && sign == nameEnd + 1 && CommandOption.isArgument(buf, sign, to)) {
      return sign;
    }
    boolean spaced = sign > nameEnd && isPassword(buf, nameStart, nameEnd);
    return spaced ? beforeQuote(buf, sign, to) : NONE;
  }

  /**
   * Of arguments in a list, behind an option that has its value in the next: {@code '--password',
   * 'x'}, {@code "--password" "x"}, and {@code [--password, x]}, where the list must go on or end.
   */
  private static int afterArgument(byte[] buf, int nameEnd, int sign, boolean quoted, int to) {
    int start = buf[sign] == ',' ? ValueEnd.skipSpace(buf, sign + 1, to) : sign;
    if (quoted) {
      int value = start > nameEnd ? afterQuote(buf, start, to) : start;
      return value > start && value < to && buf[value] != '-' ? start : NONE;
    }
    int end = start;
    int limit = Math.min(to, start + MAX_ARGUMENT);
    while (end < limit && !Ascii.isSpaceOrControl(buf[end]) && buf[end] != ',' && buf[end] != ']') {
      end++;
    }
    boolean listed = end > start && end < limit && (buf[end] == ',' || buf[end] == ']');
    return listed && buf[start] != '-' ? start : NONE;
  }

  /**
   * Behind a bracket that closes here, and behind a place in a list: {@code user[password]=…},
   * {@code password[0]=…}.
   */
  static int afterBracket(byte[] buf, int at, int to) {
    int i = at < to && buf[at] == ']' ? at + 1 : at;
    if (i >= to || buf[i] != '[') {
      return i;
    }
    int close = i + 1;
    int limit = Math.min(to, i + MAX_PLACE);
    while (close < limit && Ascii.isDigit(buf[close])) {
      close++;
    }
    boolean closed = close < limit && buf[close] == ']';
    return closed && isPlace(buf, i, close + 1, to) ? close + 1 : i;
  }

  /** And not the number of a process: {@code passwd[2211]: …}. */
  private static boolean isPlace(byte[] buf, int open, int end, int to) {
    int sign = Ascii.skipBlanks(buf, end, to, MAX_BLANKS);
    return sign < to
        && (buf[sign] == '='
            || Ascii.isQuote(buf[sign])
            || buf[sign] == '\\'
            || (buf[sign] == ':' && end - open <= MAX_PLACE_BEFORE_COLON));
  }

  /** Behind {@code is} or {@code was}. */
  static int afterIs(byte[] buf, int nameEnd, int to) {
    int word = Ascii.skipBlanks(buf, nameEnd, to, 2);
    if (word == nameEnd) {
      return NONE;
    }
    if (Ascii.hasWordAt(buf, word, to, "is ")) {
      return word + 3;
    }
    return Ascii.hasWordAt(buf, word, to, "was ") ? word + 4 : NONE;
  }

  /** Behind nothing but blanks. */
  static int afterBlanks(byte[] buf, int nameEnd, int to) {
    int i = Ascii.skipBlanks(buf, nameEnd, to, MAX_BLANKS);
    return i > nameEnd && i < to ? i : NONE;
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

  /** In YAML, of {@code name: password} with {@code value: …} on the next line. */
  static int afterUnquotedPair(byte[] buf, int nameEnd, int to) {
    int i = ValueEnd.skipSpace(buf, nameEnd, to);
    boolean pair =
        i > nameEnd && Ascii.isSpaceOrControl(buf[nameEnd]) && !Ascii.isBlank(buf[nameEnd]);
    return pair && Ascii.hasWordAt(buf, i, to, "value: ")
        ? Ascii.skipBlanks(buf, i + "value: ".length(), to, MAX_BLANKS)
        : NONE;
  }

  /**
   * Of {@code key="password" value="…"}, {@code "name":"password","value":"…"} and the parameters
   * of CloudFormation.
   */
  private static int afterPair(byte[] buf, int at, int to) {
    for (String end : HEADER_ENDS) {
      if (Ascii.hasWordAt(buf, at, to, end)) {
        return at + end.length(); // a part of multipart/form-data
      }
    }
    int i = at < to && buf[at] == ',' ? ValueEnd.skipSpace(buf, at + 1, to) : at;
    i = afterQuote(buf, i, to);
    String name = Ascii.hasWordAt(buf, i, to, PARAMETER_VALUE) ? PARAMETER_VALUE : VALUE;
    if (!Ascii.hasWordAt(buf, i, to, name)) {
      return NONE;
    }
    i = Ascii.skipBlanks(buf, afterQuote(buf, i + name.length(), to), to, MAX_BLANKS);
    int after = i < to ? afterSign(buf, i, to) : NONE;
    return after == NONE ? NONE : ValueEnd.skipSpace(buf, after, to);
  }

  /** Here, if a quote opens here. */
  private static int beforeQuote(byte[] buf, int at, int to) {
    return at < to && afterQuote(buf, at, to) > at ? at : NONE;
  }

  /**
   * Behind {@code :} or what has {@code =} in it: {@code ==}, {@code =>}, {@code :=}, {@code ::=},
   * {@code ?=}, {@code .=}, {@code +=}, {@code ||=}; or behind {@code ->}.
   */
  private static int afterSign(byte[] buf, int sign, int to) {
    int i = sign;
    int limit = Math.min(to, sign + MAX_BEFORE_EQUALS);
    while (i < limit && BEFORE_EQUALS.indexOf(buf[i]) >= 0) {
      i++;
    }
    if (i < to && buf[i] == '=') {
      int end = Math.min(to, i + 3);
      i++;
      while (i < end && (buf[i] == '=' || buf[i] == '>')) {
        i++;
      }
      return i;
    }
    if (buf[sign] == '-' && i == sign + 1 && i < to && buf[i] == '>') {
      return i + 1;
    }
    if (buf[sign] != ':') {
      return NONE;
    }
    i = sign + 1;
    boolean path = i < to && (buf[i] == ':' || (buf[i] == '/' && i + 1 < to && buf[i + 1] == '/'));
    return path ? NONE : i;
  }

  /** Behind the type in {@code token string = "…"} and {@code token: String = "…"}. */
  private static int afterType(byte[] buf, int at, int to) {
    int start = Ascii.skipBlanks(buf, at, to, MAX_BLANKS);
    int limit = Math.min(to, start + MAX_TYPE);
    int i = start;
    boolean text = false;
    while (i < limit && (Ascii.isLetter(buf[i]) || TYPE_SIGNS.indexOf(buf[i]) >= 0)) {
      text |= Ascii.hasWordAt(buf, i, to, "str") || Ascii.hasWordAt(buf, i, to, "char");
      i++;
    }
    int sign = Ascii.skipBlanks(buf, i, to, MAX_BLANKS);
    if (!text || sign + 1 >= to || buf[sign] != '=' || buf[sign + 1] == '=') {
      return NONE;
    }
    return beforeQuote(buf, Ascii.skipBlanks(buf, sign + 1, to, MAX_BLANKS), to);
  }

  /** Behind the type and length in {@code string(10) "…"}, as PHP prints it. */
  static int afterLength(byte[] buf, int at, int to) {
    if (!Ascii.hasWordAt(buf, at, to, DUMPED)) {
      return at;
    }
    int digits = at + DUMPED.length();
    int i = digits;
    while (i < to && Ascii.isDigit(buf[i])) {
      i++;
    }
    boolean text = i > digits && Ascii.hasWordAt(buf, i, to, ") \"");
    return text ? i + 2 : at;
  }

  /** Behind a quote with its backslashes, or one that CSV or SQL have doubled. */
  static int afterQuote(byte[] buf, int from, int to) {
    int i = from;
    int limit = Math.min(to, from + MAX_BACKSLASHES);
    while (i < limit && buf[i] == '\\') {
      i++;
    }
    if (i >= to || !Ascii.isQuote(buf[i])) {
      return from;
    }
    return i == from && i + 1 < to && buf[i + 1] == buf[i] ? i + 2 : i + 1;
  }
}
