package io.sluice.processors.sanitize.logs;

/**
 * A number in JSON. It becomes an integer or a double only where that says exactly what is written;
 * other numbers stay text: integers over 64 bits, and decimals of more digits than a double is sure
 * to hold.
 */
final class JsonNumber {

  /** Every decimal of so many digits comes back from a double as it went in. */
  private static final int MAX_DIGITS = 15;

  private static final double[] POWERS = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private JsonNumber() {}

  /**
   * Reads a number and writes it as a value.
   *
   * @return where it ends; {@link JsonText#BROKEN} when none stands here
   */
  static int read(byte[] buf, int from, int to, BodyFields out) {
    boolean negative = buf[from] == '-';
    int whole = negative ? from + 1 : from;
    int wholeEnd = endOfDigits(buf, whole, to);
    if (wholeEnd == whole || (buf[whole] == '0' && wholeEnd > whole + 1)) {
      return JsonText.BROKEN;
    }
    int fractionEnd = wholeEnd;
    if (wholeEnd < to && buf[wholeEnd] == '.') {
      fractionEnd = endOfDigits(buf, wholeEnd + 1, to);
      if (fractionEnd == wholeEnd + 1) {
        return JsonText.BROKEN;
      }
    }
    int end = fractionEnd;
    int exponent = 0;
    if (end < to && (buf[end] == 'e' || buf[end] == 'E')) {
      boolean signed = end + 1 < to && (buf[end + 1] == '-' || buf[end + 1] == '+');
      int digits = end + (signed ? 2 : 1);
      end = endOfDigits(buf, digits, to);
      if (end == digits) {
        return JsonText.BROKEN;
      }
      exponent = end - digits > 3 ? Integer.MIN_VALUE : (int) number(buf, digits, end);
      if (buf[digits - 1] == '-') {
        exponent = -exponent;
      }
    }
    boolean minusZero = negative && buf[whole] == '0';
    boolean integer = end == wholeEnd && !minusZero;
    boolean written =
        integer
            ? integer(buf, whole, end, negative, out)
            : real(buf, whole, fractionEnd, negative, exponent, out);
    if (!written) {
      out.text(buf, from, end);
    }
    return end;
  }

  private static boolean integer(byte[] buf, int from, int to, boolean negative, BodyFields out) {
    if (to - from > 19) {
      return false;
    }
    long value = number(buf, from, to); // 19 digits may pass 2^63, not 2^64
    boolean least = negative && value == Long.MIN_VALUE;
    if (value < 0 && !least) {
      return false;
    }
    out.integer(negative ? -value : value);
    return true;
  }

  private static boolean real(
      byte[] buf, int from, int to, boolean negative, int exponent, BodyFields out) {
    long value = 0;
    int digits = 0;
    int scale = 0;
    boolean fraction = false;
    for (int i = from; i < to; i++) {
      if (buf[i] == '.') {
        fraction = true;
        continue;
      }
      digits += digits > 0 || buf[i] != '0' ? 1 : 0;
      if (digits > MAX_DIGITS) {
        return false;
      }
      value = value * 10 + (buf[i] - '0');
      scale += fraction ? 1 : 0;
    }
    long power = (long) exponent - scale;
    if (Math.abs(power) >= POWERS.length) {
      return false;
    }
    // Both operands are exact, so one rounding gives the nearest double.
    double result = power < 0 ? value / POWERS[(int) -power] : value * POWERS[(int) power];
    out.real(negative ? -result : result);
    return true;
  }

  private static long number(byte[] buf, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      value = value * 10 + (buf[i] - '0');
    }
    return value;
  }

  private static int endOfDigits(byte[] buf, int from, int to) {
    int i = from;
    while (i < to && buf[i] >= '0' && buf[i] <= '9') {
      i++;
    }
    return i;
  }
}
