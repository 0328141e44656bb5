package io.sluice.processors.sanitize;

import java.util.List;

/**
 * Finds payment card numbers: an issuer's prefix, the length that it gives, Luhn's check digit;
 * digits alone or in the groups in which cards print them, with one kind of separator. Digits that
 * belong to something longer (a hash, a fraction) are none. Lengths that few cards have and many
 * ids and bar codes (12, 13 and more than 16) count only in groups or behind a word about payment,
 * and so do the numbers of JCB's two digits that it has not given out yet, and what is measured.
 */
final class CardNumbers {

  static final int MIN_DIGITS = 12;
  private static final int MAX_DIGITS = 19;
  private static final int MAX_GROUPS = 5;
  private static final int FIRST_GROUP = 4;
  private static final int MAX_GROUP = 6;
  private static final int NONE = -1;
  private static final int MAX_CONTEXT = 64;
  private static final int WORDS_BEFORE = 32;
  private static final byte TRACK_1 = '^';
  private static final int EXPIRY = 4;

  /** So many letters at most beside the digits of a card. */
  private static final int MAX_LETTERS = 2;

  /** Ids and hashes have multiples of so many digits. */
  private static final int HASH_LENGTHS = 8;

  /** Also as parts of longer words: {@code cardnumber}, {@code alipay}. */
  private static final List<String> PAYMENT_WORDS =
      List.of("card", "pay", "visa", "maestro", "credit", "debit");

  private static final String PAN = "pan";

  private CardNumbers() {}

  /** Looks for cards in a run that may also hold signs that no card has. */
  static void find(
      byte[] buf,
      int from,
      int to,
      int runStart,
      int runEnd,
      Placeholders placeholders,
      Detector.Found found) {
    int start = runStart;
    while (runEnd - start >= MIN_DIGITS) {
      int end = start;
      while (end < runEnd && isPart(buf[end])) {
        end++;
      }
      if (end - start >= MIN_DIGITS) {
        findInRun(buf, from, to, start, end, placeholders, found);
      }
      start = end + 1;
    }
  }

  private static boolean isPart(byte b) {
    return Ascii.isDigit(b) || b == ' ' || b == '-';
  }

  /** Tries each group of digits as the first of a number. */
  static void findInRun(
      byte[] buf,
      int from,
      int to,
      int runStart,
      int runEnd,
      Placeholders placeholders,
      Detector.Found found) {
    int i = runStart;
    while (i < runEnd) {
      if (!Ascii.isDigit(buf[i])) {
        i++;
        continue;
      }
      int end = numberAt(buf, from, to, i, runEnd, placeholders);
      if (end != NONE) {
        found.add(i, end);
        i = end;
      } else {
        i = endOfDigits(buf, i, runEnd);
      }
    }
  }

  /** The end of the longest card number that begins here, or {@link #NONE}. */
  private static int numberAt(
      byte[] buf, int from, int to, int start, int runEnd, Placeholders placeholders) {
    int end = endOfDigits(buf, start, runEnd);
    int digits = end - start;
    if (digits != FIRST_GROUP) {
      boolean possible = digits >= MIN_DIGITS && digits <= MAX_DIGITS;
      return possible
              && isCard(buf, from, to, start, end, digits)
              && ((isUsual(digits, prefix(buf, start)) && !Measure.isNamed(buf, from, start))
                  || isPayment(buf, from, to, start, placeholders))
          ? end
          : NONE;
    }
    int best = NONE;
    int lengths = digits; // of the groups so far, a decimal digit for each
    byte separator = end < runEnd ? buf[end] : 0;
    for (int group = 2; group <= MAX_GROUPS; group++) {
      int next = end + 1;
      if (next >= runEnd || buf[end] != separator || !Ascii.isDigit(buf[next])) {
        break;
      }
      end = endOfDigits(buf, next, runEnd);
      if (end - next > MAX_GROUP) {
        break;
      }
      digits += end - next;
      lengths = lengths * 10 + (end - next);
      if (isGrouping(lengths) && isCard(buf, from, to, start, end, digits)) {
        best = end;
      }
    }
    return best;
  }

  private static int endOfDigits(byte[] buf, int start, int limit) {
    int i = start;
    while (i < limit && Ascii.isDigit(buf[i])) {
      i++;
    }
    return i;
  }

  /** 4111 1111 1111 1111, also with a last group of another length; 3782 822463 10005. */
  private static boolean isGrouping(int lengths) {
    return switch (lengths) {
      case 4441, 4442, 4443, 4444, 44441, 44442, 44443, 465, 464, 4333 -> true;
      default -> false;
    };
  }

  private static boolean isCard(byte[] buf, int from, int to, int start, int end, int digits) {
    return isIssued(prefix(buf, start), digits)
        && Luhn.hasCheckDigit(buf, start, end)
        && standsAlone(buf, from, to, start, end);
  }

  private static boolean isUsual(int digits, int prefix) {
    boolean open = prefix / 100 == 35 && (prefix < 3528 || prefix > 3589);
    return digits >= 14 && digits <= 16 && !open;
  }

