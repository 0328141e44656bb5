package io.sluice.processors.sanitize;

import java.util.List;

/** Character references of HTML and XML: by name, by number, by hexadecimal number. */
final class CharacterReferences {

  static final List<String> NAMES = List.of("quot;", "amp;", "lt;", "gt;", "apos;");
  private static final String CHARACTERS = "\"&<>'";

  /** As many digits as a character in three bytes may have, and is then no longer than before. */
  private static final int MAX_DIGITS = 5;

  private CharacterReferences() {}

  /** Where the reference ends that stands here; here, when none does. */
  static int end(byte[] buf, int at, int to) {
    for (int i = 0; i < NAMES.size(); i++) {
      if (Ascii.hasWordAt(buf, at + 1, to, NAMES.get(i))) {
        return at + 1 + NAMES.get(i).length();
      }
    }
    if (at + 2 >= to || buf[at + 1] != '#') {
      return at;
    }
    boolean hex = buf[at + 2] == 'x' || buf[at + 2] == 'X';
    int first = at + (hex ? 3 : 2);
    int i = first;
    while (i < to && i - first < MAX_DIGITS && isDigit(buf[i], hex)) {
      i++;
    }
    return i > first && i < to && buf[i] == ';' ? i + 1 : at;
  }

  private static boolean isDigit(byte b, boolean hex) {
    return hex ? Ascii.isHex(b) : Ascii.isDigit(b);
  }

  /** The character of a reference. */
  static int character(byte[] buf, int start, int end) {
    for (int i = 0; i < NAMES.size(); i++) {
      if (Ascii.hasWordAt(buf, start + 1, end, NAMES.get(i))) {
        return CHARACTERS.charAt(i);
      }
    }
    boolean hex = buf[start + 2] == 'x' || buf[start + 2] == 'X';
    int value = 0;
    for (int i = start + (hex ? 3 : 2); i < end - 1; i++) {
      value = value * (hex ? 16 : 10) + Character.digit(buf[i], 16);
    }
    return value;
  }
}
