package io.sluice.processors.sanitize;

import java.util.List;

/**
 * A credential's name with its value in text, in the notations that logs mix: {@code name=value},
 * {@code name: value}, {@code name => 'value'}, JSON (also inside a JSON string, with its
 * backslashes), query and connection strings, {@code --name value} and {@code <name>value</name>}.
 * The value is found.
 */
final class AssignmentDetector implements Detector {

  private static final int MAX_NAME = 128;
  private static final int MAX_WORDS = 4;
  private static final int MAX_BLANKS = 32;
  private static final int MAX_BACKSLASHES = 16;
  private static final int NO_VALUE = -1;

  private final KeyNames names;
  private final List<Anchor> anchors;
  private final boolean openEnded;

  /**
   * @param keys names as redaction rules write them
   */
  AssignmentDetector(List<String> keys) {
    KeyNames.Builder builder = new KeyNames.Builder();
    keys.forEach(key -> builder.add(key, 0));
    names = builder.build();
    anchors = keys.stream().map(KeyNames.Builder::anchor).distinct().map(Anchor::loose).toList();
    // Then a name may go on behind its anchor.
    openEnded = keys.stream().anyMatch(key -> key.indexOf('*', 1) > 0);
  }

  @Override
  public List<Anchor> anchors() {
    return anchors;
  }

  @Override
  public int look(byte[] buf, int from, int to, int anchor, Found found) {
    // The end first: prose names credentials often and seldom gives them.
    int nameEnd = endOfName(buf, anchor, to);
    if (nameEnd > anchor && !openEnded) {
      return anchor;
    }
    int nameStart = startOfWord(buf, Math.max(from, anchor - MAX_NAME), anchor);
    boolean tag = nameStart > from && buf[nameStart - 1] == '<';
    int value = tag ? afterTag(buf, nameEnd, to) : afterSeparator(buf, nameStart, nameEnd, to);
    if (value == NO_VALUE || !isName(buf, from, nameStart, nameEnd)) {
      return anchor;
    }
    return tag
        ? AssignmentValue.findContent(buf, value, to, found)
        : AssignmentValue.find(buf, value, to, found);
  }

  private static int endOfName(byte[] buf, int anchor, int to) {
    int limit = Math.min(to, anchor + MAX_NAME);
    int i = anchor;
    while (i < limit && isNameByte(buf[i])) {
      i++;
    }
    return i;
  }

  private static int startOfWord(byte[] buf, int limit, int end) {
    int i = end;
    while (i > limit && isNameByte(buf[i - 1])) {
      i--;
    }
    return i;
  }

  /** Whether the last word is a credential's name, or the last few together: {@code api key}. */
  private boolean isName(byte[] buf, int from, int lastWord, int nameEnd) {
    int limit = Math.max(from, nameEnd - MAX_NAME);
    int start = lastWord;
    for (int words = 1; words <= MAX_WORDS; words++) {
      if (names.rule(buf, start, nameEnd) != KeyNames.NONE) {
        return true;
      }
      if (start <= limit || buf[start - 1] != ' ') {
        return false;
      }
      start = startOfWord(buf, limit, start - 1);
    }
    return false;
  }

  private static int afterTag(byte[] buf, int nameEnd, int to) {
    return nameEnd < to && buf[nameEnd] == '>' ? nameEnd + 1 : NO_VALUE;
  }

  private static int afterSeparator(byte[] buf, int nameStart, int nameEnd, int to) {
    int i = afterQuote(buf, nameEnd, to);
    boolean quoted = i > nameEnd;
    if (i < to && buf[i] == ']') { // user[password]=…
      i++;
    }
    int sign = Ascii.skipBlanks(buf, i, to, MAX_BLANKS);
    if (sign == to) {
      return NO_VALUE;
    }
    int after = afterSign(buf, sign, to);
    if (after == NO_VALUE) {
      boolean option =
          nameEnd - nameStart > 2 && buf[nameStart] == '-' && buf[nameStart + 1] == '-';
      return option && sign > nameEnd && buf[sign] != '-' ? sign : NO_VALUE;
    }
    // JSON may put the value on another line.
    return quoted
        ? AssignmentValue.skipSpace(buf, after, to)
        : Ascii.skipBlanks(buf, after, to, MAX_BLANKS);
  }

  /** Behind {@code =}, {@code ==}, {@code =>}, {@code :} and {@code :=}. */
  private static int afterSign(byte[] buf, int sign, int to) {
    int i = sign + 1;
    if (buf[sign] == ':') {
      boolean path =
          i < to && (buf[i] == ':' || (buf[i] == '/' && i + 1 < to && buf[i + 1] == '/'));
      if (path) {
        return NO_VALUE;
      }
      return i < to && buf[i] == '=' ? i + 1 : i;
    }
    if (buf[sign] != '=') {
      return NO_VALUE;
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

  static boolean isNameByte(byte b) {
    return Ascii.isAlphanumeric(b) || b == '_' || b == '-' || b == '.';
  }
}
