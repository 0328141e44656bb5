package io.sluice.sinks.search;

import java.util.List;
import java.util.Locale;

/** Severity names as people write them. */
public final class Severities {

  /** Least severe first. */
  public static final List<String> NAMES =
      List.of("unset", "trace", "debug", "info", "warn", "error", "fatal");

  private Severities() {}

  /**
   * The least severity number of a name ({@code warn} is 13) or number.
   *
   * @throws InvalidQueryException when it is neither
   */
  public static int atLeast(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "trace" -> 1;
      case "debug" -> 5;
      case "info" -> 9;
      case "warn", "warning" -> 13;
      case "error" -> 17;
      case "fatal" -> 21;
      default -> number(text);
    };
  }

  /** The name of a severity number; {@code unset} for 0 and what OpenTelemetry does not know. */
  public static String name(int number) {
    return number < 1 || number > 24 ? NAMES.get(0) : NAMES.get(1 + (number - 1) / 4);
  }

  private static int number(String text) {
    try {
      int number = Integer.parseInt(text);
      if (number >= 0 && number <= 24) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Falls through to the sentence below, which says more.
    }
    throw new InvalidQueryException(
        "severity: expected trace, debug, info, warn, error, fatal, or 0 to 24");
  }
}
