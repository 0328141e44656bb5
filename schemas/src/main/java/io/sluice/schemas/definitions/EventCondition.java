package io.sluice.schemas.definitions;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import io.sluice.schemas.settings.DataSize;
import io.sluice.schemas.settings.OneOrMore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is true of an event: all that is given, and at least one thing is. The components are the
 * keys under {@code good} and {@code bad}.
 *
 * @param noError true: the status is not ERROR
 * @param error true: the status is ERROR
 * @param durationBelow it took less
 * @param durationAtLeast it took as long or longer
 * @param responseSizeBelow the HTTP response's body has fewer bytes; what does not say its size is
 *     not counted
 * @param statusClass the HTTP status code is of one of these classes, as {@code 2xx}
 * @param cacheHit whether the cache had it; what does not say is not counted
 * @param severityBelow the log record's severity is lower
 * @param severityAtLeast the log record's severity is this or higher
 * @param attributes each is one of these texts
 * @param attributesMatch each matches as a whole
 * @param complete true: the trace is complete
 */
public record EventCondition(
    @Nullable Boolean noError,
    @Nullable Boolean error,
    @Nullable Duration durationBelow,
    @Nullable Duration durationAtLeast,
    @Nullable DataSize responseSizeBelow,
    @Nullable OneOrMore statusClass,
    @Nullable Boolean cacheHit,
    @Nullable Severity severityBelow,
    @Nullable Severity severityAtLeast,
    @Nullable Map<String, OneOrMore> attributes,
    @Nullable Map<String, TextPattern> attributesMatch,
    @Nullable Boolean complete)
    implements GoodCondition {

  private static final Duration LONGEST = Duration.ofDays(1);
  private static final Pattern STATUS_CLASS = Pattern.compile("[1-5]xx");
  private static final Set<String> YES = Set.of("hit", "true");
  private static final Set<String> NO = Set.of("miss", "false");
  private static final Set<String> STORES = Set.of("redis", "valkey", "memcached");
  private static final Set<String> READS = Set.of("get", "getex", "getdel", "hget");

  public EventCondition {
    attributes = attributes == null || attributes.isEmpty() ? null : Map.copyOf(attributes);
    attributesMatch =
        attributesMatch == null || attributesMatch.isEmpty() ? null : Map.copyOf(attributesMatch);
    mayOnlyBeTrue("noError", noError);
    mayOnlyBeTrue("error", error);
    mayOnlyBeTrue("complete", complete);
    isPossible("durationBelow", durationBelow);
    isPossible("durationAtLeast", durationAtLeast);
    unless(
        "statusClass",
        statusClass == null
            || (!statusClass.values().isEmpty()
                && statusClass.values().stream().allMatch(STATUS_CLASS.asMatchPredicate())),
        "1xx, 2xx, 3xx, 4xx or 5xx, or a list of these",
        statusClass);
    boolean any =
        noError != null
            || error != null
            || durationBelow != null
            || durationAtLeast != null
            || responseSizeBelow != null
            || statusClass != null
            || cacheHit != null
            || severityBelow != null
            || severityAtLeast != null
            || complete != null
            || attributes != null
            || attributesMatch != null;
    unless("noError", any, "true, or another condition such as durationBelow", "none");
  }

  /** The keys that are given and that no event of this signal can fulfil. */
  List<String> keysNotOf(EventSignal signal) {
    List<String> wrong = new ArrayList<>();
    boolean span = signal == EventSignal.SPANS;
    boolean timed = span || signal == EventSignal.TRACES;
    boolean log = signal == EventSignal.LOGS;
    boolean attributed = signal != EventSignal.TRACES;
    note(wrong, "noError", noError, timed);
    note(wrong, "error", error, timed);
    note(wrong, "durationBelow", durationBelow, timed);
    note(wrong, "durationAtLeast", durationAtLeast, timed);
    note(wrong, "responseSizeBelow", responseSizeBelow, span);
    note(wrong, "statusClass", statusClass, span);
    note(wrong, "cacheHit", cacheHit, span);
    note(wrong, "severityBelow", severityBelow, log);
    note(wrong, "severityAtLeast", severityAtLeast, log);
    note(wrong, "attributes", attributes, attributed);
    note(wrong, "attributesMatch", attributesMatch, attributed);
    note(wrong, "complete", complete, signal == EventSignal.TRACES);
    return wrong;
  }

  private static void note(
      List<String> wrong, String key, @Nullable Object given, boolean possible) {
    if (given != null && !possible) {
      wrong.add(key);
    }
  }

  @Override
  public boolean appliesTo(SloEvent event) {
    return (cacheHit == null || cacheSays(event) != null)
        && (responseSizeBelow == null || !Double.isNaN(responseSize(event)));
  }

  @Override
  public boolean isMet(SloEvent event) {
    return (noError == null || !event.isError())
        && (error == null || event.isError())
        && (durationBelow == null || event.durationNanos() < durationBelow.toNanos())
        && (durationAtLeast == null || event.durationNanos() >= durationAtLeast.toNanos())
        && (responseSizeBelow == null || responseSize(event) < responseSizeBelow.bytes())
        && (statusClass == null || statusClass.values().contains(classOf(event)))
        && (cacheHit == null || cacheHit.equals(cacheSays(event)))
        && (severityBelow == null || severityBelow.isAbove(event.severityNumber()))
        && (severityAtLeast == null || !severityAtLeast.isAbove(event.severityNumber()))
        && EventSelector.hasAttributes(event, attributes, attributesMatch)
        && (complete == null || event.isComplete());
  }

  /** NaN when it is not said. */
  static double responseSize(SloEvent event) {
    double size = event.number("http.response.body.size");
    return Double.isNaN(size) ? event.number("http.response_content_length") : size;
  }

  private static String classOf(SloEvent event) {
    double code = event.number("http.response.status_code");
    double known = Double.isNaN(code) ? event.number("http.status_code") : code;
    return known >= 100 && known < 600 ? (int) known / 100 + "xx" : "";
  }

  /** Null when it is not said, as of an error. */
  private static @Nullable Boolean cacheSays(SloEvent event) {
    String result = event.attribute("cache.result");
    String said = result == null ? event.attribute("cache.hit") : result;
    if (said == null) {
      return rowsSay(event);
    }
    String plain = said.toLowerCase(Locale.ROOT);
    return YES.contains(plain) ? Boolean.TRUE : NO.contains(plain) ? Boolean.FALSE : null;
  }

  /** A read of one value from a store that caches are made of, which says how much came back. */
  private static @Nullable Boolean rowsSay(SloEvent event) {
    double rows = event.number("db.response.returned_rows");
    if (Double.isNaN(rows)
        || !STORES.contains(lower(event, "db.system.name", "db.system"))
        || !READS.contains(lower(event, "db.operation.name", "db.operation"))) {
      return null;
    }
    return rows > 0;
  }

  private static String lower(SloEvent event, String key, String formerKey) {
    String text = event.attribute(key);
    String known = text == null ? event.attribute(formerKey) : text;
    return known == null ? "" : known.toLowerCase(Locale.ROOT);
  }

  private static void mayOnlyBeTrue(String key, @Nullable Boolean value) {
    unless(key, value == null || value, "true, or to be left out", value);
  }

  private static void isPossible(String key, @Nullable Duration value) {
    boolean possible =
        value == null || (value.compareTo(Duration.ZERO) > 0 && value.compareTo(LONGEST) <= 0);
    unless(key, possible, "more than zero, at most 1d", value);
  }
}
