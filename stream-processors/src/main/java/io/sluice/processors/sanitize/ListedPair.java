package io.sluice.processors.sanitize;

/**
 * Names and values one after the other, each in quotes, in lists of them: {@code [["token", "…"],
 * ["id", 7]]}, as Rails logs what it binds, and {@code s:5:"token";s:3:"…";}, as PHP serializes.
 */
final class ListedPair {

  private static final int MAX_VALUE = 512;
  private static final int MAX_DIGITS = 6;
  private static final int MAX_BACKSLASHES = 16;

  private ListedPair() {}

  /**
   * Where the value begins, with its quote; {@link AssignmentSeparator#NONE} when it is no pair.
   *
   * @param quote where the quote before the name is
   * @param sign what stands behind the name and its quote
   */
  static int value(byte[] buf, int from, int quote, int sign, int to) {
    if (buf[sign] == ',') {
      int value = ValueEnd.skipSpace(buf, sign + 1, to);
      return isFirstOfInnerList(buf, from, quote) && isLastAndNoName(buf, value, to)
          ? value
          : AssignmentSeparator.NONE;
    }
    return buf[sign] == ';' ? serialized(buf, sign + 1, to) : AssignmentSeparator.NONE;
  }

  private static boolean isFirstOfInnerList(byte[] buf, int from, int quote) {
    int bracket = quote - 1;
    int limit = Math.max(from, bracket - MAX_BACKSLASHES);
    while (bracket > limit && buf[bracket] == '\\') {
      bracket--;
    }
    if (bracket <= from || buf[bracket] != '[') {
      return false;
    }
    byte before = buf[bracket - 1];
    boolean blank = Ascii.isBlank(before) && bracket - 1 > from && buf[bracket - 2] == ',';
    return blank || before == ',' || before == '[';
  }

  /** Lists of columns look the same, but for what stands in the value's place: a name. */
  private static boolean isLastAndNoName(byte[] buf, int start, int to) {
    int quote = start;
    int limit = Math.min(to, start + MAX_VALUE);
    while (quote < limit && buf[quote] == '\\') {
      quote++;
    }
    if (quote >= limit || !Ascii.isQuote(buf[quote])) {
      return false;
    }
    int escapes = quote - start;
    int end = ValueEnd.ofQuoted(buf, quote + 1, limit, buf[quote], escapes);
    boolean name = true;
    for (int i = quote + 1; i < end && name; i++) {
      name = Ascii.isLower(buf[i]) || buf[i] == '_';
    }
    int close = end + escapes;
    return !name && close + 1 < to && buf[close] == buf[quote] && buf[close + 1] == ']';
  }

  private static int serialized(byte[] buf, int start, int to) {
    if (!Ascii.hasWordAt(buf, start, to, "s:")) {
      return AssignmentSeparator.NONE;
    }
    int i = start + 2;
    int limit = Math.min(to, i + MAX_DIGITS);
    while (i < limit && Ascii.isDigit(buf[i])) {
      i++;
    }
    boolean text = i > start + 2 && Ascii.hasWordAt(buf, i, to, ":\"");
    return text ? i + 1 : AssignmentSeparator.NONE;
  }
}
