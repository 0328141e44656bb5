package io.sluice.benchmarks.quality;

import java.util.List;
import java.util.Random;

/** Chance that is the same for the same seed. */
final class Dice {

  static final String DIGITS = "0123456789";
  static final String HEX = DIGITS + "abcdef";
  static final String UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
  static final String LOWER = "abcdefghijklmnopqrstuvwxyz";
  static final String ALPHANUMERIC = DIGITS + UPPER + LOWER;
  static final String BASE64 = ALPHANUMERIC + "+/";
  static final String BASE64_URL = ALPHANUMERIC + "-_";

  private final Random random;

  Dice(long seed) {
    random = new Random(seed);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  /** Both ends can come. */
  int between(int least, int most) {
    return least + random.nextInt(most - least + 1);
  }

  <T> T one(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** Characters of an alphabet. */
  String text(String alphabet, int length) {
    StringBuilder text = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      text.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return text.toString();
  }

  String digits(int length) {
    return text(DIGITS, length);
  }

  String hex(int length) {
    return text(HEX, length);
  }

  String alphanumeric(int length) {
    return text(ALPHANUMERIC, length);
  }

  String uuid() {
    return hex(8) + "-" + hex(4) + "-4" + hex(3) + "-" + text("89ab", 1) + hex(3) + "-" + hex(12);
  }

  byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }
}
