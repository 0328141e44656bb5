package io.sluice.schemas.definitions;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import io.sluice.schemas.settings.OneOrMore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which events an SLO counts: those that fulfil all that is given. At least one thing is. The
 * components are the keys under {@code selector}.
 *
 * @param service {@code service.name} is one of these; null for any
 * @param operation the span's name (a log's event name, a metric's name) is one of these; null for
 *     any
 * @param operationMatches the operation matches as a whole
 * @param kind of the span; null for any
 * @param severityAtLeast the log record's severity is this or higher
 * @param attributes each is one of these texts
 * @param attributesMatch each matches as a whole
 */
public record EventSelector(
    @Nullable OneOrMore service,
    @Nullable OneOrMore operation,
    @Nullable TextPattern operationMatches,
    @Nullable SpanKind kind,
    @Nullable Severity severityAtLeast,
    @Nullable Map<String, OneOrMore> attributes,
    @Nullable Map<String, TextPattern> attributesMatch) {

  public EventSelector {
    attributes = attributes == null || attributes.isEmpty() ? null : Map.copyOf(attributes);
    attributesMatch =
        attributesMatch == null || attributesMatch.isEmpty() ? null : Map.copyOf(attributesMatch);
    boolean any =
        service != null
            || operation != null
            || operationMatches != null
            || kind != null
            || severityAtLeast != null
            || attributes != null
            || attributesMatch != null;
    unless("service", any, "at least one of service, operation, kind, attributes", "none");
    unless(
        "service", service == null || !service.values().isEmpty(), "a name, or a list of them", "");
    unless(
        "operation",
        operation == null || !operation.values().isEmpty(),
        "a name, or a list of them",
        "");
  }

  /** The services that it is for; empty for all. */
  public List<String> services() {
    return service == null ? List.of() : service.values();
  }

  /** The operations that it names; empty for all, as far as {@link #operationMatches} allows. */
  public List<String> operations() {
    return operation == null ? List.of() : operation.values();
  }

  /** The attributes that it asks for, as people write them: expressions between slashes. */
  public Map<String, String> attributeTexts() {
    Map<String, String> texts = new TreeMap<>();
    if (attributes != null) {
      attributes.forEach((name, wanted) -> texts.put(name, wanted.toString()));
    }
    if (attributesMatch != null) {
      attributesMatch.forEach((name, pattern) -> texts.put(name, "/" + pattern + "/"));
    }
    return texts;
  }

  /** Whether it counts this event. */
  public boolean matches(SloEvent event) {
    return (service == null || service.values().contains(event.service()))
        && (kind == null || kind.number() == event.kind())
        && (operation == null || operation.values().contains(event.operation()))
        && (operationMatches == null || operationMatches.matches(event.operation()))
        && (severityAtLeast == null || !severityAtLeast.isAbove(event.severityNumber()))
        && hasAttributes(event, attributes, attributesMatch);
  }

  static boolean hasAttributes(
      SloEvent event,
      @Nullable Map<String, OneOrMore> wanted,
      @Nullable Map<String, TextPattern> patterns) {
    if (wanted != null) {
      for (Map.Entry<String, OneOrMore> each : wanted.entrySet()) {
        String actual = event.attribute(each.getKey());
        if (actual == null || !each.getValue().values().contains(actual)) {
          return false;
        }
      }
    }
    if (patterns != null) {
      for (Map.Entry<String, TextPattern> each : patterns.entrySet()) {
        String actual = event.attribute(each.getKey());
        if (actual == null || !each.getValue().matches(actual)) {
          return false;
        }
      }
    }
    return true;
  }

  /** The keys that are given and that no event of this signal can fulfil. */
  List<String> keysNotOf(EventSignal signal) {
    List<String> wrong = new ArrayList<>();
    if (kind != null && signal != EventSignal.SPANS) {
      wrong.add("kind");
    }
    if (severityAtLeast != null && signal != EventSignal.LOGS) {
      wrong.add("severityAtLeast");
    }
    if (signal == EventSignal.TRACES) {
      if (attributes != null) {
        wrong.add("attributes");
      }
      if (attributesMatch != null) {
        wrong.add("attributesMatch");
      }
    }
    return wrong;
  }
}
