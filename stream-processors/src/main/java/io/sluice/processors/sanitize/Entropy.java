package io.sluice.processors.sanitize;

/**
 * Whether a value looks made by chance. Names, paths and sentences are made of words: of their
 * pairs of letters most are among the pairs that words often have, of random letters' about one in
 * three. Digits spread among letters, capitals where no word begins and many different characters
 * say chance too.
 */
final class Entropy {

  private static final int MIN_LENGTH = 8;

  /** So many bytes are enough to judge what is longer. */
  private static final int MAX_JUDGED = 4096;

  private static final int MIN_HEX = 16;
  private static final int MIN_LETTERS = 3;
  private static final double MIN_BITS = 2.8;
  private static final double LETTERS_PER_CHANGE = 6.0;

  /** For each letter those that often follow it in words of European languages and of code. */
  private static final String[] FOLLOWERS = {
    "bcdgilmnprstuvyk",
    "aeiloruy",
    "aehikloustr",
    "aeioursyd",
    "abcdegilmnprstuvwxy",
    "aefiloru",
    "aehilorsu",
    "aeiotuy",
    "abcdefglmnoprstvz",
    "aosu",
    "eisaoy",
    "abdeilmostuvyf",
    "abeimopsuy",
    "acdegikostuvyfn",
    "abcdfgiklmnoprstuvw",
    "aehiloprstu",
    "u",
    "acdegiklmnorstuvyp",
    "aceihklmoprstuwy",
    "aehiorstuwycl",
    "abcdegilmnprst",
    "aeio",
    "aehinors",
    "aeiptc",
    "aelmnops",
    "aeioz"
  };

  private static final int[] FOLLOWS = new int[26];

  static {
    for (int i = 0; i < FOLLOWS.length; i++) {
      for (int j = 0; j < FOLLOWERS[i].length(); j++) {
        FOLLOWS[i] |= 1 << (FOLLOWERS[i].charAt(j) - 'a');
      }
    }
  }

  private final byte[] buf;
  private final int start;
  private final int end;
  private int letters;
  private int digits;
  private int hex;
  private int signs;
  private int pairs;
  private int common;

  /** From letters to digits and back, and to capitals where no word begins. */
  private int changes;

  private Entropy(byte[] buf, int start, int end) {
    this.buf = buf;
    this.start = start;
    this.end = end;
  }

  static boolean looksRandom(byte[] buf, int start, int end) {
    int judged = Math.min(end, start + MAX_JUDGED);
    return end - start >= MIN_LENGTH && new Entropy(buf, start, judged).isRandom();
  }

  /** Whether most pairs of its letters are those of words. */
  static boolean isWordy(byte[] buf, int start, int end) {
    Entropy read = new Entropy(buf, start, end);
    for (int i = start; i < end; i++) {
      if (Ascii.isAlphanumeric(buf[i])) {
        read.count(i, buf[i]);
      }
    }
    return read.isWordy();
  }

  private boolean isWordy() {
    return pairs > 0 && common * 3 >= pairs * 2;
  }

  private boolean isRandom() {
    for (int i = start; i < end; i++) {
      byte b = buf[i];
      if (Ascii.isAlphanumeric(b)) {
        count(i, b);
      } else if (Ascii.isSpaceOrControl(b) || isCode(b)) {
        return false;
      } else {
        signs++;
        hex += b == '-' ? 1 : 0;
      }
    }
    if (letters == 0 || bits() < MIN_BITS) {
      return false;
    }
    int length = end - start;
    if (hex == length && digits > 0 && length >= MIN_HEX) {
      return true;
    }
    boolean wordy = isWordy();
    boolean mixed = changes * LETTERS_PER_CHANGE >= letters + digits;
    if (digits == 0) {
      return !wordy && (mixed || length >= 2 * MIN_LENGTH);
    }
    if (!wordy && digits > 1 && letters > MIN_LETTERS) {
      return true;
    }
    return mixed && (!wordy || changes >= (signs > 0 ? 3 : 4));
  }

  private void count(int i, byte b) {
    boolean digit = Ascii.isDigit(b);
    hex += Ascii.isHex(b) ? 1 : 0;
    digits += digit ? 1 : 0;
    letters += digit ? 0 : 1;
    byte before = i > start ? buf[i - 1] : 0;
    if (!Ascii.isAlphanumeric(before)) {
      return;
    }
    if (digit || Ascii.isDigit(before)) {
      changes += digit == Ascii.isDigit(before) ? 0 : 1;
    } else if (Ascii.isLower(before) && Ascii.isUpper(b)) {
      changes++;
    } else {
      pairs++;
      common += FOLLOWS[(before | 0x20) - 'a'] >> ((b | 0x20) - 'a') & 1;
      changes += Ascii.isUpper(before) && Ascii.isLower(b) && isInside(i) ? 1 : 0;
    }
  }

  /** Whether the capital before this small letter stands behind a capital: {@code ABc}. */
  private boolean isInside(int i) {
    return i - 2 >= start && Ascii.isUpper(buf[i - 2]);
  }

  /** What stands in expressions and seldom in keys. */
  private static boolean isCode(byte b) {
    return switch (b) {
      case '(', ')', '{', '}', '[', ']', '<', '>', '"', '\'', '`', '\\', ',', ';' -> true;
      default -> false;
    };
  }

  /** Shannon's entropy of the bytes, in bits each. */
  private double bits() {
    int[] counts = new int[256];
    for (int i = start; i < end; i++) {
      counts[buf[i] & 0xff]++;
    }
    double length = end - start;
    double bits = 0;
    for (int count : counts) {
      if (count > 0) {
        bits -= count / length * Math.log(count / length) / Math.log(2);
      }
    }
    return bits;
  }
}
