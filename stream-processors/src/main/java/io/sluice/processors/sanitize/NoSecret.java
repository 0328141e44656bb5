package io.sluice.processors.sanitize;

import java.util.Arrays;
import java.util.List;

/**
 * What stands where a secret would and tells nothing: no value, a type, a place to fill in, a word
 * of a message about it.
 */
final class NoSecret {

  private static final int LONGEST_WORD = 12;
  private static final int LONGEST_UNIT = 2;
  private static final String NUMBER_SIGNS = ".,/%:+- ";
  private static final int CROSSES = 5;
  private static final int YOUR = 4;

  /** Longer values hold more than a sign of being none. */
  private static final int SHORT = 64;

  /** By their length. */
  private static final String[][] WORDS =
      byLength(
          // no value
          "null",
          "nil",
          "none",
          "true",
          "false",
          "undefined",
          "(null)",
          "{}",
          "[]",
          "%s",
          "%d",
          "n/a",
          "nullptr",
          "empty",
          "unset",
          "<nil>",
          "yes",
          "no",
          "\"\"",
          "''",
          "?",
          "-",
          "...",
          "nan",
          // types
          "string",
          "str",
          "text",
          "varchar",
          "bytes",
          "byte[]",
          "char[]",
          "boolean",
          "bool",
          "int",
          "string?",
          "any",
          "object",
          // hidden already
          "hidden",
          "masked",
          "redacted",
          "filtered",
          "secret",
          "[hidden]",
          "[masked]",
          "[redacted]",
          "[filtered]",
          "(hidden)",
          "<hidden>",
          "<redacted>",
          "<secret>",
          "protected",
          // of messages
          "required",
          "incorrect",
          "invalid",
          "expired",
          "missing",
          "wrong",
          "changed",
          "failed",
          "failure",
          "denied",
          "mismatch",
          "not",
          "is",
          "was",
          "must",
          "cannot",
          "could",
          "unable",
          "ok",
          "success",
          "enabled",
          "disabled",
          "accepted",
          "rejected",
          "valid",
          "error",
          "authentication",
          "the",
          "for",
          "too",
          "updated",
          "reset",
          "found",
          "unknown",
          "revoked",
          "refreshed",
          "received",
          "created",
          "deleted",
          "used",
          "user",
          "this",
          "please",
          "enter");

  private static final List<String> TO_FILL_IN =
      List.of("${", "#{", "%{", "{{", "$(", "<%", "your_", "your-", "<your", "<insert");

  private static final List<String> YOURS =
      List.of("key", "token", "password", "passwd", "secret", "api", "access", "auth", "private");

  private NoSecret() {}

  /** Whether this text is no secret. */
  static boolean isOne(byte[] buf, int start, int end) {
    return (end - start <= LONGEST_WORD && isWord(buf, start, end))
        || isToFillIn(buf, start, end)
        || isMadeUp(buf, start, end)
        || isVariable(buf, start, end)
        || isConstant(buf, start, end)
        || endOfRemark(buf, start, end) == end;
  }

  /** Where words in brackets end that begin here: {@code (not set)}; here when none do. */
  static int endOfRemark(byte[] buf, int start, int to) {
    if (start >= to || buf[start] != '(') {
      return start;
    }
    int limit = Math.min(to, start + SHORT);
    int i = start + 1;
    boolean words = false;
    while (i < limit && (Ascii.isLower(buf[i]) || buf[i] == ' ')) {
      words |= buf[i] == ' ' && Ascii.isLower(buf[i - 1]) && i + 1 < limit && buf[i + 1] != ')';
      i++;
    }
    return words && i < limit && buf[i] == ')' ? i + 1 : start;
  }

  /** Whether this is neither a number, a structure, nor what is no secret. */
  static boolean isOther(byte[] buf, int start, int end) {
    boolean structure = end > start && (buf[start] == '{' || buf[start] == '[');
    return !structure && !isNumber(buf, start, end) && !isOne(buf, start, end);
  }

  /** Digits with the signs of numbers among them and a short unit behind: {@code 12/12}. */
  private static boolean isNumber(byte[] buf, int start, int end) {
    int unit = end;
    while (unit > start && end - unit < LONGEST_UNIT && Ascii.isLetter(buf[unit - 1])) {
      unit--;
    }
    boolean digit = false;
    for (int i = start; i < unit; i++) {
      if (!Ascii.isDigit(buf[i]) && NUMBER_SIGNS.indexOf(buf[i]) < 0) {
        return false;
      }
      digit |= Ascii.isDigit(buf[i]);
    }
    return digit;
  }

  /** Whether what stands between these brackets is no structure but says that there is none. */
  static boolean isEmptyStructure(byte[] buf, int start, int end) {
    return (end - start <= LONGEST_WORD && isWord(buf, start, end))
        || isToFillIn(buf, start, end)
        || isVariable(buf, start, end)
        || (end - start > 2 && isHidden(buf, start + 1, end - 1));
  }

  private static boolean isToFillIn(byte[] buf, int start, int end) {
    return end - start <= SHORT && beginsWith(TO_FILL_IN, buf, start, end);
  }

