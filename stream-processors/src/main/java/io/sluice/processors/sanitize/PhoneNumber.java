package io.sluice.processors.sanitize;

/**
 * Whether digits can be dialled: E.164 has at most 15, and numbers with +1 and +7 have eleven; the
 * shortest full numbers have seven.
 */
final class PhoneNumber {

  static final int FEWEST = 7;
  private static final int FEWEST_INTERNATIONAL = 9;
  private static final int MOST = 15;
  private static final int FIXED = 11;
  private static final int NANP = 10;

  private PhoneNumber() {}

  static boolean isValid(byte[] buf, int start, int extended) {
    int end = withoutExtension(buf, start, extended);
    int digits = Digits.count(buf, start, end);
    boolean international = buf[start] == '+';
    int fewest = international ? FEWEST_INTERNATIONAL : FEWEST;
    boolean fixed = international && (buf[start + 1] == '1' || buf[start + 1] == '7');
    return digits >= fewest
        && digits <= MOST
        && (!fixed || digits == FIXED)
        && !isNoAmerican(buf, start, end, digits)
        && !isFilledUp(buf, start, end, digits)
        && !Digits.isRepeated(Digits.value(buf, start, end), digits)
        && !isDate(buf, start, end, digits)
        && !isDayFirst(buf, start, end);
  }

  /** Where the number ends of {@code 555-0123 x17}. */
  private static int withoutExtension(byte[] buf, int start, int end) {
    int i = start;
    boolean digit = false;
    while (i < end && !(digit && Ascii.isLetter(buf[i]))) {
      digit |= Ascii.isDigit(buf[i]);
      i++;
    }
    while (i > start && buf[i - 1] == ' ') {
      i--;
    }
    return i;
  }

  /** In groups, with zeros before that are no prefix of other countries: {@code 0012-345678}. */
  private static boolean isFilledUp(byte[] buf, int start, int end, int digits) {
    return end - start > digits
        && end - start > 2
        && buf[start] == '0'
        && buf[start + 1] == '0'
        && (buf[start + 2] == '0' || digits < FEWEST_INTERNATIONAL + 2);
  }

  /** Ten digits as North America groups them, of which an area or exchange begins with 0 or 1. */
  private static boolean isNoAmerican(byte[] buf, int start, int end, int digits) {
    if (digits != NANP || end - start != NANP + 2 || Ascii.isDigit(buf[start + 3])) {
      return false;
    }
    boolean grouped = buf[start + 3] == buf[start + 7] && buf[start] != '0' && buf[start] != '(';
    return grouped && (buf[start] == '1' || buf[start + 4] < '2');
  }

  /** Day and month, in any order, and year with one sign between: {@code 01-02-2026 12}. */
  private static boolean isDayFirst(byte[] buf, int start, int end) {
    if (end - start < 10
        || buf[start + 2] != buf[start + 5]
        || (buf[start + 2] != '-' && buf[start + 2] != '.' && buf[start + 2] != '/')) {
      return false;
    }
    boolean year =
        (buf[start + 6] == '1' && buf[start + 7] == '9')
            || (buf[start + 6] == '2' && buf[start + 7] == '0');
    return year && Ascii.isDigit(buf[start + 8]) && buf[start] <= '3' && buf[start + 3] <= '3';
  }

  /** Year, month and day with signs between: in front of a time, for instance. */
  private static boolean isDate(byte[] buf, int start, int end, int digits) {
    boolean signs = end - start >= 10 && buf[start + 4] == buf[start + 7];
    return digits >= 8
        && signs
        && !Ascii.isDigit(buf[start + 4])
        && buf[start + 4] != ' '
        && (buf[start] == '1' || buf[start] == '2');
  }
}
