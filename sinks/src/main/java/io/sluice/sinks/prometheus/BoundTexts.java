package io.sluice.sinks.prometheus;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.HashMap;
import java.util.Map;

/**
 * Bounds of classic buckets as values of the label {@code le}: as Prometheus 3 writes them whatever
 * it scraped, so that scraped and written series are the same. Not safe for use by several threads.
 *
 * @see <a href="https://prometheus.io/docs/specs/om/open_metrics_spec/#canonical-numbers">
 *     OpenMetrics, canonical numbers</a>
 */
final class BoundTexts {

  /** Digits of a double, at most. */
  private static final int MAX_DIGITS = 17;

  private static final int MIN_EXPONENT = -4;
  private static final int MAX_EXPONENT = 5;

  /** There are few bounds, and each is in many series. */
  private final Map<Double, String> texts = new HashMap<>();

  String of(double bound) {
    return texts.computeIfAbsent(bound, BoundTexts::text);
  }

  private static String text(double bound) {
    if (Double.isNaN(bound)) {
      return "NaN";
    }
    if (Double.isInfinite(bound)) {
      return bound > 0 ? "+Inf" : "-Inf";
    }
    if (bound == 0) {
      return "0.0";
    }
    BigDecimal number = shortest(bound).stripTrailingZeros();
    int exponent = number.precision() - number.scale() - 1;
    if (exponent >= MIN_EXPONENT && exponent <= MAX_EXPONENT) {
      return number.setScale(Math.max(1, number.scale())).toPlainString();
    }
    String digits = number.unscaledValue().abs().toString();
    String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
    return String.format(
        "%s%s%se%s%02d",
        bound < 0 ? "-" : "",
        digits.charAt(0),
        fraction,
        exponent < 0 ? "-" : "+",
        Math.abs(exponent));
  }

  /** The fewest digits that are read as this number; Java 17 has one more for some. */
  private static BigDecimal shortest(double bound) {
    BigDecimal exact = new BigDecimal(bound);
    for (int digits = 1; digits < MAX_DIGITS; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits));
      if (rounded.doubleValue() == bound) {
        return rounded;
      }
    }
    return exact.round(new MathContext(MAX_DIGITS));
  }
}
