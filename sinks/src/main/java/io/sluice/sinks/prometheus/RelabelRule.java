package io.sluice.sinks.prometheus;

import static io.sluice.schemas.settings.InvalidSettingException.unless;

import io.airlift.slice.Slices;
import io.sluice.schemas.definitions.Expressions;
import io.trino.re2j.Matcher;
import io.trino.re2j.Pattern;
import io.trino.re2j.PatternSyntaxException;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * One rule over the labels of a series, with the meaning and the defaults that it has in
 * Prometheus; groups have no names, only numbers.
 *
 * @param sourceLabels labels whose values, joined by the separator, are compared; a label that is
 *     not there counts as empty; {@code replace} needs none to set a label always
 * @param separator {@code ;} where none is given
 * @param regex RE2, must match all of the joined values; everything where none is given
 * @param targetLabel what {@code replace} sets, with groups as in the replacement; an empty result
 *     takes the label away
 * @param replacement with {@code $1} or {@code ${1}} for groups, {@code $$} for a dollar sign; a
 *     group that there is not is empty; {@code $1} where none is given
 * @see <a href="https://prometheus.io/docs/prometheus/latest/configuration/configuration/">
 *     Prometheus, relabel_config</a>
 */
public record RelabelRule(
    Action action,
    @Nullable List<String> sourceLabels,
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

  /** As Go reads it: the longest name that there can be. */
  private static final java.util.regex.Pattern REFERENCE =
      java.util.regex.Pattern.compile("\\$(?:(\\$)|\\{([\\p{L}\\p{Nd}_]+)\\}|([\\p{L}\\p{Nd}_]+))");

  private static final java.util.regex.Pattern NUMBER =
      java.util.regex.Pattern.compile("0|[1-9]\\d{0,7}");

  private static final java.util.regex.Pattern LABEL =
      java.util.regex.Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

  public RelabelRule {
    sourceLabels = sourceLabels == null ? List.of() : List.copyOf(sourceLabels);
    boolean replaces = action == Action.REPLACE;
    unless(
        "sourceLabels",
        replaces || !sourceLabels.isEmpty(),
        "at least one label for this action",
        sourceLabels);
    unless(
        "targetLabel",
        replaces == (targetLabel != null),
        replaces ? "the label to set" : "none for this action",
        targetLabel);
    unless("replacement", replaces || replacement == null, "none for this action", replacement);
    if (targetLabel != null) {
      unless(
          "targetLabel",
          LABEL.matcher(REFERENCE.matcher(targetLabel).replaceAll("_")).matches()
              && refersByNumbers(targetLabel),
          "the name of a label, with groups as ${1} if any",
          targetLabel);
    }
    unless(
        "replacement",
        replacement == null || refersByNumbers(replacement),
        "groups by their numbers, as ${1}, and $$ for a dollar sign",
        replacement);
    if (regex != null) {
      unless("regex", compiles(regex), "a regular expression (RE2)", regex);
    }
  }

  /** What is written $1x is in Go a group by the name of 1x. */
  private static boolean refersByNumbers(String template) {
    return REFERENCE
        .matcher(template)
        .results()
        .allMatch(found -> found.group(1) != null || NUMBER.matcher(name(found)).matches());
  }

  private static String name(MatchResult reference) {
    return reference.group(2) == null ? reference.group(3) : reference.group(2);
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

    private final RelabelRule rule;
    private final Pattern pattern;

    private final List<String> sources;

    private Applied(RelabelRule rule, Pattern pattern) {
      this.rule = rule;
      this.pattern = pattern;
      List<String> given = rule.sourceLabels();
      this.sources = given == null ? List.of() : given;
    }

    /**
     * Changes the labels.
     *
     * @return false when the series is left out
     */
    boolean apply(Map<String, String> labels) {
      String value =
          sources.stream()
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
            String name = expand(target, matcher);
            if (LABEL.matcher(name).matches()) {
              set(labels, name, expand(replacement(), matcher));
            }
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

    private String replacement() {
      return rule.replacement() == null ? "$1" : rule.replacement();
    }

    private static String expand(String template, Matcher matcher) {
      return REFERENCE
          .matcher(template)
          .replaceAll(
              found ->
                  java.util.regex.Matcher.quoteReplacement(
                      found.group(1) == null
                          ? group(matcher, Integer.parseInt(name(found)))
                          : "$"));
    }

    private static String group(Matcher matcher, int number) {
      boolean known = number <= matcher.groupCount() && matcher.start(number) >= 0;
      return known ? matcher.group(number).toStringUtf8() : "";
    }
  }
}
