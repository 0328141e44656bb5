package io.sluice.processors.sanitize;

/** Kinds of bytes. Bytes of other scripts are of no kind. */
final class Ascii {

  private Ascii() {}

  static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  static boolean isLower(byte b) {
    return b >= 'a' && b <= 'z';
  }

  static boolean isUpper(byte b) {
    return b >= 'A' && b <= 'Z';
  }

  static boolean isLetter(byte b) {
    return isLower(b) || isUpper(b);
  }

  static boolean isAlphanumeric(byte b) {
    return isDigit(b) || isLower(b) || isUpper(b);
  }

  static boolean isHex(byte b) {
    return isDigit(b) || (b >= 'a' && b <= 'f') || (b >= 'A' && b <= 'F');
  }

  static boolean isBlank(byte b) {
    return b == ' ' || b == '\t';
  }

  /** Blanks, line ends and other control characters. */
  static boolean isSpaceOrControl(byte b) {
    return b >= 0 && b <= ' ';
  }

  static int lower(byte b) {
    return isUpper(b) ? b + ('a' - 'A') : b;
  }

  static boolean isQuote(byte b) {
    return b == '"' || b == '\'' || b == '`';
  }

  /** Whether this letter is what a backslash before it makes a line end or tab: {@code \\n}. */
  static boolean isEscaped(byte[] buf, int from, int at) {
    return at > from && buf[at - 1] == '\\' && (buf[at] == 'n' || buf[at] == 'r' || buf[at] == 't');
  }

  /** Whether these lower-case letters stand here, in any case. */
  static boolean hasWordAt(byte[] buf, int from, int to, String lowerCase) {
    if (from < 0 || to - from < lowerCase.length()) {
      return false;
    }
    for (int i = 0; i < lowerCase.length(); i++) {
      int b = buf[from + i];
      int lower = b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
      if (lower != lowerCase.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** Whether what ends here ends in these lower-case letters, in any case. */
  static boolean endsWith(byte[] buf, int from, int end, String lowerCase) {
    int at = end - lowerCase.length();
    return at >= from && hasWordAt(buf, at, end, lowerCase);
  }

  /** The first place from here on that is no blank, looking at no more than a few. */
  static int skipBlanks(byte[] buf, int from, int to, int most) {
    int i = from;
    int limit = Math.min(to, from + most);
    while (i < limit && isBlank(buf[i])) {
      i++;
    }
    return i;
  }

  /** The same before here: where the blanks begin. */
  static int skipBlanksBefore(byte[] buf, int from, int end, int most) {
    int i = end;
    int limit = Math.max(from, end - most);
    while (i > limit && isBlank(buf[i - 1])) {
      i--;
    }
    return i;
  }
}
