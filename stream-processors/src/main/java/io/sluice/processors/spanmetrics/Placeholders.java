package io.sluice.processors.spanmetrics;

/**
 * Puts placeholders into names of spans and paths for what tells one request from another: numbers,
 * UUIDs, dates, hashes, addresses and ids. Looks at each piece of the text alone and in linear
 * time, so the same text always becomes the same; what it made it leaves as it is.
 *
 * <p>{@code GET /users/4711/orders/2026-01-01?page=2} becomes {@code GET
 * /users/{number}/orders/{date}}. Versions ({@code v2}) and words with a short number ({@code
 * oauth2}, {@code http2}) stay.
 */
final class Placeholders {

  /** Texts are not looked at beyond this. */
  private static final int MAX_LENGTH = 2048;

  private static final int MIN_HASH = 8;
  private static final int MIN_ID = 10;
  private static final int MIN_TRAILING_DIGITS = 4;

  private final String text;
  private final StringBuilder out;
  private final int lastClose;

  private Placeholders(String text) {
    this.text = text;
    this.out = new StringBuilder(text.length());
    this.lastClose = text.lastIndexOf('}');
  }

  /** The text with placeholders; without its query when it is or has a path. */
  static String in(String text) {
    String whole = text.length() <= MAX_LENGTH ? text : text.substring(0, MAX_LENGTH);
    int query = whole.indexOf('?');
    boolean path = query > 0 && whole.lastIndexOf('/', query) >= 0;
    return new Placeholders(path ? whole.substring(0, query) : whole).replace();
  }

  private String replace() {
    int i = 0;
    while (i < text.length()) {
      if (text.charAt(i) == '{') {
        i = copyBraces(i);
      } else if (isSeparator(text.charAt(i))) {
        out.append(text.charAt(i++));
      } else {
        int end = i;
        while (end < text.length() && !isSeparator(text.charAt(end))) {
          end++;
        }
        piece(i, end);
        i = end;
      }
    }
    return out.toString();
  }

  /** A placeholder that is there already. */
  private int copyBraces(int open) {
    int end = open < lastClose ? text.indexOf('}', open) + 1 : open + 1;
    out.append(text, open, end);
    return end;
  }

  /** Between two separators: one id, or words with some between. */
  private void piece(int start, int end) {
    if (isUuid(start, end)) {
      out.append("{uuid}");
    } else if (isDate(start, end)) {
      out.append("{date}");
    } else if (isAddress(start, end)) {
      out.append("{ip}");
    } else {
      words(start, end);
    }
  }

  private void words(int start, int end) {
    int i = start;
    while (i < end) {
      int wordEnd = i;
      while (wordEnd < end && isLetterOrDigit(text.charAt(wordEnd))) {
        wordEnd++;
      }
      if (wordEnd > i) {
        word(i, wordEnd);
      }
      if (wordEnd < end) {
        out.append(text.charAt(wordEnd));
      }
      i = wordEnd + 1;
    }
  }

  private void word(int start, int end) {
    int length = end - start;
    int digits = 0;
    int changes = 0;
    boolean hex = true;
    for (int i = start; i < end; i++) {
      boolean digit = isDigit(text.charAt(i));
      digits += digit ? 1 : 0;
      changes += i > start && digit != isDigit(text.charAt(i - 1)) ? 1 : 0;
      hex &= isHex(text.charAt(i));
    }
    int trailing = trailingDigits(start, end);
    if (digits == length) {
      out.append("{number}");
    } else if (hex && digits >= 2 && length >= MIN_HASH) {
      out.append("{hash}");
    } else if (length >= MIN_ID && changes >= 3) {
      out.append("{id}");
    } else if (trailing >= MIN_TRAILING_DIGITS) {
      out.append(text, start, end - trailing).append("{number}");
    } else {
      out.append(text, start, end);
    }
  }

  private int trailingDigits(int start, int end) {
    int i = end;
    while (i > start && isDigit(text.charAt(i - 1))) {
      i--;
    }
    return end - i;
  }

  private boolean isUuid(int start, int end) {
    if (end - start != 36) {
      return false;
    }
    for (int i = 0; i < 36; i++) {
      boolean hyphen = i == 8 || i == 13 || i == 18 || i == 23;
      char c = text.charAt(start + i);
      if (hyphen ? c != '-' : !isHex(c)) {
        return false;
      }
    }
    return true;
  }

  /** {@code 2026-01-31}, with or without a time behind it. */
  private boolean isDate(int start, int end) {
    if (end - start < 10) {
      return false;
    }
    for (int i = 0; i < 10; i++) {
      boolean hyphen = i == 4 || i == 7;
      char c = text.charAt(start + i);
      if (hyphen ? c != '-' : !isDigit(c)) {
        return false;
      }
    }
    return end - start == 10 || text.charAt(start + 10) == 'T';
  }

  /** Four numbers with dots between. */
  private boolean isAddress(int start, int end) {
    int dots = 0;
    for (int i = start; i < end; i++) {
      if (text.charAt(i) == '.' && i > start && isDigit(text.charAt(i - 1))) {
        dots++;
      } else if (!isDigit(text.charAt(i))) {
        return false;
      }
    }
    return dots == 3 && isDigit(text.charAt(end - 1));
  }

  private static boolean isSeparator(char c) {
    return switch (c) {
      case '/',
          ' ',
          ',',
          ';',
          ':',
          '=',
          '&',
          '?',
          '#',
          '(',
          ')',
          '[',
          ']',
          '{',
          '}',
          '"',
          '\'',
          '|' ->
          true;
      default -> false;
    };
  }

  private static boolean isLetterOrDigit(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isHex(char c) {
    return isDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  }
}
