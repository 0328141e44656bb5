package io.sluice.console;

import com.linecorp.armeria.common.QueryParams;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A search as version 3 of Jaeger's API asks for it. Names of parameters may be written as its
 * earlier releases did ({@code query.start_time_min}).
 */
final class JaegerV3Query {

  private static final String FROM = "query.startTimeMin";
  private static final String TO = "query.startTimeMax";

  private final QueryParams params;

  private JaegerV3Query(QueryParams params) {
    this.params = params;
  }

  static JaegerQuery of(QueryParams params) {
    return new JaegerV3Query(params).query();
  }

  private JaegerQuery query() {
    if (!text("query.filter").isEmpty()) {
      throw JaegerQuery.refused("Sluice has no parameter query.filter: use query.attributes");
    }
    JaegerQuery.Range range = new JaegerQuery.Range(time(FROM), time(TO));
    if (range.from() >= range.to()) {
      throw JaegerQuery.refused(FROM + " must be before " + TO);
    }
    Map<String, String> attributes = new HashMap<>();
    String json = text("query.attributes");
    if (!json.isEmpty()) {
      JaegerQuery.addJson("query.attributes", json, attributes);
    }
    String shortest = text("query.durationMin");
    String longest = text("query.durationMax");
    return new JaegerQuery(
        text("query.serviceName"),
        text("query.operationName"),
        attributes,
        JaegerQuery.duration("query.durationMin", shortest, 0),
        JaegerQuery.duration("query.durationMax", longest, Long.MAX_VALUE),
        range,
        List.of(),
        JaegerQuery.limit("query.searchDepth", depth()));
  }

  private String depth() {
    String depth = text("query.searchDepth");
    return depth.isEmpty() ? params.get("query.num_traces", "") : depth;
  }

  private long time(String name) {
    String text = text(name);
    if (text.isEmpty()) {
      throw JaegerQuery.refused(FROM + " and " + TO + " are required");
    }
    try {
      return nanos(DateTimeFormatter.ISO_OFFSET_DATE_TIME.parse(text, Instant::from));
    } catch (DateTimeException e) {
      throw JaegerQuery.refused(
          "malformed parameter " + name + ": expected a time such as 2026-01-31T12:00:00Z");
    }
  }

  /**
   * What is beyond the times that nanoseconds can say stands for the last, or the first, of them.
   */
  private static long nanos(Instant instant) {
    try {
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    } catch (ArithmeticException e) {
      return instant.getEpochSecond() < 0 ? Long.MIN_VALUE : Long.MAX_VALUE;
    }
  }

  /** By its name, or by the one with underscores; empty for none. */
  private String text(String name) {
    String text = params.get(name, "");
    return text.isEmpty() ? params.get(underscored(name), "") : text;
  }

  static String underscored(String name) {
    StringBuilder underscored = new StringBuilder();
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isUpperCase(c)) {
        underscored.append('_');
      }
      underscored.append(Character.toLowerCase(c));
    }
    return underscored.toString();
  }
}
