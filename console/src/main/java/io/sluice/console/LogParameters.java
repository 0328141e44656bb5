package io.sluice.console;

import io.sluice.sinks.search.LogQuery;
import io.sluice.sinks.search.Severities;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which logs a request asks for: its parameters that all resources of logs have. */
final class LogParameters {

  private static final Pattern TRACE_ID = Pattern.compile("[0-9a-f]{32}");

  private LogParameters() {}

  /** One that the resource does not have is as if it were not given. */
  static LogQuery query(Parameters parameters) {
    String severity = parameters.text("severity");
    long from = parameters.time("from", Long.MIN_VALUE);
    long to = parameters.time("to", Long.MAX_VALUE);
    parameters.requireOrder("from", from, "to", to);
    return new LogQuery(
        parameters.text("q", ""),
        parameters.text("service"),
        traceId("trace", parameters.text("trace")),
        severity == null ? 0 : Severities.atLeast(severity),
        from,
        to,
        parameters.limit(100),
        parameters.text("cursor"));
  }

  static @Nullable String traceId(String name, @Nullable String text) {
    if (text == null) {
      return null;
    }
    String id = text.toLowerCase(Locale.ROOT);
    if (!TRACE_ID.matcher(id).matches()) {
      throw ApiException.badParameter(name, "32 hex digits");
    }
    return id;
  }
}
