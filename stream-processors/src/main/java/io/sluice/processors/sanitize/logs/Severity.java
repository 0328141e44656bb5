package io.sluice.processors.sanitize.logs;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Levels of the usual logging systems as OpenTelemetry's severity numbers, by the table in the
 * appendix of its logs data model.
 *
 * @see <a href="https://opentelemetry.io/docs/specs/otel/logs/data-model-appendix/">Appendix B</a>
 */
final class Severity {

  static final int NONE = 0;

  private static final int MAX = 24;
  private static final int MAX_NAME = 16;
  private static final String[] RANGES = {"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"};
  private static final Map<String, Integer> NUMBERS = new HashMap<>();

  static {
    for (int number = 1; number <= MAX; number++) {
      put(number, name(number));
    }
    put(1, "finest", "silly", "trc", "trce", "t");
    put(5, "finer", "verbose", "dbg", "dbug", "d", "vrb", "v");
    put(6, "fine");
    put(7, "config");
    put(9, "information", "informational", "inf", "i");
    put(10, "notice");
    put(13, "warning", "wrn", "w");
    put(17, "err", "severe", "fail", "e");
    put(18, "crit", "dpanic");
    put(19, "alert", "panic");
    // Syslog's Critical is lower, but syslog writes crit; Python, .NET and ETW have none above it.
    put(21, "critical", "emerg", "emergency", "ftl", "f");
  }

  private Severity() {}

  private static void put(int number, String... names) {
    for (String name : names) {
      NUMBERS.put(name.toLowerCase(Locale.ROOT), number);
    }
  }

  static boolean isNumber(long number) {
    return number >= 1 && number <= MAX;
  }

  /** The short name of a severity number. */
  static String name(int number) {
    int step = (number - 1) % 4 + 1;
    return RANGES[(number - 1) / 4] + (step == 1 ? "" : Integer.toString(step));
  }

  /** The severity number of a level's name, in any case; {@link #NONE} when it is none. */
  static int ofName(@Nullable String text) {
    if (text == null || text.length() > MAX_NAME) {
      return NONE;
    }
    return NUMBERS.getOrDefault(text.strip().toLowerCase(Locale.ROOT), NONE);
  }

  /**
   * The severity number of a numeric level as Bunyan and pino write it; {@link #NONE} for others.
   */
  static int ofLevel(String text) {
    boolean level =
        text.length() == 2
            && text.charAt(0) >= '1'
            && text.charAt(0) <= '6'
            && text.charAt(1) == '0';
    return level ? (text.charAt(0) - '1') * 4 + 1 : NONE;
  }
}
