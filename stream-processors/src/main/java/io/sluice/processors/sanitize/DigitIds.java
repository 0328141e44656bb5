package io.sluice.processors.sanitize;

/** National identification numbers that are all digits, by what each promises of itself. */
final class DigitIds {

  private static final int[][] VERHOEFF_PRODUCT = new int[10][10];
  private static final int[][] VERHOEFF_PERMUTATION = new int[8][10];

  static {
    int[] once = {1, 5, 7, 6, 2, 8, 3, 0, 9, 4};
    for (int i = 0; i < 10; i++) {
      VERHOEFF_PERMUTATION[0][i] = i;
      for (int j = 0; j < 10; j++) {
        VERHOEFF_PRODUCT[i][j] = dihedral(i, j);
      }
    }
    for (int row = 1; row < 8; row++) {
      for (int i = 0; i < 10; i++) {
        VERHOEFF_PERMUTATION[row][i] = VERHOEFF_PERMUTATION[row - 1][once[i]];
      }
    }
  }

  private DigitIds() {}

  /** Turns and mirrored turns of a pentagon. */
  private static int dihedral(int i, int j) {
    boolean mirrored = i >= 5;
    int turn = mirrored ? i - 5 - j % 5 + 5 : i + j % 5;
    return turn % 5 + (mirrored == j >= 5 ? 0 : 5);
  }

  /** Rijksregisternummer: the first nine digits, since 2000 with a 2 in front, mod 97. */
  static boolean isBelgian(byte[] buf, int start, int end) {
    long number = number(buf, start, end, 11);
    long body = number / 100;
    long check = 97 - number % 100;
    boolean dated = Digits.isDate(number / 10_000_000 % 100, number / 100_000 % 100);
    return number >= 0 && dated && (body % 97 == check || (body + 2_000_000_000L) % 97 == check);
  }

  /** CPF: two check digits. */
  static boolean isBrazilian(byte[] buf, int start, int end) {
    long number = number(buf, start, end, 11);
    if (number < 0 || Digits.isRepeated(number, 11)) {
      return false;
    }
    int first = Digits.weighed(number / 100, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10;
    int second = Digits.weighed(number / 10, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2) * 10 % 11 % 10;
    return number % 100 == first * 10L + second;
  }

  /** Steuer-Identifikationsnummer: of the first ten digits one or two come more than once. */
  static boolean isGerman(byte[] buf, int start, int end) {
    long number = number(buf, start, end, 11);
    if (number < 10_000_000_000L) {
      return false;
    }
    int missing = 10;
    int seen = 0;
    int product = 10;
    for (long unit = 10_000_000_000L; unit > 1; unit /= 10) {
      int digit = (int) (number / unit % 10);
      missing -= (seen >> digit & 1) == 0 ? 1 : 0;
      seen |= 1 << digit;
      int sum = (digit + product) % 10;
      product = (sum == 0 ? 10 : sum) * 2 % 11;
    }
    return (missing == 1 || missing == 2) && (11 - product) % 10 == number % 10;
  }

  /** NHS number: mod 11. */
  static boolean isBritish(byte[] buf, int start, int end) {
    long number = number(buf, start, end, 10);
    int check = 11 - Digits.weighed(number / 10, 10, 9, 8, 7, 6, 5, 4, 3, 2) % 11;
    return number > 0 && !Digits.isRepeated(number, 10) && check % 11 == number % 10;
  }

  /** Aadhaar: Verhoeff's check digit, no 0 or 1 in front. */
  static boolean isIndian(byte[] buf, int start, int end) {
    long number = number(buf, start, end, 12);
    if (number < 200_000_000_000L) {
      return false;
    }
    int check = 0;
    long left = number;
    for (int i = 0; i < 12; i++) {
      check = VERHOEFF_PRODUCT[check][VERHOEFF_PERMUTATION[i % 8][(int) (left % 10)]];
      left /= 10;
    }
    return check == 0;
  }

  /** Burgerservicenummer: the test of eleven. */
  static boolean isDutch(byte[] buf, int start, int end) {
    long number = number(buf, start, end, 9);
    return number > 0
        && !Digits.isRepeated(number, 9)
        && Digits.weighed(number, 9, 8, 7, 6, 5, 4, 3, 2, -1) % 11 == 0;
  }

  /** PESEL: the month tells the century too. */
  static boolean isPolish(byte[] buf, int start, int end) {
    long number = number(buf, start, end, 11);
    boolean dated = Digits.isDate(number / 10_000_000 % 100 % 20, number / 100_000 % 100);
    return number >= 0
        && dated
        && Digits.weighed(number, 1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1) % 10 == 0;
  }

  /** Personnummer, with the century or not; a day of more than 60 is that of a foreigner. */
  static boolean isSwedish(byte[] buf, int start, int end) {
    boolean century = Digits.count(buf, start, end) == 12;
    long number = number(buf, start, end, century ? 12 : 10);
    if (number < 0) {
      return false;
    }
    long day = number / 10_000 % 100;
    boolean dated = Digits.isDate(number / 1_000_000 % 100, day > 60 ? day - 60 : day);
    return dated && Luhn.hasCheckDigit(buf, century ? start + 2 : start, end);
  }

  /** Social Security number: what was never given out, and what advertisements made known. */
  static boolean isAmerican(byte[] buf, int start, int end) {
    long number = number(buf, start, end, 9);
    long area = number / 1_000_000;
    return area > 0
        && area != 666
        && area < 900
        && number / 10_000 % 100 != 0
        && number % 10_000 != 0
        && number != 78_051_120
        && number != 219_099_999
        && number != 123_456_789
        && !Digits.isRepeated(number, 9);
  }

  /** The number, if it has so many digits. */
  private static long number(byte[] buf, int start, int end, int digits) {
    return Digits.count(buf, start, end) == digits ? Digits.value(buf, start, end) : Digits.NONE;
  }
}
