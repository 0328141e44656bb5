package io.sluice.processors.sanitize.statements;

/** The bytes of a statement. Reading beyond its ends is allowed, so that no look ahead can fail. */
class Text {

  /** What stands beyond the ends. */
  static final int END = -1;

  private byte[] buf = {};
  private int from;
  private int to;

  final Text over(byte[] newBuf, int newFrom, int newTo) {
    buf = newBuf;
    from = newFrom;
    to = newTo;
    return this;
  }

  final int from() {
    return from;
  }

  final int to() {
    return to;
  }

  /** The byte from 0 to 255, or {@link #END}. Not final: a test counts the reads. */
  int at(int i) {
    return i >= from && i < to ? buf[i] & 0xff : END;
  }

  final byte[] array() {
    return buf;
  }

  /** The first place from here on that is no white space; the end when there is none. */
  final int skipSpace(int start) {
    int i = start;
    while (isSpace(at(i))) {
      i++;
    }
    return i;
  }

  /** The first place from here on that cannot be inside a word. */
  final int skipWord(int start) {
    int i = start;
    while (isWord(at(i))) {
      i++;
    }
    return i;
  }

  final int skipDigits(int start) {
    int i = start;
    while (isDigit(at(i))) {
      i++;
    }
    return i;
  }

  /** Whether all of this range is the word, which is in lower case, in any case. */
  final boolean isWord(int start, int end, String lowerCase) {
    return end - start == lowerCase.length() && startsWith(start, lowerCase);
  }

  /** Whether these lower-case letters stand here, in any case. */
  final boolean startsWith(int start, String lowerCase) {
    for (int i = 0; i < lowerCase.length(); i++) {
      if (lower(at(start + i)) != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** A range of ASCII letters in lower case; empty when it is longer than allowed. */
  final String lowerCase(int start, int end, int most) {
    if (end - start > most) {
      return "";
    }
    StringBuilder word = new StringBuilder(end - start);
    for (int i = start; i < end; i++) {
      word.append((char) lower(at(i)));
    }
    return word.toString();
  }

  /**
   * The end of a string that opens here.
   *
   * @param backslashEscapes whether a backslash takes a quote's meaning, besides doubling it
   * @return {@link #END} when it never ends
   */
  final int endOfString(int open, boolean backslashEscapes) {
    int quote = at(open);
    int i = open + 1;
    while (true) {
      int c = at(i);
      if (c == END) {
        return END;
      } else if (c == '\\' && backslashEscapes) {
        i += 2;
      } else if (c != quote) {
        i++;
      } else if (at(i + 1) == quote) {
        i += 2;
      } else {
        return i + 1;
      }
    }
  }

  static int lower(int c) {
    return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c;
  }

  static boolean isSpace(int c) {
    return c >= 0 && c <= ' ';
  }

  static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  static boolean isLetter(int c) {
    int lower = lower(c);
    return (lower >= 'a' && lower <= 'z') || c == '_' || c >= 0x80;
  }

  static boolean isHex(int c) {
    int lower = lower(c);
    return isDigit(c) || (lower >= 'a' && lower <= 'f');
  }

  /** What can stand inside a word: letters of all scripts, digits and what databases allow. */
  static boolean isWord(int c) {
    return isLetter(c) || isDigit(c) || c == '$' || c == '#' || c == '@';
  }
}
