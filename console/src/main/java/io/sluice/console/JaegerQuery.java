package io.sluice.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.QueryParams;
import io.sluice.schemas.otlp.SpanView;
import io.sluice.schemas.trace.SpanTree;
import io.sluice.sinks.search.LogText;
import io.sluice.sinks.search.TraceQuery;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A search as Jaeger's page asks for it. All of it must hold for one span.
 *
 * @param service empty for any
 * @param operation empty for any
 * @param tags of the span or its process
 * @param traceIds 32 hex digits each; then nothing else counts
 * @param limit most traces
 */
record JaegerQuery(
    String service,
    String operation,
    Map<String, String> tags,
    long minDurationNanos,
    long maxDurationNanos,
    Range range,
    List<String> traceIds,
    int limit) {

  private static final int DEFAULT_LIMIT = 100;

  /** What Jaeger's page lets people choose. */
  private static final int MAX_LIMIT = 1500;

  private static final int MAX_TRACE_IDS = 100;
  private static final int MAX_PAGE = 100;
  private static final Duration DEFAULT_LOOKBACK = Duration.ofDays(2);
  private static final Duration DEPENDENCIES_LOOKBACK = Duration.ofDays(1);
  private static final Pattern HEX = Pattern.compile("[0-9a-fA-F]{1,32}");
  private static final Pattern DURATION_PART =
      Pattern.compile("\\G(\\d+(?:\\.\\d*)?|\\.\\d+)(ns|us|µs|μs|ms|s|m|h|d)");
  private static final Map<String, Long> UNITS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "μs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L,
          "d", 86_400_000_000_000L);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Nanoseconds since 1970, the end not included. */
  record Range(long from, long to) {}

  static JaegerQuery of(QueryParams params, Clock clock) {
    List<String> ids = params.getAll("traceID").stream().map(JaegerQuery::traceId).toList();
    String service = params.get("service", "");
    if (ids.size() > MAX_TRACE_IDS) {
      throw refused("at most " + MAX_TRACE_IDS + " of the parameter 'traceID'");
    }
    if (ids.isEmpty() && service.isEmpty()) {
      throw refused("parameter 'service' is required");
    }
    long min = duration("minDuration", params.get("minDuration", ""), 0);
    long max = duration("maxDuration", params.get("maxDuration", ""), 0);
    if (min != 0 && max != 0 && max < min) {
      throw refused("'maxDuration' should be greater than 'minDuration'");
    }
    return new JaegerQuery(
        service,
        params.get("operation", ""),
        tags(params),
        min,
        max == 0 ? Long.MAX_VALUE : max,
        range(params, clock),
        ids,
        limit("limit", params.get("limit", "")));
  }

  /** The time of dependencies: milliseconds, and back from its end. */
  static Range dependencies(QueryParams params, Clock clock) {
    long end = number(params, "endTs", clock.millis());
    long lookback = number(params, "lookback", DEPENDENCIES_LOOKBACK.toMillis());
    long to = nanos("endTs", end, 1_000_000);
    return new Range(to - nanos("lookback", Math.max(0, lookback), 1_000_000), to);
  }

  /** An id as it is stored, of one that may have been written without its leading zeros. */
  static String traceId(String text) {
    if (!HEX.matcher(text).matches()) {
      throw refused("cannot parse traceID param: expected up to 32 hex digits");
    }
    return "0".repeat(32 - text.length()) + text.toLowerCase(Locale.ROOT);
  }

  static ApiException refused(String message) {
    return new ApiException(HttpStatus.BAD_REQUEST, message);
  }

  /** What to ask the index for: traces that may have such a span. */
  TraceQuery traces(@Nullable String cursor) {
    Map<String, String> indexed = new HashMap<>(tags);
    indexed.keySet().removeAll(JaegerTags.NOT_INDEXED);
    indexed.remove("error", "false"); // said by no span, meant by most
    return new TraceQuery(
        service.isEmpty() ? null : service,
        operation.isEmpty() ? null : operation,
        minDurationNanos,
        Long.MAX_VALUE,
        false,
        indexed,
        range.from(),
        range.to(),
        Math.min(limit, MAX_PAGE),
        cursor);
  }

  /** Whether one of its spans is all that is asked for. */
  boolean matches(SpanTree tree) {
    for (int i = 0; i < tree.size(); i++) {
      if (matches(tree, i)) {
        return true;
      }
    }
    return false;
  }

  private boolean matches(SpanTree tree, int i) {
    SpanView span = tree.span(i);
    if (!(service.isEmpty() || tree.service(i).equals(service))
        || !(operation.isEmpty() || span.name().equals(operation))
        || span.durationNanos() < minDurationNanos
        || span.durationNanos() > maxDurationNanos) {
      return false;
    }
    return tags.isEmpty() || hasTags(JaegerTags.of(tree, i));
  }

  private boolean hasTags(Map<String, String> all) {
    return tags.entrySet().stream()
        .allMatch(
            tag -> {
              String text = all.get(tag.getKey());
              return text != null && LogText.spellings(tag.getValue()).contains(text);
            });
  }

  private static Map<String, String> tags(QueryParams params) {
    Map<String, String> tags = new HashMap<>();
    for (String tag : params.getAll("tag")) {
      int colon = tag.indexOf(':');
      if (colon < 0) {
        throw refused("malformed 'tag' parameter, expecting key:value");
      }
      tags.put(tag.substring(0, colon), tag.substring(colon + 1));
    }
    for (String json : params.getAll("tags")) {
      if (!json.isEmpty()) {
        addJson("tags", json, tags);
      }
    }
    return tags;
  }

  static void addJson(String name, String json, Map<String, String> tags) {
    try {
      JsonNode node = JSON.readTree(json);
      if (node != null && node.isObject()) {
        for (Map.Entry<String, JsonNode> field : node.properties()) {
          if (field.getValue().isContainerNode()) {
            throw refused("malformed '" + name + "' parameter: expected values that are text");
          }
          tags.put(field.getKey(), field.getValue().asText());
        }
        return;
      }
    } catch (JsonProcessingException e) {
      // The sentence below says what was expected; Jackson's would quote the input.
    }
    throw refused(
        "malformed '" + name + "' parameter, expected a JSON object such as {\"key\":\"value\"}");
  }

  private static Range range(QueryParams params, Clock clock) {
    long now = clock.millis() * 1000;
    long end = number(params, "end", now);
    Long lookback = parsed(params.get("lookback", ""));
    long back = lookback == null ? DEFAULT_LOOKBACK.toNanos() : lookback;
    long start = number(params, "start", end - back / 1000);
    return new Range(nanos("start", start, 1000), nanos("end", end, 1000));
  }

  static int limit(String name, String text) {
    long limit = number(name, text, DEFAULT_LIMIT);
    if (limit < 1) {
      throw refused("unable to parse param '" + name + "': expected 1 to " + MAX_LIMIT);
    }
    return (int) Math.min(limit, MAX_LIMIT);
  }

  private static long number(QueryParams params, String name, long otherwise) {
    return number(name, params.get(name, ""), otherwise);
  }

  private static long number(String name, String text, long otherwise) {
    if (text.isEmpty()) {
      return otherwise;
    }
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw refused("unable to parse param '" + name + "': expected an integer");
    }
  }

  private static long nanos(String name, long value, long unit) {
    try {
      return Math.multiplyExact(value, unit);
    } catch (ArithmeticException e) {
      throw refused("unable to parse param '" + name + "': out of range");
    }
  }

  static long duration(String name, String text, long otherwise) {
    if (text.isEmpty()) {
      return otherwise;
    }
    Long nanos = parsed(text);
    if (nanos == null) {
      throw refused(
          "unable to parse param '" + name + "': expected a duration such as 1.2s, 100ms, 500us");
    }
    return nanos;
  }

  /** As Go writes durations ({@code 1m30s}), and days; null for anything else. */
  private static @Nullable Long parsed(String text) {
    List<BigDecimal> parts = new ArrayList<>();
    if (text.length() > 64) {
      return null;
    }
    Matcher part = DURATION_PART.matcher(text);
    int end = 0;
    while (part.find()) {
      Long unit = UNITS.get(part.group(2));
      parts.add(
          new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit == null ? 0 : unit)));
      end = part.end();
    }
    if (parts.isEmpty() || end != text.length()) {
      return null;
    }
    BigDecimal sum = parts.stream().reduce(BigDecimal.ZERO, BigDecimal::add);
    return sum.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0 ? null : sum.longValue();
  }
}
