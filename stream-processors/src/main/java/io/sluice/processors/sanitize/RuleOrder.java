package io.sluice.processors.sanitize;

import io.sluice.schemas.definitions.RedactionRule;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.RuleMode;
import java.util.Comparator;
import java.util.List;

/**
 * Which rule goes before another that finds as much: one that changes before one that only counts,
 * then the more specific detector, then the order in the files. (That the longer finding wins comes
 * before the last two, see {@link Findings#join} and {@link KeyNames}.)
 */
final class RuleOrder {

  private RuleOrder() {}

  /** The rules that look, first the ones that go before others. */
  static List<RedactionRule> of(RedactionRules rules) {
    return rules.rules().stream()
        .filter(rule -> rule.mode() != RuleMode.OFF)
        .sorted(
            Comparator.comparing((RedactionRule rule) -> rule.mode() != RuleMode.ENFORCE)
                .thenComparing(RuleOrder::vagueness))
        .toList();
  }

  /** The more a value itself shows that it is a secret, the less vague. */
  private static int vagueness(RedactionRule rule) {
    return switch (rule.detector()) {
      case CARD, IBAN -> 0;
      case PATTERN, NUMBER -> rule.conditions().check() == null ? 1 : 0;
      case URL_USERINFO, BEARER -> 2;
      case ASSIGNMENT -> 3;
      case KEYS -> 4;
      case ALLOWED_KEYS -> 5;
      case STATEMENT -> 6; // leaves most of the value
      case CONTROL, LINE_BREAK -> 7; // of these nothing is lost
    };
  }
}
