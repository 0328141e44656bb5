package io.sluice.processors.sanitize;

import io.sluice.schemas.RedactionAction;
import io.sluice.schemas.definitions.Detector;
import io.sluice.schemas.definitions.RedactionRule;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.RuleExceptions;
import io.sluice.schemas.definitions.RuleMode;
import io.sluice.schemas.definitions.ValueCheck;
import io.sluice.schemas.definitions.ValueConditions;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why a text becomes what it becomes: what each rule made of it. Runs every rule by itself, and a
 * rule that finds nothing once more without each of its conditions, so that which of them kept it
 * from finding is seen and not guessed. For people who write rules; much slower than sanitizing.
 */
public final class RuleExplainer {

  /** What came of a rule. */
  public enum Outcome {
    /** It changed something. */
    CHANGED,
    /** It would have changed something, and only counts: its mode is shadow. */
    COUNTED,
    /** Another rule found more there. */
    LOST_TO_LONGER,
    /** Another rule found as much there, and goes first. */
    LOST_TO_EARLIER,
    /** What stands there is what rules leave in the place of a secret. */
    ALREADY_REDACTED,
    /** It found something that is on its list of exceptions. */
    EXCEPTION,
    /** It found something that does not meet its check. */
    CHECK_FAILED,
    /** It found something, and none of the words that must be near is. */
    NO_WORD_NEAR,
    /** It would have found something, and its mode is off. */
    OFF,
    /** It looked at a place, and there was nothing. */
    NOTHING,
    /** It did not look: no word that it looks for is there. */
    NOT_LOOKED,
    /** It looks at fields of certain names, and a text has none. */
    FIELDS_ONLY
  }

  /**
   * What a rule made of a place.
   *
   * @param start of the place in the text, in bytes; 0 when there is none
   * @param end one after its last byte; 0 when there is none
   * @param winner id of the rule that it lost to; empty when it did not
   */
  public record Told(String ruleId, Outcome outcome, int start, int end, String winner) {}

  private record Range(int start, int end) {
    int length() {
      return end - start;
    }

    boolean meets(int from, int to) {
      return start < to && from < end;
    }
  }

  private static final Set<Detector> FIELDS =
      EnumSet.of(Detector.ALLOWED_KEYS, Detector.STATEMENT, Detector.LINE_BREAK);

  /** No rule leaves this. */
  private static final String OTHER_PLACEHOLDER = "\u0001";

  private final RedactionRules rules;
  private final Sanitizer all;
  private final TextSanitizer together;

  private RuleExplainer(RedactionRules rules) {
    this.rules = rules;
    this.all = Sanitizer.of(rules);
    this.together = TextSanitizer.of(rules);
  }

  /**
   * @throws IllegalArgumentException when a rule cannot be compiled
   */
  public static RuleExplainer of(RedactionRules rules) {
    return new RuleExplainer(rules);
  }

  /** What each rule made of the text, in the order of the rules; of every place that it found. */
  public List<Told> explain(byte[] text) {
    List<Finding> findings = new ArrayList<>();
    together.sanitize(text, findings::add);
    List<Told> told = new ArrayList<>();
    for (RedactionRule rule : rules.rules()) {
      explain(rule, text, findings, told);
    }
    return told;
  }

  private void explain(RedactionRule rule, byte[] text, List<Finding> findings, List<Told> told) {
    if (FIELDS.contains(rule.detector())) {
      told.add(new Told(rule.id(), Outcome.FIELDS_ONLY, 0, 0, ""));
      return;
    }
    Sanitizer alone = alone(rule.withMode(RuleMode.ENFORCE));
    List<Range> ranges = ranges(alone, text);
    for (Range range : ranges) {
      told.add(
          rule.mode() == RuleMode.OFF
              ? told(rule, Outcome.OFF, range)
              : outcome(rule, range, text, findings));
    }
    if (ranges.isEmpty() && rule.detector() == Detector.KEYS) {
      told.add(new Told(rule.id(), Outcome.FIELDS_ONLY, 0, 0, ""));
    } else if (ranges.isEmpty()) {
      told.addAll(whyNothing(rule, alone, text));
    }
  }

