package io.sluice.console;

import com.linecorp.armeria.common.QueryParams;
import io.sluice.schemas.settings.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A request's query parameters, read strictly: what cannot be understood is an error, not ignored.
 */
final class Parameters {

  static final int MAX_LIMIT = 1000;

  /** The one that may be there several times. */
  private static final String PAIRS = "tag";

  private final QueryParams params;

  /**
   * @param known every parameter that the resource has
   */
  Parameters(QueryParams params, Set<String> known) {
    this.params = params;
    for (String name : params.names()) {
      if (!known.contains(name)) {
        throw ApiException.badParameter(name, among(known));
      }
      if (!name.equals(PAIRS) && params.getAll(name).size() > 1) {
        throw ApiException.badParameter(name, "one value");
      }
    }
  }

  private static String among(Set<String> known) {
    return known.isEmpty()
        ? "no parameter"
        : "one of the parameters " + String.join(", ", new TreeSet<>(known));
  }

  @Nullable String text(String name) {
    String text = params.get(name);
    return text == null || text.isEmpty() ? null : text;
  }

  String text(String name, String otherwise) {
    String text = text(name);
    return text == null ? otherwise : text;
  }

  /**
   * Of which service. It is no part of a path, for others choose its name: browsers and proxies
   * fold {@code ..} in one away, and some decode {@code %2F}.
   */
  String service() {
    String name = text("service");
    if (name == null) {
      throw ApiException.badParameter("service", "the name of a service");
    }
    return name;
  }

  /** Where a page begins: as many before it were on pages before. */
  int position() {
    return count("cursor", 0, Integer.MAX_VALUE);
  }

  int limit(int otherwise) {
    return count("limit", otherwise, MAX_LIMIT);
  }

  /** A number from 1 to the most. */
  int count(String name, int otherwise, int most) {
    String text = text(name);
    if (text == null) {
      return otherwise;
    }
    try {
      int count = Integer.parseInt(text);
      if (count >= 1 && count <= most) {
        return count;
      }
    } catch (NumberFormatException e) {
      // The sentence below says what was expected.
    }
    throw ApiException.badParameter(name, "1 to " + most);
  }

  /** A time in RFC 3339, as nanoseconds since the epoch. */
  long time(String name, long otherwise) {
    String text = text(name);
    if (text == null) {
      return otherwise;
    }
    try {
      Instant instant = Instant.parse(text);
      return Math.addExact(
          Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
    } catch (DateTimeParseException | ArithmeticException e) {
      throw ApiException.badParameter(name, "a time such as 2026-01-31T12:00:00Z");
    }
  }

  /** A duration such as {@code 300ms}, not negative, in nanoseconds. */
  long duration(String name, long otherwise) {
    String text = text(name);
    if (text == null) {
      return otherwise;
    }
    try {
      Duration duration = DurationText.parse(text);
      return duration.toNanos();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw ApiException.badParameter(name, "a duration such as 300ms or 2s");
    }
  }

  /** The lower end of a range must not be above its upper one. */
  void requireOrder(String lowerName, long lower, String upperName, long upper) {
    if (lower > upper) {
      throw ApiException.badParameter(upperName, "no less than " + lowerName);
    }
  }

  boolean flag(String name) {
    String text = text(name);
    if (text == null || text.equals("false")) {
      return false;
    }
    if (text.equals("true")) {
      return true;
    }
    throw ApiException.badParameter(name, "true or false");
  }

  /** Repeated {@code tag=key=value}, each key once. */
  Map<String, String> tags() {
    Map<String, String> pairs = new HashMap<>();
    for (String pair : params.getAll(PAIRS)) {
      int equals = pair.indexOf('=');
      if (equals < 1) {
        throw ApiException.badParameter(PAIRS, "key=value");
      }
      String key = pair.substring(0, equals);
      if (pairs.put(key, pair.substring(equals + 1)) != null) {
        throw ApiException.badParameter(PAIRS, "each key once");
      }
    }
    return pairs;
  }
}
