package io.sluice.processors.spanmetrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Names of OpenTelemetry's metrics and attributes as Prometheus has them.
 *
 * @see <a
 *     href="https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/">
 *     OpenTelemetry, Prometheus and OpenMetrics compatibility</a>
 */
final class PrometheusNames {

  private static final String TOTAL = "total";

  private static final Map<String, String> UNITS =
      Map.ofEntries(
          Map.entry("d", "days"),
          Map.entry("h", "hours"),
          Map.entry("min", "minutes"),
          Map.entry("s", "seconds"),
          Map.entry("ms", "milliseconds"),
          Map.entry("us", "microseconds"),
          Map.entry("ns", "nanoseconds"),
          Map.entry("By", "bytes"),
          Map.entry("KiBy", "kibibytes"),
          Map.entry("MiBy", "mebibytes"),
          Map.entry("GiBy", "gibibytes"),
          Map.entry("TiBy", "tibibytes"),
          Map.entry("KBy", "kilobytes"),
          Map.entry("MBy", "megabytes"),
          Map.entry("GBy", "gigabytes"),
          Map.entry("TBy", "terabytes"),
          Map.entry("m", "meters"),
          Map.entry("V", "volts"),
          Map.entry("A", "amperes"),
          Map.entry("J", "joules"),
          Map.entry("W", "watts"),
          Map.entry("g", "grams"),
          Map.entry("Cel", "celsius"),
          Map.entry("Hz", "hertz"),
          Map.entry("1", ""),
          Map.entry("%", "percent"));

  private static final Map<String, String> PER =
      Map.of(
          "s", "second", "m", "minute", "min", "minute", "h", "hour", "d", "day", "w", "week", "mo",
          "month", "y", "year");

  /** What Sluice and Prometheus give a meaning to. */
  private static final Set<String> RESERVED =
      Set.of("le", "quantile", "job", "instance", Metric.SERVICE);

  private PrometheusNames() {}

  /**
   * The name of a metric, with its unit and {@code _total} or {@code _ratio} where they belong.
   * Empty when there is no letter or digit in it.
   */
  static String metric(String name, String unit, Aggregation aggregation) {
    List<String> parts = parts(name);
    if (parts.isEmpty()) {
      return "";
    }
    for (String word : unitParts(unit)) {
      if (!parts.contains(word)) {
        parts.add(word);
      }
    }
    if (aggregation == Aggregation.SUM) {
      parts.removeIf(TOTAL::equals);
      parts.add(TOTAL);
    } else if (aggregation == Aggregation.LAST && unit.equals("1") && !parts.contains("ratio")) {
      parts.add("ratio");
    }
    String joined = String.join("_", parts);
    return Character.isDigit(joined.charAt(0)) ? "_" + joined : joined;
  }

  /** The name of a label. One that is reserved gets {@code exported_} before it. */
  static String label(String key) {
    StringBuilder label = new StringBuilder(key.length());
    for (int i = 0; i < key.length(); i++) {
      char c = key.charAt(i);
      label.append(isLetterOrDigit(c) ? c : '_');
    }
    if (label.isEmpty()) {
      return "_";
    }
    if (label.charAt(0) >= '0' && label.charAt(0) <= '9') {
      label.insert(0, "key_");
    }
    String made = label.toString();
    if (made.startsWith("__")) {
      return "exported" + made.substring(1);
    }
    return RESERVED.contains(made) ? "exported_" + made : made;
  }

  /** {@code By/s} is {@code bytes per second}; what is in braces says nothing of the unit. */
  private static List<String> unitParts(String unit) {
    String bare = unit.replaceAll("\\{[^{}]*}", "").strip();
    int slash = bare.indexOf('/');
    List<String> words = new ArrayList<>();
    String main = slash < 0 ? bare : bare.substring(0, slash).strip();
    words.addAll(parts(UNITS.getOrDefault(main, main)));
    if (slash >= 0) {
      String per = bare.substring(slash + 1).strip();
      List<String> named = parts(PER.getOrDefault(per, per));
      if (!named.isEmpty()) {
        words.add("per");
        words.addAll(named);
      }
    }
    return words;
  }

  private static List<String> parts(String text) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || !isLetterOrDigit(text.charAt(i))) {
        if (i > start) {
          parts.add(text.substring(start, i));
        }
        start = i + 1;
      }
    }
    return parts;
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }
}