  private Told outcome(RedactionRule rule, Range range, byte[] text, List<Finding> findings) {
    Finding winner = null;
    for (Finding finding : findings) {
      if (range.meets(finding.start(), finding.end())) {
        if (finding.ruleId().equals(rule.id())) {
          return told(rule, finding.enforced() ? Outcome.CHANGED : Outcome.COUNTED, range);
        }
        winner = finding.enforced() ? finding : winner;
      }
    }
    if (winner == null) {
      return told(rule, Outcome.ALREADY_REDACTED, range);
    }
    boolean longer = longest(winner.ruleId(), range, text) > range.length();
    return new Told(
        rule.id(),
        longer ? Outcome.LOST_TO_LONGER : Outcome.LOST_TO_EARLIER,
        range.start(),
        range.end(),
        winner.ruleId());
  }

  /** The longest that the rule finds there by itself. */
  private int longest(String ruleId, Range range, byte[] text) {
    return rules.rules().stream()
        .filter(rule -> rule.id().equals(ruleId))
        .flatMap(rule -> ranges(alone(rule), text).stream())
        .filter(found -> found.meets(range.start(), range.end()))
        .mapToInt(Range::length)
        .max()
        .orElse(0);
  }

  /** Tries the rule without each of its conditions. */
  private List<Told> whyNothing(RedactionRule rule, Sanitizer alone, byte[] text) {
    List<Told> told = new ArrayList<>();
    ValueConditions asked = rule.conditions();
    if (!rule.exceptions().isEmpty()) {
      RedactionRule without = with(rule, asked, rule.placeholder(), RuleExceptions.NONE);
      ranges(alone(without), text).forEach(range -> told.add(told(rule, Outcome.EXCEPTION, range)));
    }
    RedactionRule other = with(rule, asked, OTHER_PLACEHOLDER, rule.exceptions());
    ranges(alone(other), text).stream()
        .filter(range -> all.isRedacted(text, 0, text.length, range.start(), range.end()))
        .forEach(range -> told.add(told(rule, Outcome.ALREADY_REDACTED, range)));
    if (asked.check() != null) {
      tryWith(rule, asked.near(), null, Outcome.CHECK_FAILED, text, told);
    }
    // Without keywords the words near are all that the rule goes by.
    if (!asked.near().isEmpty()
        && (rule.detector() != Detector.PATTERN || !rule.keywords().isEmpty())) {
      tryWith(rule, List.of(), asked.check(), Outcome.NO_WORD_NEAR, text, told);
    }
    if (told.isEmpty()) {
      boolean looked = alone.watchCount() == 0 || hasAnchor(alone, text);
      told.add(new Told(rule.id(), looked ? Outcome.NOTHING : Outcome.NOT_LOOKED, 0, 0, ""));
    }
    return told;
  }

  private static void tryWith(
      RedactionRule rule,
      List<String> near,
      @Nullable ValueCheck check,
      Outcome outcome,
      byte[] text,
      List<Told> told) {
    ValueConditions asked = rule.conditions();
    ValueConditions less =
        new ValueConditions(asked.maxLength(), near, asked.within(), check, asked.except());
    RedactionRule without = with(rule, less, rule.placeholder(), rule.exceptions());
    ranges(alone(without), text).forEach(range -> told.add(told(rule, outcome, range)));
  }

  private static boolean hasAnchor(Sanitizer alone, byte[] text) {
    LiteralAutomaton anchors = alone.anchors();
    return anchors.find(text, 0, text.length, anchors.start()) != LiteralAutomaton.NONE;
  }

  private static List<Range> ranges(Sanitizer sanitizer, byte[] text) {
    List<Range> ranges = new ArrayList<>();
    new TextScanner(sanitizer)
        .sanitize(
            text,
            0,
            text.length,
            (rule, start, end) -> {
              // What replacing brings together is found in the text that is replaced already.
              if (ranges.stream().noneMatch(range -> range.meets(start, end))) {
                ranges.add(new Range(start, end));
              }
            });
    return ranges;
  }

  private static Sanitizer alone(RedactionRule rule) {
    return Sanitizer.of(new RedactionRules(0, List.of(rule)));
  }

  private static Told told(RedactionRule rule, Outcome outcome, Range range) {
    return new Told(rule.id(), outcome, range.start(), range.end(), "");
  }

  private static RedactionRule with(
      RedactionRule rule,
      ValueConditions conditions,
      String placeholder,
      RuleExceptions exceptions) {
    return new RedactionRule(
        rule.id(),
        rule.family(),
        rule.description(),
        RuleMode.ENFORCE,
        rule.detector(),
        rule.keys(),
        rule.pattern(),
        rule.keywords(),
        conditions,
        RedactionAction.REDACT,
        placeholder,
        rule.positive(),
        rule.negative(),
        rule.scope(),
        rule.keyPatterns(),
        exceptions);
  }
}
