package io.sluice.schemas.definitions;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import io.sluice.schemas.settings.OneOrMore;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Divides the events of an SLO: each group is an SLO of its own. The components are the keys under
 * {@code groupBy}.
 *
 * @param keys {@code service}, {@code operation}, or names of attributes; of a metric its labels
 * @param limit how many groups there are at most at a time; the events of further ones are a group
 *     together
 */
public record GroupBy(OneOrMore keys, @Nullable Integer limit) {

  /** An SLO takes 0.1 MB in the alert engine. */
  static final int DEFAULT_LIMIT = 20;

  static final int MAX_LIMIT = 500;
  private static final int MAX_KEYS = 3;
  private static final Pattern KEY = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,99}");
  private static final String SERVICE = "service";
  private static final String OPERATION = "operation";

  /** Stands for the value of an event that has none. */
  static final String NONE = "(none)";

  /** Stands for the values of all groups beyond the limit. */
  static final String OTHER = "(other)";

  public GroupBy {
    List<String> names = keys.values();
    unless(
        "keys",
        !names.isEmpty()
            && names.size() <= MAX_KEYS
            && names.stream().distinct().count() == names.size(),
        "one to " + MAX_KEYS + " different keys",
        keys);
    unless(
        "keys",
        names.stream().allMatch(KEY.asMatchPredicate()),
        "service, operation, or names of attributes",
        keys);
    unless(
        "limit",
        limit == null || (limit >= 1 && limit <= MAX_LIMIT),
        "1 to " + MAX_LIMIT + ": each group is an SLO",
        limit);
  }

  /** How many groups there are at most at a time, besides the one of all others. */
  public int most() {
    return limit == null ? DEFAULT_LIMIT : limit;
  }

  /** The group of an event: {@code http.route=/cart}, with commas between keys. */
  public String of(SloEvent event) {
    return text(key -> GroupValue.of(value(event, key), isSingle()));
  }

  /** The group of the events of all groups beyond the limit. */
  public String other() {
    return text(key -> OTHER);
  }

  /** Whether a text names a group by these keys. */
  public boolean names(String group) {
    List<String> names = keys.values();
    if (isSingle()) {
      return group.startsWith(names.get(0) + "=");
    }
    String[] parts = group.split(",", -1); // no value has a comma when there are several
    boolean same = parts.length == names.size();
    for (int i = 0; same && i < parts.length; i++) {
      same = parts[i].startsWith(names.get(i) + "=");
    }
    return same;
  }

  /** The text of a group with other values. */
  String withValues(String group, UnaryOperator<String> change) {
    StringBuilder text = new StringBuilder();
    String[] parts = isSingle() ? new String[] {group} : group.split(",", -1);
    for (String part : parts) {
      int value = part.indexOf('=') + 1;
      text.append(text.isEmpty() ? "" : ",")
          .append(part, 0, value)
          .append(change.apply(part.substring(value)));
    }
    return text.toString();
  }

  /** Which of the keys no event of a signal has. */
  List<String> keysNotOf(EventSignal signal) {
    return signal == EventSignal.TRACES
        ? keys.values().stream()
            .filter(key -> !key.equals(SERVICE) && !key.equals(OPERATION))
            .toList()
        : List.of();
  }

  private boolean isSingle() {
    return keys.values().size() == 1;
  }

  private interface Values {
    String of(String key);
  }

  private String text(Values values) {
    if (isSingle()) {
      String key = keys.values().get(0);
      return key + "=" + values.of(key);
    }
    StringBuilder text = new StringBuilder();
    for (String key : keys.values()) {
      text.append(text.isEmpty() ? "" : ",").append(key).append('=').append(values.of(key));
    }
    return text.toString();
  }

  private static @Nullable String value(SloEvent event, String key) {
    return switch (key) {
      case SERVICE -> event.service();
      case OPERATION -> event.operation();
      default -> event.attribute(key);
    };
  }
}
