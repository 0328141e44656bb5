package io.sluice.processors.sanitize;

import java.util.List;

/** Quotes and separators as URLs, HTML and JSON write them: {@code %22password%22%3A%22…}. */
final class EncodedText {

  static final int NONE = -1;

  private static final int MAX_BLANKS = 4;
  private static final List<String> QUOTES =
      List.of("%22", "%27", "&quot;", "&#34;", "&#39;", "\\u0022");
  private static final List<String> SIGNS = List.of("%3d", "%3a", "=", ":");
  private static final List<String> ENDS =
      List.of("%26", "%0a", "%0d", "%3b", "%2c", "%7d", "&amp;");

  private EncodedText() {}

  /** Where the value begins, or {@link #NONE} when nothing encoded separates. */
  static int afterSeparator(byte[] buf, int nameEnd, int to) {
    if (nameEnd >= to || (buf[nameEnd] != '%' && buf[nameEnd] != '&' && buf[nameEnd] != '\\')) {
      return NONE;
    }
    int quote = length(QUOTES, buf, nameEnd, to);
    int sign = skipBlanks(buf, nameEnd + quote, to);
    int length = length(SIGNS, buf, sign, to);
    return length == 0 ? NONE : skipBlanks(buf, sign + length, to);
  }

  /** Where a name begins that an encoded sign before it seems to lengthen: {@code %22name}. */
  static int startOfName(byte[] buf, int wordStart, int nameEnd) {
    if (wordStart == 0) {
      return 0;
    }
    byte before = buf[wordStart - 1];
    if (before == '%' && nameEnd - wordStart > 2) {
      return wordStart + 2;
    }
    return before == '\\' && Ascii.hasWordAt(buf, wordStart, nameEnd, "u0022")
        ? wordStart + 5
        : wordStart;
  }

  /** The length of the quote that stands here; 0 when none does. */
  static int quote(byte[] buf, int at, int to) {
    return length(QUOTES, buf, at, to);
  }

  /** Whether a value ends here. */
  static boolean ends(byte[] buf, int at, int to) {
    byte b = buf[at];
    if (Ascii.isSpaceOrControl(b) || Ascii.isQuote(b)) {
      return true;
    }
    boolean encoded = b == '%' || b == '&' || b == '\\';
    return b == '&' || (encoded && (quote(buf, at, to) > 0 || length(ENDS, buf, at, to) > 0));
  }

  private static int skipBlanks(byte[] buf, int from, int to) {
    int i = from;
    for (int blanks = 0; blanks < MAX_BLANKS; blanks++) {
      if (Ascii.hasWordAt(buf, i, to, "%20")) {
        i += 3;
      } else if (i < to && Ascii.isBlank(buf[i])) {
        i++;
      } else {
        break;
      }
    }
    return i;
  }

  private static int length(List<String> words, byte[] buf, int at, int to) {
    for (int i = 0; i < words.size(); i++) {
      if (Ascii.hasWordAt(buf, at, to, words.get(i))) {
        return words.get(i).length();
      }
    }
    return 0;
  }
}
