package io.sluice.processors.sanitize;

/**
 * How far the value of an assignment reaches. In doubt too far: the rest of a password is worse
 * than a lost word.
 */
final class ValueEnd {

  private static final int MAX_NAME = 64;
  private static final int MAX_STRUCTURE = 4096;
  private static final int MAX_SPACE = 32;

  private ValueEnd() {}

  /**
   * The closing quote, or the end of the line when there is none.
   *
   * @param escapes how many backslashes stood before the opening quote: 1 inside a JSON string, 3
   *     in a string inside that, and so on
   */
  static int ofQuoted(byte[] buf, int start, int to, byte quote, int escapes) {
    int backslashes = 0;
    for (int i = start; i < to; i++) {
      byte b = buf[i];
      if (b == '\n' || b == '\r') {
        return i;
      }
      if (b == quote && closes(backslashes, escapes)) {
        boolean doubled = quote == '\'' && i > start && i + 1 < to && buf[i + 1] == quote;
        if (!doubled) {
          return i - Math.min(backslashes, escapes);
        }
        i++; // as SQL writes a quote in a string
      }
      backslashes = b == '\\' ? backslashes + 1 : 0;
    }
    return to;
  }

  /** Fewer backslashes than at the opening close the string around; more belong to the value. */
  private static boolean closes(int backslashes, int escapes) {
    return backslashes < escapes || backslashes % (2 * (escapes + 1)) == escapes;
  }

  /**
   * The bracket that closes the one here; without one, the end of the line, which in what is long
   * is the next one.
   */
  static int ofStructure(byte[] buf, int start, int to) {
    int depth = 0;
    int backslashes = 0;
    for (int i = start; i < to; i++) {
      byte b = buf[i];
      if (b == '"') {
        int end = ofQuoted(buf, i + 1, to, b, backslashes);
        // The backslashes before the closing quote belong to it.
        i = end + backslashes < to && buf[end + backslashes] == b ? end + backslashes : end;
      } else if (b == '{' || b == '[') {
        depth++;
      } else if (b == '}' || b == ']') {
        depth--;
        if (depth == 0) {
          return i + 1;
        }
      } else if (b == '\n' && (i - start > MAX_STRUCTURE || !isBrokenInside(buf, start, i, to))) {
        return i;
      }
      backslashes = b == '\\' ? backslashes + 1 : 0;
    }
    return to;
  }

  /** Whether JSON that is broken over lines may be broken here. */
  private static boolean isBrokenInside(byte[] buf, int start, int lineEnd, int to) {
    int before = lineEnd - 1;
    while (before > start && Ascii.isSpaceOrControl(buf[before])) {
      before--;
    }
    int after = skipSpace(buf, lineEnd, to);
    return buf[before] == '{'
        || buf[before] == '['
        || buf[before] == ','
        || (after < to && (buf[after] == '}' || buf[after] == ']'));
  }

  /** The first byte that is no space, looking at no more than a few. */
  static int skipSpace(byte[] buf, int from, int to) {
    int i = from;
    int limit = Math.min(to, from + MAX_SPACE);
    while (i < limit && Ascii.isSpaceOrControl(buf[i])) {
      i++;
    }
    return i;
  }

  /**
   * The end of a value without quotes.
   *
   * @param beforeName whether it also ends where it turns out to be a name itself
   */
  static int ofPlain(byte[] buf, int start, int to, boolean beforeName) {
    int i = start;
    while (i < to && !endsPlain(buf, i, to) && !(beforeName && endsName(buf, i, to))) {
      i++;
    }
    return i;
  }

  /** Whether what comes before is no value but a name: {@code auth:token=…}. */
  private static boolean endsName(byte[] buf, int i, int to) {
    return (buf[i] == '=' || buf[i] == ':') && i + 1 < to && Ascii.isAlphanumeric(buf[i + 1]);
  }

  private static boolean endsPlain(byte[] buf, int i, int to) {
    byte b = buf[i];
    if (Ascii.isSpaceOrControl(b)) {
      return true;
    }
    if (b == '\\') {
      // A line that ends inside a string: {"config":"token=…\nretries=3"}.
      return i + 1 < to
          && (Ascii.isQuote(buf[i + 1])
              || (Ascii.isEscaped(buf, i, i + 1) && (i == 0 || buf[i - 1] != '\\')));
    }
    return isPunctuation(b) && goesOn(buf, i + 1, to);
  }

  private static boolean isPunctuation(byte b) {
    return switch (b) {
      case ',', ';', '&', '|', ')', ']', '}', '<', '>', '"', '\'', '`' -> true;
      default -> false;
    };
  }

  /**
   * Whether the text around goes on here: punctuation is also found inside passwords, where other
   * letters follow.
   */
  private static boolean goesOn(byte[] buf, int after, int to) {
    if (after == to) {
      return true;
    }
    byte b = buf[after];
    if (Ascii.isSpaceOrControl(b) || isPunctuation(b) || b == '\\' || b == '/') {
      return true;
    }
    int limit = Math.min(to, after + MAX_NAME);
    int i = after;
    while (i < limit && (AssignmentDetector.isNameByte(buf[i]) || isBracket(buf[i], i > after))) {
      i++;
    }
    return i > after && i < to && (buf[i] == '=' || buf[i] == ':');
  }

  /** Of a name with a part: {@code user[name]=ann}. */
  private static boolean isBracket(byte b, boolean behindName) {
    return behindName && (b == '[' || b == ']');
  }
}
