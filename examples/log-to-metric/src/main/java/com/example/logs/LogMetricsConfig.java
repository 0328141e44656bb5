package com.example.logs;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.sluice.schemas.settings.InvalidSettingException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Settings of {@code processors.logmetrics}. */
public record LogMetricsConfig(
    @JsonPropertyDescription("Regular expression by counter: how many log lines match it.")
        Map<String, String> counters) {

  public LogMetricsConfig {
    counters = Map.copyOf(counters);
    counters.forEach(
        (name, expression) ->
            InvalidSettingException.unless(
                "counters." + name, compiles(expression), "a regular expression", expression));
  }

  static LogMetricsConfig defaults() {
    return new LogMetricsConfig(Map.of("log_failures_total", "(?i)\\b(error|failed|exception)\\b"));
  }

  Map<String, Pattern> patterns() {
    Map<String, Pattern> patterns = new LinkedHashMap<>();
    counters.forEach((name, expression) -> patterns.put(name, Pattern.compile(expression)));
    return patterns;
  }

  private static boolean compiles(String expression) {
    try {
      return Pattern.compile(expression) != null;
    } catch (PatternSyntaxException e) {
      return false;
    }
  }
}
