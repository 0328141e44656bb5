package io.sluice.schemas.otlp;

/**
 * Reads the sampling threshold that OpenTelemetry's consistent probability sampling keeps in the
 * {@code tracestate}: {@code ot=th:c} says that traces whose randomness is below {@code
 * c0000000000000} (of 2^56) were rejected, so that each one that came stands for four. The
 * randomness is {@code rv:} there, or else the last 56 bits of the trace id.
 */
final class SamplingThreshold {

  private static final int MAX_DIGITS = 14;
  private static final int TRACE_ID = 16;
  private static final int RANDOM = 7;
  private static final long ALL = 1L << (4 * MAX_DIGITS);

  /** The header comes with requests from outside, and must not make one of them a million. */
  private static final double MOST = 10_000;

  private SamplingThreshold() {}

  /** What is not believed: more than 10,000, or what the trace's randomness cannot have passed. */
  static final double REFUSED = 0;

  /**
   * For how many spans one with this tracestate stands: 1 without a valid threshold, and {@link
   * #REFUSED} for one that is not believed.
   *
   * @param ids where the trace id is, from the byte at {@code idStart} to before {@code idEnd}
   */
  static double adjustedCount(Slice traceState, byte[] ids, int idStart, int idEnd) {
    byte[] text = traceState.array();
    int start = traceState.start();
    while (start < traceState.end()) {
      int end = indexOf(',', text, start, traceState.end());
      int key = skipBlanks(text, start, end);
      if (startsWith("ot=", text, key, end)) {
        int memberEnd = trimBlanks(text, key + 3, end);
        long threshold = number("th:", text, key + 3, memberEnd, 1);
        if (threshold <= 0) {
          return 1;
        }
        long explicit = number("rv:", text, key + 3, memberEnd, MAX_DIGITS);
        long randomness = explicit >= 0 ? explicit : randomness(ids, idStart, idEnd);
        double standsFor = (double) ALL / (ALL - threshold);
        return threshold <= randomness && standsFor <= MOST ? standsFor : REFUSED;
      }
      start = end + 1;
    }
    return 1;
  }

  /** The number of a sub-key of {@code rv:…;th:…}; -1 when there is none that is valid. */
  private static long number(String key, byte[] text, int from, int to, int minDigits) {
    int start = from;
    while (start < to) {
      int end = indexOf(';', text, start, to);
      if (startsWith(key, text, start, end)) {
        boolean sized = end - start - key.length() >= minDigits;
        return sized ? ofDigits(text, start + key.length(), end) : -1;
      }
      start = end + 1;
    }
    return -1;
  }

  /** Trailing zeros are left out of a threshold. */
  private static long ofDigits(byte[] text, int from, int to) {
    if (to - from > MAX_DIGITS) {
      return -1;
    }
    long number = 0;
    for (int i = from; i < from + MAX_DIGITS; i++) {
      int digit = i < to ? digit(text[i]) : 0;
      if (digit < 0) {
        return -1;
      }
      number = number << 4 | digit;
    }
    return number;
  }

  /** The last 56 bits of a trace id; -1 where there is none. */
  private static long randomness(byte[] ids, int start, int end) {
    if (end - start != TRACE_ID) {
      return -1;
    }
    long randomness = 0;
    for (int i = end - RANDOM; i < end; i++) {
      randomness = randomness << Byte.SIZE | (ids[i] & 0xff);
    }
    return randomness;
  }

  /** Lower case only, as the specification has it. */
  private static int digit(byte character) {
    return character >= '0' && character <= '9'
        ? character - '0'
        : character >= 'a' && character <= 'f' ? character - 'a' + 10 : -1;
  }

  private static int indexOf(char character, byte[] text, int from, int to) {
    int i = from;
    while (i < to && text[i] != character) {
      i++;
    }
    return i;
  }

  private static int skipBlanks(byte[] text, int from, int to) {
    int i = from;
    while (i < to && isBlank(text[i])) {
      i++;
    }
    return i;
  }

  private static int trimBlanks(byte[] text, int from, int to) {
    int i = to;
    while (i > from && isBlank(text[i - 1])) {
      i--;
    }
    return i;
  }

  private static boolean isBlank(byte character) {
    return character == ' ' || character == '\t';
  }

  private static boolean startsWith(String prefix, byte[] text, int from, int to) {
    if (to - from < prefix.length()) {
      return false;
    }
    for (int i = 0; i < prefix.length(); i++) {
      if (text[from + i] != prefix.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
