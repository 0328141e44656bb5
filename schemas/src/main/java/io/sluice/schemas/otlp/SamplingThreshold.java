package io.sluice.schemas.otlp;

/**
 * Reads the sampling threshold that OpenTelemetry's consistent probability sampling keeps in the
 * {@code tracestate}: {@code ot=th:c} says that traces whose randomness is below {@code
 * c0000000000000} (of 2^56) were rejected, so that each one that came stands for four.
 */
final class SamplingThreshold {

  private static final int MAX_DIGITS = 14;
  private static final long ALL = 1L << (4 * MAX_DIGITS);

  /** The header comes with requests from outside, and must not make one of them a million. */
  private static final double MOST = 10_000;

  private SamplingThreshold() {}

  /**
   * For how many spans one with this tracestate stands: 1 without a valid threshold, and where it
   * says more than 10,000.
   */
  static double adjustedCount(Slice traceState) {
    byte[] text = traceState.array();
    int start = traceState.start();
    while (start < traceState.end()) {
      int end = indexOf(',', text, start, traceState.end());
      int key = skipBlanks(text, start, end);
      if (startsWith("ot=", text, key, end)) {
        return ofMember(text, key + 3, trimBlanks(text, key + 3, end));
      }
      start = end + 1;
    }
    return 1;
  }

  /** Sub-keys as {@code rv:…;th:…}. */
  private static double ofMember(byte[] text, int from, int to) {
    int start = from;
    while (start < to) {
      int end = indexOf(';', text, start, to);
      if (startsWith("th:", text, start, end)) {
        return ofDigits(text, start + 3, end);
      }
      start = end + 1;
    }
    return 1;
  }

  /** Trailing zeros are left out of the threshold. */
  private static double ofDigits(byte[] text, int from, int to) {
    if (from == to || to - from > MAX_DIGITS) {
      return 1;
    }
    long threshold = 0;
    for (int i = from; i < from + MAX_DIGITS; i++) {
      int digit = i < to ? digit(text[i]) : 0;
      if (digit < 0) {
        return 1;
      }
      threshold = threshold << 4 | digit;
    }
    double standsFor = (double) ALL / (ALL - threshold);
    return standsFor <= MOST ? standsFor : 1;
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
