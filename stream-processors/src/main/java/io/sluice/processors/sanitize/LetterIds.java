package io.sluice.processors.sanitize;

/** National identification numbers with letters, by what each promises of itself. */
final class LetterIds {

  private static final String SPANISH = "TRWAGMYFPDXBNJZSQVHLCKE";
  private static final String FINNISH = "0123456789ABCDEFHJKLMNPRSTUVWXY";
  private static final String CHINESE = "10X98765432";
  private static final int[] CHINESE_WEIGHTS = {
    7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2
  };
  private static final int[] ITALIAN_ODD = {
    1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23
  };
  private static final String ITALIAN_MONTHS = "ABCDEHLMPRST";
  private static final int ITALIAN_LENGTH = 16;

  private LetterIds() {}

  /** DNI (eight digits) and NIE (X, Y or Z and seven): the letter is the number mod 23. */
  static boolean isSpanish(byte[] buf, int start, int end) {
    byte first = upper(buf[start]);
    boolean foreign = first >= 'X' && first <= 'Z';
    long number = Digits.value(buf, start, end);
    if (Digits.count(buf, start, end) != (foreign ? 7 : 8)) {
      return false;
    }
    long full = foreign ? (first - 'X') * 10_000_000L + number : number;
    return SPANISH.charAt((int) (full % 23)) == upper(buf[end - 1]);
  }

  /** Henkilötunnus: date, sign of the century, number; all digits mod 31. */
  static boolean isFinnish(byte[] buf, int start, int end) {
    if (end - start != 11) {
      return false;
    }
    long date = Digits.value(buf, start, start + 6);
    long number = Digits.value(buf, start + 7, start + 10);
    if (Digits.count(buf, start, end - 1) < 9 || number < 2) {
      return false;
    }
    return Digits.isDate(date / 100 % 100, date / 10_000)
        && FINNISH.charAt((int) ((date * 1000 + number) % 31)) == upper(buf[end - 1]);
  }

  /** Numéro de sécurité sociale: 97 less the number mod 97; Corsica's 2A and 2B are 19 and 18. */
  static boolean isFrench(byte[] buf, int start, int end) {
    long number = 0;
    int count = 0;
    boolean corsica = false;
    for (int i = start; i < end; i++) {
      byte b = upper(buf[i]);
      if (Ascii.isDigit(b)) {
        number = number * 10 + b - '0';
        count++;
      } else if (count == 6 && number % 10 == 2 && (b == 'A' || b == 'B')) {
        number = (number - 1) * 10 + (b == 'A' ? 9 : 8);
        corsica = true;
        count++;
      } else if (Ascii.isLetter(b)) {
        return false;
      }
      if (count > 15) {
        return false;
      }
    }
    long month = number / 100_000_000_00L % 100;
    boolean dated = (month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50;
    return count == 15 && (dated || corsica) && 97 - number / 100 % 97 == number % 100;
  }

  /** Codice fiscale: odd places by a table, even ones by their rank, mod 26. */
  static boolean isItalian(byte[] buf, int start, int end) {
    if (end - start != ITALIAN_LENGTH || ITALIAN_MONTHS.indexOf(upper(buf[start + 8])) < 0) {
      return false;
    }
    int sum = 0;
    for (int i = 0; i < ITALIAN_LENGTH - 1; i++) {
      byte b = upper(buf[start + i]);
      if (!Ascii.isAlphanumeric(b)) {
        return false;
      }
      int rank = Ascii.isDigit(b) ? b - '0' : b - 'A';
      sum += i % 2 == 0 ? ITALIAN_ODD[rank] : rank;
    }
    return sum % 26 == upper(buf[end - 1]) - 'A';
  }

  /** Resident identity card: date, and ISO 7064 mod 11-2 over all. */
  static boolean isChinese(byte[] buf, int start, int end) {
    if (end - start != 18 || Digits.count(buf, start, end - 1) != 17) {
      return false;
    }
    long number = Digits.value(buf, start, end - 1);
    int check = Digits.weighed(number, CHINESE_WEIGHTS) % 11;
    long date = number / 1000;
    return Digits.isDate(date / 100 % 100, date % 100)
        && CHINESE.charAt(check) == upper(buf[end - 1]);
  }

  private static byte upper(byte b) {
    return Ascii.isLower(b) ? (byte) (b - 0x20) : b;
  }
}
