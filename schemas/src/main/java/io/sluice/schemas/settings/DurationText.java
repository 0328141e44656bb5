package io.sluice.schemas.settings;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them: {@code 500ms}, {@code 10s}, {@code 5m}, {@code 6h}, {@code 30d},
 * {@code 4w}.
 */
public final class DurationText {

  private static final Pattern SYNTAX = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d|w)");

  private DurationText() {}

  /**
   * @throws IllegalArgumentException with a sentence that shows the syntax
   */
  public static Duration parse(String text) {
    Matcher matcher = SYNTAX.matcher(text.trim());
    if (!matcher.matches()) {
      throw new IllegalArgumentException("expected a duration such as 500ms, 10s, 5m, 6h or 30d");
    }
    long number = Long.parseLong(matcher.group(1));
    long unit =
        switch (matcher.group(2)) {
          case "ms" -> 1;
          case "s" -> 1_000;
          case "m" -> 60_000;
          case "h" -> 3_600_000;
          case "w" -> 7 * 86_400_000;
          default -> 86_400_000;
        };
    try {
      return Duration.ofMillis(Math.multiplyExact(number, unit));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("expected a duration that milliseconds can tell", e);
    }
  }

  /** The shortest text that {@link #parse} reads back; precise to the millisecond. */
  public static String format(Duration duration) {
    long millis = duration.toMillis();
    String[] units = {"d", "h", "m", "s"};
    long[] sizes = {86_400_000, 3_600_000, 60_000, 1_000};
    for (int i = 0; i < units.length; i++) {
      if (millis >= sizes[i] && millis % sizes[i] == 0) {
        return millis / sizes[i] + units[i];
      }
    }
    return millis + "ms";
  }

  /** In as many units as it takes, for people: {@code 16h 48m}. */
  public static String words(Duration duration) {
    StringBuilder words = new StringBuilder();
    long left = duration.toMillis();
    String[] units = {"d", "h", "m", "s", "ms"};
    long[] sizes = {86_400_000, 3_600_000, 60_000, 1_000, 1};
    for (int i = 0; i < units.length; i++) {
      if (left >= sizes[i]) {
        words.append(words.isEmpty() ? "" : " ").append(left / sizes[i]).append(units[i]);
        left %= sizes[i];
      }
    }
    return words.isEmpty() ? "0s" : words.toString();
  }
}
