package io.sluice.processors.sanitize;

/** Luhn's check digit (ISO/IEC 7812-1), as of payment cards. */
final class Luhn {

  private Luhn() {}

  /** Whether the last digit is the check digit of those before; other bytes count for nothing. */
  static boolean hasCheckDigit(byte[] buf, int start, int end) {
    int sum = 0;
    int position = 0;
    for (int i = end - 1; i >= start; i--) {
      if (Ascii.isDigit(buf[i])) {
        int digit = buf[i] - '0';
        int weighed = position++ % 2 == 0 ? digit : digit * 2;
        sum += weighed > 9 ? weighed - 9 : weighed;
      }
    }
    return position > 1 && sum % 10 == 0;
  }
}