  /** Whether a word about payment stands close before this place. */
  static boolean isPayment(byte[] buf, int from, int to, int start, Placeholders placeholders) {
    for (int i = Math.max(from, start - WORDS_BEFORE); i < start; i++) {
      if (isPaymentWord(buf, from, i, start) && !placeholders.standIn(buf, from, to, i, start)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isPaymentWord(byte[] buf, int from, int at, int end) {
    for (String word : PAYMENT_WORDS) {
      if (Ascii.hasWordAt(buf, at, end, word)) {
        return true;
      }
    }
    // Other words hold these: span, company, gcc.
    return NearWords.startsWord(buf, from, at)
        && (Ascii.hasWordAt(buf, at, end, "cc ")
            || Ascii.hasWordAt(buf, at, end, "cc=")
            || (Ascii.hasWordAt(buf, at, end, PAN)
                && NearWords.endsWord(buf, at + PAN.length(), end)));
  }

  /** The first four digits. */
  private static int prefix(byte[] buf, int start) {
    int prefix = 0;
    int count = 0;
    for (int i = start; count < 4; i++) {
      if (Ascii.isDigit(buf[i])) {
        prefix = prefix * 10 + buf[i] - '0';
        count++;
      }
    }
    return prefix;
  }

  private static boolean isIssued(int prefix, int digits) {
    int two = prefix / 100;
    int three = prefix / 10;
    if (two >= 40 && two <= 49) { // Visa
      return digits == 13 || digits == 16 || digits == 19;
    }
    if ((two >= 51 && two <= 55) || (prefix >= 2221 && prefix <= 2720)) { // Mastercard
      return digits == 16;
    }
    if (two == 34 || two == 37) { // American Express
      return digits == 15;
    }
    if (two == 36 || two == 38 || two == 39 || (three >= 300 && three <= 305)) { // Diners Club
      return digits == 14;
    }
    if (two == 35) { // JCB
      return digits >= 16;
    }
    if (prefix == 2131 || prefix == 1800) { // JCB, older
      return digits == 15;
    }
    if (prefix == 6011 || two == 65 || (three >= 644 && three <= 649) || two == 62) {
      return digits >= 16; // Discover, UnionPay
    }
    if (prefix >= 2200 && prefix <= 2204) { // Mir
      return digits == 16;
    }
    return switch (prefix) { // Maestro
      case 5018, 5020, 5038, 5893, 6304, 6759, 6761, 6762, 6763 -> true;
      default -> digits == MIN_DIGITS && (two == 50 || two == 58 || two == 67);
    };
  }

  /**
   * Whether the number is no part of a fraction, a hash or a signed id ({@code blk_-4702…}).
   * Letters may touch it when they are no hexadecimal digits ({@code \\n4111…}), or too few among
   * the digits for a hash: {@code 4111…F}.
   */
  private static boolean standsAlone(byte[] buf, int from, int to, int start, int end) {
    int left = start;
    int leftLimit = Math.max(from, start - MAX_CONTEXT);
    boolean word = false;
    int letters = 0;
    while (left > leftLimit && Ascii.isAlphanumeric(buf[left - 1])) {
      word |= !Ascii.isHex(buf[--left]);
      letters += Ascii.isDigit(buf[left]) ? 0 : 1;
    }
    int right = end;
    int rightLimit = Math.min(to, end + MAX_CONTEXT);
    while (right < rightLimit && Ascii.isAlphanumeric(buf[right])) {
      letters += Ascii.isDigit(buf[right]) ? 0 : 1;
      word |= !Ascii.isHex(buf[right++]);
    }
    if (right == end && right < to && buf[right] == TRACK_1) {
      return true;
    }
    if (left == start && isTrack2(buf, end, right)) {
      return true;
    }
    if (left < start || right > end) {
      boolean encoded = left > from && buf[left - 1] == '%' && left + 1 == start;
      boolean hash = letters > MAX_LETTERS || (right - left) % HASH_LENGTHS == 0;
      return word || (letters > 0 && !hash && !encoded);
    }
    boolean fraction = endsWith(buf, from, start, '.') && Ascii.isDigit(buf[start - 2]);
    boolean whole = end + 1 < to && buf[end] == '.' && Ascii.isDigit(buf[end + 1]);
    boolean signedId = endsWith(buf, from, start, '-') && buf[start - 2] == '_';
    return !fraction && !whole && !signedId;
  }

  /** Whether the second track of a card goes on here as chips give it: D, expiry, digits, F. */
  private static boolean isTrack2(byte[] buf, int end, int right) {
    int last = right - 1;
    if (last < end + EXPIRY || buf[end] != 'D') {
      return false;
    }
    int digits = endOfDigits(buf, end + 1, right);
    int month = buf[end + 3] == '0' ? buf[end + 4] - '0' : buf[end + 4] - '0' + 10;
    return digits > end + EXPIRY
        && (buf[end + 3] == '0' || buf[end + 3] == '1')
        && month >= 1
        && month <= 12
        && (digits == right || (digits == last && buf[last] == 'F'));
  }

  /** Whether this stands before, with one byte more before it. */
  private static boolean endsWith(byte[] buf, int from, int end, char last) {
    return end - 2 >= from && buf[end - 1] == last;
  }
}
