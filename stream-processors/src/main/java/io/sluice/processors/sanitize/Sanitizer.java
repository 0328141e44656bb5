package io.sluice.processors.sanitize;

import io.sluice.schemas.definitions.RedactionRule;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.RuleMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A rule set made ready to run: one automaton for all names of keys, one for all places in text at
 * which some rule must look. Immutable; {@link TextScanner} runs it.
 */
final class Sanitizer {

  /** A detector with the rule that it works for. */
  record Watch(Detector detector, int rule) {}

  private final long version;
  private final List<Rule> rules;
  private final KeyNames keys;
  private final LiteralAutomaton anchors;
  private final Watch[] watches;
  private final int[] cardRules;
  private final NumberShapes numbers;
  private final boolean masks;

  private Sanitizer(
      long version,
      List<Rule> rules,
      KeyNames keys,
      LiteralAutomaton anchors,
      Watch[] watches,
      int[] cardRules,
      NumberShapes numbers) {
    this.version = version;
    this.rules = rules;
    this.keys = keys;
    this.anchors = anchors;
    this.watches = watches;
    this.cardRules = cardRules;
    this.numbers = numbers;
    this.masks = rules.stream().anyMatch(Rule::masks);
  }

  /**
   * Compiles a rule set.
   *
   * @throws IllegalArgumentException when a rule cannot be compiled
   */
  static Sanitizer of(RedactionRules definitions) {
    List<Rule> rules = new ArrayList<>();
    List<Watch> watches = new ArrayList<>();
    List<Integer> cardRules = new ArrayList<>();
    KeyNames.Builder keys = new KeyNames.Builder();
    NumberShapes.Builder numbers = new NumberShapes.Builder();
    LiteralAutomaton.Builder anchors = new LiteralAutomaton.Builder();
    for (RedactionRule definition : inForce(definitions)) {
      int rule = rules.size();
      rules.add(new Rule(definition));
      switch (definition.detector()) {
        case KEYS -> definition.keys().forEach(key -> keys.add(key, rule));
        case CARD -> cardRules.add(rule);
        case NUMBER ->
            numbers.add(definition.pattern(), new Conditions(definition.conditions()), rule);
        case ASSIGNMENT, BEARER, URL_USERINFO, IBAN, PATTERN -> {
          Watch watch = new Watch(detector(definition), rule);
          for (Detector.Anchor anchor : watch.detector().anchors()) {
            anchors.add(anchor.symbols(), anchor.loose(), watches.size());
          }
          watches.add(watch);
        }
      }
    }
    return new Sanitizer(
        definitions.version(),
        List.copyOf(rules),
        keys.build(),
        anchors.build(),
        watches.toArray(Watch[]::new),
        cardRules.stream().mapToInt(Integer::intValue).toArray(),
        numbers.build());
  }

  /**
   * Rules that change come before those that only count: of two for a key the first holds. Then the
   * most specific: of two that find the same characters the first holds, so that a token with a
   * form of its own is not just the value of some {@code password}.
   */
  private static List<RedactionRule> inForce(RedactionRules definitions) {
    return definitions.rules().stream()
        .filter(rule -> rule.mode() != RuleMode.OFF)
        .sorted(
            Comparator.comparing((RedactionRule rule) -> rule.mode() != RuleMode.ENFORCE)
                .thenComparing(Sanitizer::isGeneral)
                .thenComparing(rule -> rule.conditions().check() == null))
        .toList();
  }

  /** Whether a rule goes by what stands around a value rather than by the value. */
  private static boolean isGeneral(RedactionRule rule) {
    return switch (rule.detector()) {
      case KEYS, ASSIGNMENT, BEARER, URL_USERINFO -> true;
      case CARD, IBAN, NUMBER, PATTERN -> false;
    };
  }

  private static Detector detector(RedactionRule definition) {
    return switch (definition.detector()) {
      case ASSIGNMENT -> new AssignmentDetector(definition);
      case BEARER -> new HttpCredentialsDetector();
      case URL_USERINFO -> new UrlUserInfoDetector();
      case IBAN -> new IbanDetector();
      case PATTERN -> new PatternDetector(definition);
      case KEYS, CARD, NUMBER -> throw new IllegalArgumentException("has no anchor in text");
    };
  }

  /** The rule set's version. */
  long version() {
    return version;
  }

  Rule rule(int number) {
    return rules.get(number);
  }

  int ruleCount() {
    return rules.size();
  }

  LiteralAutomaton anchors() {
    return anchors;
  }

  Watch watch(int number) {
    return watches[number];
  }

  int watchCount() {
    return watches.length;
  }

  /** Rules for card numbers, which have no anchor. */
  int[] cardRules() {
    return cardRules;
  }

  /** Numbers of given shapes, which have no anchor either. */
  NumberShapes numbers() {
    return numbers;
  }

  /** The number of the rule that protects values with this key, or {@link KeyNames#NONE}. */
  int ruleOfKey(byte[] buf, int from, int to) {
    return keys.rule(buf, from, to);
  }

  /** Whether this is what some rule leaves in the place of a secret. */
  boolean isRedacted(byte[] buf, int start, int end) {
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i).isPlaceholder(buf, start, end)) {
        return true;
      }
    }
    return masks && Rule.isMasked(buf, start, end);
  }

  @Override
  public String toString() {
    return "Sanitizer[version " + version + ", " + rules.size() + " rules]";
  }
}
