package io.sluice.processors.sanitize;

import io.sluice.schemas.otlp.Slice;
import java.util.List;

/** Names of what is counted or timed, in numbers as long as those of cards. */
final class Measure {

  private static final int MAX_SIGNS = 4;
  private static final String SIGNS = "\"'\\:= ";
  private static final List<String> WORDS =
      List.of("offset", "bytes", "seq", "epoch", "timestamp", "duration", "nanos", "micros");

  /** Words of prose too, unless a sign stands behind. */
  private static final List<String> UNITS = List.of("ns", "us", "ms");

  private Measure() {}

  /** Whether the name right before a number is one. */
  static boolean isNamed(byte[] buf, int from, int number) {
    int nameEnd = number;
    int limit = Math.max(from, number - MAX_SIGNS);
    boolean sign = false;
    while (nameEnd > limit && SIGNS.indexOf(buf[nameEnd - 1]) >= 0) {
      nameEnd--;
      sign |= buf[nameEnd] == ':' || buf[nameEnd] == '=';
    }
    return nameEnd < number && isName(buf, from, nameEnd, sign);
  }

  /** Whether a key is one. */
  static boolean isName(Slice key) {
    return isName(key.array(), key.start(), key.end(), true);
  }

  private static boolean isName(byte[] buf, int from, int end, boolean unit) {
    return endsWith(buf, from, end, WORDS) || (unit && endsWith(buf, from, end, UNITS));
  }

  private static boolean endsWith(byte[] buf, int from, int end, List<String> words) {
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      if (Ascii.endsWith(buf, from, end, word)
          && NearWords.startsWord(buf, from, end - word.length())) {
        return true;
      }
    }
    return false;
  }
}
