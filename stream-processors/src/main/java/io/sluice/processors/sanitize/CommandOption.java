package io.sluice.processors.sanitize;

/** Options of commands that have their value in the next argument. */
final class CommandOption {

  private static final int MIN_LETTERS = 6;
  private static final int MAX_ARGUMENT = 256;

  private CommandOption() {}

  /** {@code --token}. */
  static boolean isLong(byte[] buf, int nameStart, int nameEnd) {
    return nameEnd - nameStart > 2 && buf[nameStart] == '-' && buf[nameStart + 1] == '-';
  }

  /**
   * {@code -storepass}, {@code -AdminPassword}: one dash, as Java's tools and PowerShell have it.
   * Only passwords: of other names, as {@code -token}, it may be a minus or a line of a list.
   */
  static boolean isSingle(byte[] buf, int from, int nameStart, int nameEnd) {
    return nameEnd - nameStart > MIN_LETTERS
        && buf[nameStart] == '-'
        && Ascii.isLetter(buf[nameStart + 1])
        && (nameStart == from || opens(buf[nameStart - 1]))
        && AssignmentSeparator.isPassword(buf, nameStart, nameEnd);
  }

  private static boolean opens(byte before) {
    return Ascii.isSpaceOrControl(before)
        || Ascii.isQuote(before)
        || before == '['
        || before == ',';
  }

  /**
   * Whether what stands behind an option with one dash is its value, and not the rest of a sentence
   * about it: it has a digit or a sign, or the next option follows.
   */
  static boolean isArgument(byte[] buf, int start, int to) {
    if (!Ascii.isAlphanumeric(buf[start]) && !isSign(buf[start])) {
      return false;
    }
    int limit = Math.min(to, start + MAX_ARGUMENT);
    boolean lower = false;
    boolean sign = false;
    int end = start;
    while (end < limit && !Ascii.isSpaceOrControl(buf[end])) {
      sign |= Ascii.isDigit(buf[end]) || isSign(buf[end]);
      lower |= Ascii.isLower(buf[end]);
      end++;
    }
    boolean option =
        end + 2 < to && buf[end] == ' ' && buf[end + 1] == '-' && Ascii.isLetter(buf[end + 2]);
    return sign || (option && lower && end - start >= MIN_LETTERS);
  }

  /** What stands in passwords and not in sentences. */
  private static boolean isSign(byte b) {
    return "!@#$%^&*+=?~_".indexOf(b) >= 0;
  }
}
