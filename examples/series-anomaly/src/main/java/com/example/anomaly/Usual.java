package com.example.anomaly;

import java.util.Locale;

/**
 * What is usual in one slot of the season: mean and variance of what earlier seasons had there, by
 * Welford's method.
 *
 * @param seen how many seasons
 * @param squares sum of the squared distances from the mean
 */
record Usual(int seen, double mean, double squares) {

  static final Usual NOTHING = new Usual(0, 0, 0);

  Usual with(double value) {
    double before = value - mean;
    double newMean = mean + before / (seen + 1);
    return new Usual(seen + 1, newMean, squares + before * (value - newMean));
  }

  /**
   * How many standard deviations a value is away. Events that come by chance spread by the root of
   * their number, so a slot that was always the same is not taken to be exact.
   */
  double deviations(double value) {
    double variance = seen < 2 ? 0 : squares / (seen - 1);
    return Math.abs(value - mean) / Math.sqrt(Math.max(variance, Math.max(mean, 1)));
  }

  String text() {
    return String.format(Locale.ROOT, "%d %s %s", seen, mean, squares);
  }

  static Usual of(String text) {
    if (text == null) {
      return NOTHING;
    }
    String[] parts = text.split(" ", -1);
    return new Usual(
        Integer.parseInt(parts[0]),
        Double.parseDouble(parts[1]),
        Double.parseDouble(parts[2]));
  }
}
