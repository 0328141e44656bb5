package io.sluice.processors.sanitize;

/** Values that go on over line ends: base64 wrapped at a width, and blocks of YAML. */
final class BrokenValue {

  static final int NONE = -1;

  /** Narrower than any width at which base64 is wrapped: longer than most words in a column. */
  private static final int MIN_WIDTH = 48;

  private static final int MAX_BLANKS = 64;

  private BrokenValue() {}

  /**
   * The end of a value that ends with its line, together with lines of the same width below and a
   * shorter last one, when all of it is base64.
   */
  static int endOfWrapped(byte[] buf, int start, int end, int to) {
    int width = end - start;
    if (width < MIN_WIDTH || !isBase64(buf, start, end)) {
      return end;
    }
    int last = end;
    while (true) {
      int next = afterLineEnd(buf, last, to);
      if (next == NONE) {
        return last;
      }
      int lineEnd = endOfBase64(buf, next, Math.min(to, next + width + 1));
      int length = lineEnd - next;
      boolean whole = lineEnd == to || Ascii.isSpaceOrControl(buf[lineEnd]) || ends(buf[lineEnd]);
      if (length < width) {
        boolean belongs =
            whole && (buf[lineEnd - 1] == '=' || Entropy.looksRandom(buf, next, lineEnd));
        return length > 0 && belongs ? lineEnd : last;
      }
      if (length > width || !whole) {
        return last;
      }
      last = lineEnd;
    }
  }

  private static boolean ends(byte b) {
    return Ascii.isQuote(b) || b == ',' || b == ';' || b == '}' || b == '\\';
  }

  private static boolean isBase64(byte[] buf, int start, int end) {
    return endOfBase64(buf, start, end) == end;
  }

  private static int endOfBase64(byte[] buf, int start, int to) {
    int i = start;
    while (i < to && (Ascii.isAlphanumeric(buf[i]) || buf[i] == '+' || buf[i] == '/')) {
      i++;
    }
    while (i > start && i < to && buf[i] == '=') {
      i++;
    }
    return i;
  }

  /** Where the text of the next line begins, or {@link #NONE} when no line ends here. */
  private static int afterLineEnd(byte[] buf, int at, int to) {
    int i = at < to && buf[at] == '\r' ? at + 1 : at;
    if (i >= to || buf[i] != '\n') {
      return NONE;
    }
    int text = Ascii.skipBlanks(buf, i + 1, to, MAX_BLANKS);
    return text < to ? text : NONE;
  }

  /**
   * Of a YAML block ({@code key: |} and indented lines) where its text begins, or {@link #NONE}
   * when none is announced here.
   */
  static int startOfBlock(byte[] buf, int at, int to) {
    if (at >= to || (buf[at] != '|' && buf[at] != '>')) {
      return NONE;
    }
    int i = at + 1;
    if (i < to && (buf[i] == '-' || buf[i] == '+')) {
      i++;
    }
    int text = afterLineEnd(buf, i, to);
    return text != NONE && Ascii.isBlank(buf[text - 1]) && !Ascii.isSpaceOrControl(buf[text])
        ? text
        : NONE;
  }

  /** The end of the last line that is indented as deep as the first. */
  static int endOfBlock(byte[] buf, int start, int to) {
    int indent = 0;
    while (Ascii.isBlank(buf[start - indent - 1])) {
      indent++;
    }
    int end = start;
    int i = start;
    while (true) {
      while (i < to && buf[i] != '\n' && buf[i] != '\r') {
        i++;
      }
      end = i;
      int text = afterLineEnd(buf, i, to);
      if (text == NONE || !isIndented(buf, text, indent) || Ascii.isSpaceOrControl(buf[text])) {
        return end;
      }
      i = text;
    }
  }

  private static boolean isIndented(byte[] buf, int text, int indent) {
    for (int i = 1; i <= indent; i++) {
      if (!Ascii.isBlank(buf[text - i])) {
        return false;
      }
    }
    return true;
  }
}
