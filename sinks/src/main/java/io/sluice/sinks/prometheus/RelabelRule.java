package io.sluice.sinks.prometheus;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import io.airlift.slice.Slices;
import io.sluice.schemas.definitions.Expressions;
import io.trino.re2j.Matcher;
import io.trino.re2j.Pattern;
import io.trino.re2j.PatternSyntaxException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One rule over the labels of a series, with the meaning and the defaults that it has in
 * Prometheus.
 *
 * @param sourceLabels labels whose values, joined by the separator, are compared; a label that is
 *     not there counts as empty
 * @param separator {@code ;} where none is given
 * @param regex RE2, must match all of the joined values; everything where none is given
 * @param targetLabel what {@code replace} sets; an empty result takes the label away
 * @param replacement with {@code $1} or {@code ${1}} for groups; {@code $1} where none is given
 * @see <a href="https://prometheus.io/docs/prometheus/latest/configuration/configuration/">
 *     Prometheus, relabel_config</a>
 */
public record RelabelRule(
    Action action,
    List<String> sourceLabels,
    @Nullable String separator,
    @Nullable String regex,
    @Nullable String targetLabel,
    @Nullable String replacement) {

  /** What becomes of a series that the rule matches. */
  public enum Action {
    /** All others are left out. */
    KEEP,
    /** It is left out. */
    DROP,
    /** It gets a label. */
    REPLACE
  }

  public RelabelRule {
    sourceLabels = List.copyOf(sourceLabels);
    unless("sourceLabels", !sourceLabels.isEmpty(), "at least one label", sourceLabels);
    boolean replaces = action == Action.REPLACE;
    unless(
        "targetLabel",
        replaces == (targetLabel != null),
        replaces ? "the label to set" : "none for this action",
        targetLabel);
    unless("replacement", replaces || replacement == null, "none for this action", replacement);
    if (regex != null) {
      unless("regex", compiles(regex), "a regular expression (RE2)", regex);
    }
  }

  private static boolean compiles(String regex) {
    try {
      Expressions.compile(regex);
      return true;
    } catch (PatternSyntaxException e) {
      return false;
    }
  }

  /** The rule, ready to run. Safe for use by several threads. */
  Applied applied() {
    return new Applied(
        this, Expressions.compile("(?s)^(?:" + (regex == null ? "(.*)" : regex) + ")$"));
  }

  /** See {@link #applied}. */
  static final class Applied {

    private static final java.util.regex.Pattern GROUP =
        java.util.regex.Pattern.compile("\\$(?:(\\d{1,2})|\\{(\\d{1,2})\\})");

    private final RelabelRule rule;
    private final Pattern pattern;

    private Applied(RelabelRule rule, Pattern pattern) {
      this.rule = rule;
      this.pattern = pattern;
    }

    /**
     * Changes the labels.
     *
     * @return false when the series is left out
     */
    boolean apply(Map<String, String> labels) {
      String value =
          rule.sourceLabels().stream()
              .map(name -> labels.getOrDefault(name, ""))
              .collect(Collectors.joining(rule.separator() == null ? ";" : rule.separator()));
      Matcher matcher = pattern.matcher(Slices.utf8Slice(value));
      boolean matches = matcher.find();
      switch (rule.action()) {
        case KEEP -> {
          return matches;
        }
        case DROP -> {
          return !matches;
        }
        case REPLACE -> {
          String target = rule.targetLabel();
          if (matches && target != null) {
            set(labels, target, expand(matcher));
          }
        }
      }
      return true;
    }

    private static void set(Map<String, String> labels, String name, String value) {
      if (value.isEmpty()) {
        labels.remove(name);
      } else {
        labels.put(name, value);
      }
    }

    private String expand(Matcher matcher) {
      return GROUP
          .matcher(rule.replacement() == null ? "$1" : rule.replacement())
          .replaceAll(
              reference -> {
                String number =
                    reference.group(1) == null ? reference.group(2) : reference.group(1);
                return java.util.regex.Matcher.quoteReplacement(
                    group(matcher, Integer.parseInt(number)));
              });
    }

    private static String group(Matcher matcher, int number) {
      boolean known = number <= matcher.groupCount() && matcher.start(number) >= 0;
      return known ? matcher.group(number).toStringUtf8() : "";
    }
  }
}
