package io.sluice.processors.sanitize;

/** Parameters behind a scheme of HTTP authentication: {@code username="ann", response="66…"}. */
final class HttpParameters {

  private static final int MAX_BLANKS = 8;
  private static final int MAX_BACKSLASHES = 15;

  private HttpParameters() {}

  /** Where the parameters end that begin here; here when none does. */
  static int end(byte[] buf, int at, int to) {
    int end = at;
    int i = at;
    while (true) {
      int name = i;
      while (i < to && AssignmentDetector.isNameByte(buf[i])) {
        i++;
      }
      if (i == name || i + 1 >= to || buf[i] != '=') {
        return end;
      }
      end = endOfValue(buf, i + 1, to);
      int comma = Ascii.skipBlanks(buf, end, to, MAX_BLANKS);
      if (comma >= to || buf[comma] != ',') {
        return end;
      }
      i = Ascii.skipBlanks(buf, comma + 1, to, MAX_BLANKS);
    }
  }

  /** Behind the closing quote, or the end of the word. */
  private static int endOfValue(byte[] buf, int at, int to) {
    int quote = at;
    while (quote < to && buf[quote] == '\\' && quote - at < MAX_BACKSLASHES) {
      quote++;
    }
    if (quote < to && buf[quote] == '"') {
      int end = ValueEnd.ofQuoted(buf, quote + 1, to, buf[quote], quote - at);
      int closed = end + quote - at;
      return closed < to && buf[closed] == '"' ? closed + 1 : end;
    }
    int end = at;
    while (end < to && !Ascii.isSpaceOrControl(buf[end]) && !ends(buf[end])) {
      end++;
    }
    return end;
  }

  private static boolean ends(byte b) {
    return b == ',' || Ascii.isQuote(b) || b == '\\' || b == '}' || b == ']' || b == ')';
  }
}
