package io.sluice.processors.sanitize;

/**
 * Quotes of several signs: those that a string around has doubled, as CSV does with JSON in a field
 * and SQL with a literal in a literal, and Python's of three.
 */
final class DoubledQuote {

  private static final int MOST = 4;

  private DoubledQuote() {}

  /**
   * Of how many quotes the one is made that opens here: 2, 3 as Python has it, or 4 in a string
   * inside a string; 0 when none is doubled here, and two of them are an empty string.
   */
  static int width(byte[] buf, int at, int to) {
    int run = run(buf, at, to);
    int after = at + run;
    boolean opens = run > 1 && after < to && startsValue(buf[after]);
    return opens ? Math.min(run, MOST) : 0;
  }

  /** The closing quote, the end of the string around, or that of the line. */
  static int end(byte[] buf, int start, int to, byte quote, int width) {
    int i = start;
    while (i < to && buf[i] != '\n' && buf[i] != '\r') {
      if (buf[i] != quote) {
        i += buf[i] == '\\' && quote == '"' ? 1 + lengthOfEscaped(buf, i + 1, to, width) : 1;
        continue;
      }
      int run = run(buf, i, to);
      if (run < 2 * width) {
        return i;
      }
      i += 2 * width; // a quote in the value, doubled for its own string
    }
    return Math.min(i, to);
  }

  /** Of what a backslash of JSON makes part of the value: itself, or a quote that is doubled. */
  private static int lengthOfEscaped(byte[] buf, int at, int to, int width) {
    if (at >= to) {
      return 0;
    }
    boolean quote = buf[at] == '"' && run(buf, at, Math.min(to, at + width)) == width;
    return quote ? width : buf[at] == '\\' ? 1 : 0;
  }

  private static int run(byte[] buf, int at, int to) {
    int i = at;
    int limit = Math.min(to, at + 2 * MOST);
    while (i < limit && buf[i] == buf[at]) {
      i++;
    }
    return i - at;
  }

  /** Whether a value goes on here, and not the text behind an empty one. */
  private static boolean startsValue(byte b) {
    return switch (b) {
      case ',', ';', '&', '|', ')', ']', '}', '>', ':', '=', '\\', '+', '"', '\'', '`' -> false;
      default -> !Ascii.isSpaceOrControl(b);
    };
  }
}
