package io.sluice.processors.sanitize;

/** The digits of a number, whatever stands between them. */
final class Digits {

  /** No such number: none, or too many digits. */
  static final long NONE = -1;

  private static final int MOST = 18;

  private Digits() {}

  static int count(byte[] buf, int start, int end) {
    int count = 0;
    for (int i = start; i < end; i++) {
      count += Ascii.isDigit(buf[i]) ? 1 : 0;
    }
    return count;
  }

  /** All digits as one number. */
  static long value(byte[] buf, int start, int end) {
    long value = 0;
    int count = 0;
    for (int i = start; i < end; i++) {
      if (Ascii.isDigit(buf[i])) {
        value = value * 10 + buf[i] - '0';
        count++;
      }
    }
    return count == 0 || count > MOST ? NONE : value;
  }

  /**
   * The digits each times its weight, added up.
   *
   * @param weights the last is that of the last digit; there are as many as digits
   */
  static int weighed(long number, int... weights) {
    long left = number;
    int sum = 0;
    for (int i = weights.length - 1; i >= 0; i--) {
      sum += weights[i] * (int) (left % 10);
      left /= 10;
    }
    return sum;
  }

  static boolean isDate(long month, long day) {
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
  }

  /** Whether all of so many digits are the same. */
  static boolean isRepeated(long number, int digits) {
    long first = number % 10;
    long left = number;
    for (int i = 0; i < digits; i++) {
      if (left % 10 != first) {
        return false;
      }
      left /= 10;
    }
    return true;
  }
}
