package io.sluice.processors.sanitize.statements;

/** The bytes of a statement. Reading beyond its ends is allowed, so that no look ahead can fail. */
class Text {

  /** What stands beyond the ends. */
  static final int END = -1;

  private static final int LETTER = 1;
  private static final int HEX = 2;
  private static final int WORD = 4;

  /** What each byte can be, {@link #END} first. */
  private static final byte[] KINDS = kinds();

  private byte[] buf = {};
  private int from;
  private int to;

  final void over(byte[] newBuf, int newFrom, int newTo) {
    buf = newBuf;
    from = newFrom;
    to = newTo;
  }

  final int from() {
    return from;
  }

  final int to() {
    return to;
  }

  final byte[] array() {
    return buf;
  }

  /** The byte from 0 to 255, or {@link #END}. Not final: a test counts the reads. */
  int at(int i) {
    return i >= from && i < to ? buf[i] & 0xff : END;
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
    if (end - start != lowerCase.length()) {
      return false;
    }
    for (int i = 0; i < lowerCase.length(); i++) {
      if (lower(at(start + i)) != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether a quote stands in this range. */
  final boolean hasQuote(int start, int end) {
    for (int i = start; i < end; i++) {
      if (at(i) == '\'' || at(i) == '"') {
        return true;
      }
    }
    return false;
  }

  /**
   * The end of a string that opens here, in which its quote is written twice.
   *
   * @param backslashEscapes whether a backslash takes a quote's meaning too
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

  /** Letters of all scripts. */
  static boolean isLetter(int c) {
    return has(c, LETTER);
  }

  static boolean isHex(int c) {
    return has(c, HEX);
  }

  /** What can stand inside a name. */
  static boolean isWord(int c) {
    return has(c, WORD);
  }

  private static boolean has(int c, int kind) {
    return (KINDS[c + 1] & kind) != 0;
  }

  private static byte[] kinds() {
    byte[] kinds = new byte[257];
    for (int c = 0; c < 256; c++) {
      int lower = lower(c);
      boolean letter = (lower >= 'a' && lower <= 'z') || c == '_' || c >= 0x80;
      boolean hex = isDigit(c) || (lower >= 'a' && lower <= 'f');
      boolean word = letter || isDigit(c) || c == '$';
      kinds[c + 1] = (byte) ((letter ? LETTER : 0) | (hex ? HEX : 0) | (word ? WORD : 0));
    }
    return kinds;
  }
}