  /**
   * Whether this stands for a secret in an example or after hiding one: nothing but one character,
   * or one word with crosses, stars or the like in a row, as in {@code ghp_xxxxxxxx}.
   */
  static boolean isMadeUp(byte[] buf, int start, int end) {
    return isHidden(buf, start, end)
        || (isOneWord(buf, start, end)
            && (hasCrosses(buf, start, end) || saysYour(buf, start, end)));
  }

  private static boolean isOneWord(byte[] buf, int start, int end) {
    for (int i = start; i < end; i++) {
      if (Ascii.isSpaceOrControl(buf[i]) || buf[i] == ';' || buf[i] == '=') {
        return false;
      }
    }
    return true;
  }

  /** Whether a row of them is most of it, or stands beside a few letters. */
  private static boolean hasCrosses(byte[] buf, int start, int end) {
    boolean mayBePart = end - start > SHORT || hasDigit(buf, start, end);
    int run = 0;
    for (int i = start; i < end; i++) {
      byte b = buf[i];
      boolean cross = b == 'x' || b == 'X' || b == '*' || b == '#' || b == '.';
      run = cross && i > start && buf[i - 1] == b ? run + 1 : cross ? 1 : 0;
      boolean outside = run == i + 1 - start || i + 1 == end;
      if (run >= CROSSES && (run * 2 > end - start || (outside && !mayBePart && b != '.'))) {
        return true;
      }
    }
    return false;
  }

  private static boolean hasDigit(byte[] buf, int start, int end) {
    for (int i = start; i < end; i++) {
      if (Ascii.isDigit(buf[i])) {
        return true;
      }
    }
    return false;
  }

  /** {@code <your-token>}, {@code PUT_YOUR_KEY_HERE}: first, or before what is to be put there. */
  private static boolean saysYour(byte[] buf, int start, int end) {
    if (end - start > SHORT) {
      return false;
    }
    boolean first = true;
    for (int i = start; i + YOUR < end; i++) {
      boolean word = (buf[i] | 0x20) == 'y' && Ascii.hasWordAt(buf, i, end, "your");
      boolean starts = i == start || !Ascii.isAlphanumeric(buf[i - 1]);
      if (word
          && starts
          && !Ascii.isAlphanumeric(buf[i + YOUR])
          && (first || beginsWith(YOURS, buf, i + YOUR + 1, end))) {
        return true;
      }
      first &= !Ascii.isAlphanumeric(buf[i]);
    }
    return false;
  }

  /** {@code ACCESS_TOKEN}: a name in the place of what it names. */
  private static boolean isConstant(byte[] buf, int start, int end) {
    int joints = 0;
    for (int i = start; i < end; i++) {
      if (buf[i] == '_') {
        joints++;
      } else if (!Ascii.isUpper(buf[i])) {
        return false;
      }
    }
    return joints > 0 && buf[start] != '_' && buf[end - 1] != '_';
  }

  private static boolean isWord(byte[] buf, int start, int end) {
    if (end - start >= WORDS.length) {
      return false;
    }
    for (String word : WORDS[end - start]) {
      if (Ascii.hasWordAt(buf, start, end, word)) {
        return true;
      }
    }
    return false;
  }

  private static String[][] byLength(String... words) {
    String[][] byLength = new String[LONGEST_WORD + 1][];
    for (int length = 0; length < byLength.length; length++) {
      int wanted = length;
      byLength[length] =
          Arrays.stream(words).filter(word -> word.length() == wanted).toArray(String[]::new);
    }
    return byLength;
  }

  private static boolean beginsWith(List<String> words, byte[] buf, int start, int end) {
    for (int i = 0; i < words.size(); i++) {
      if (Ascii.hasWordAt(buf, start, end, words.get(i))) {
        return true;
      }
    }
    return false;
  }

  /** Nothing but stars, dots, dashes or crosses. */
  private static boolean isHidden(byte[] buf, int start, int end) {
    byte b = buf[start];
    if (b != '*' && b != '.' && b != '-' && b != 'x' && b != 'X' && b != '#') {
      return false;
    }
    int i = start;
    while (i < end && buf[i] == b) {
      i++;
    }
    return i == end && (b == '*' || end - start > 2);
  }

  /**
   * {@code $DB_PASSWORD}, {@code $1}, {@code %DbPassword%}, {@code {DbPassword}} and {@code
   * <password>}, whose end may be missing.
   */
  static boolean isVariable(byte[] buf, int start, int end) {
    byte open = buf[start];
    if (open == '$' && end - start > 3 && buf[start + 1] == '{') {
      return end - start <= SHORT && buf[end - 1] == '}';
    }
    byte close = (byte) (open == '<' ? '>' : open == '{' ? '}' : '%');
    boolean closed = buf[end - 1] == close;
    boolean wordy = open == '<' || closed;
    if (end - start < 2
        || (open != '$' && open != '<' && (!closed || (open != '%' && open != '{')))) {
      return false;
    }
    for (int i = start + 1; i < (closed ? end - 1 : end); i++) {
      byte b = buf[i];
      boolean part = Ascii.isUpper(b) || b == '_' || Ascii.isDigit(b);
      if (!part && !(wordy && (Ascii.isLower(b) || b == ' ' || b == '-' || b == '.'))) {
        return false;
      }
    }
    return true;
  }
}
