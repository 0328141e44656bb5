package io.sluice.schemas.definitions;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A query of Prometheus over the series that Sluice makes of spans, as far as it counts events: a
 * sum of rates, or one such sum less another.
 *
 * @param counted what is counted
 * @param less what is taken away from it; null for nothing
 */
record SpanMetricsQuery(Sum counted, @Nullable Sum less) {

  /**
   * @param metric its name
   * @param labels by name, each with its operator in front: {@code =shop}, {@code =~GET .*}
   */
  record Sum(String metric, Map<String, String> labels) {}

  private static final Pattern SUM =
      Pattern.compile(
          "\\s*sum\\s*\\(\\s*rate\\s*\\(\\s*([a-zA-Z_:][a-zA-Z0-9_:]*)\\s*(?:\\{([^}]*)\\})?\\s*"
              + "\\[\\s*\\{\\{\\s*\\.window\\s*\\}\\}\\s*\\]\\s*\\)\\s*\\)\\s*");
  private static final Pattern LABEL =
      Pattern.compile("\\s*([a-zA-Z_][a-zA-Z0-9_]*)\\s*(=~|=)\\s*\"([^\"\\\\]*)\"\\s*(?:,|$)");

  /** The query in a text; null when it is of another form. */
  static @Nullable SpanMetricsQuery parse(String text) {
    List<Sum> sums = new ArrayList<>();
    String rest = withoutParentheses(text.trim());
    while (true) {
      Matcher matcher = SUM.matcher(rest);
      if (!matcher.lookingAt()) {
        return null;
      }
      Map<String, String> labels = labels(matcher.group(2) == null ? "" : matcher.group(2));
      if (labels == null) {
        return null;
      }
      sums.add(new Sum(matcher.group(1), labels));
      rest = rest.substring(matcher.end());
      if (rest.isEmpty() || sums.size() == 2 || !rest.startsWith("-")) {
        break;
      }
      rest = rest.substring(1);
    }
    return rest.isEmpty()
        ? new SpanMetricsQuery(sums.get(0), sums.size() == 2 ? sums.get(1) : null)
        : null;
  }

  private static String withoutParentheses(String text) {
    return text.startsWith("(") && text.endsWith(")")
        ? text.substring(1, text.length() - 1).trim()
        : text;
  }

  private static @Nullable Map<String, String> labels(String text) {
    Map<String, String> labels = new TreeMap<>();
    int at = 0;
    Matcher matcher = LABEL.matcher(text);
    while (at < text.length()) {
      matcher.region(at, text.length());
      if (!matcher.lookingAt()) {
        return text.substring(at).isBlank() ? labels : null;
      }
      String before = labels.put(matcher.group(1), matcher.group(2) + matcher.group(3));
      if (before != null) {
        return null;
      }
      at = matcher.end();
    }
    return labels;
  }
}
