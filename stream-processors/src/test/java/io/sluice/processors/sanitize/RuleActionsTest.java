package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.RedactionAction;
import io.sluice.schemas.definitions.Detector;
import io.sluice.schemas.definitions.RedactionRule;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.RuleMode;
import io.sluice.schemas.definitions.ValueConditions;
import java.util.List;
import org.junit.jupiter.api.Test;

class RuleActionsTest {

  @Test
  void masksAllButTheLastFourLettersOrDigits() {
    TextSanitizer sanitizer =
        sanitizer(
            rule("card", RuleMode.ENFORCE, Detector.CARD, List.of(), RedactionAction.MASK),
            rule("pw", RuleMode.ENFORCE, Detector.KEYS, List.of("pw"), RedactionAction.MASK));

    String masked = sanitizer.sanitize("card 4111 1111 1111 1234 5678 and 4111111111111111");
    assertThat(masked).isEqualTo("card 4111 1111 1111 1234 5678 and ************1111");
    assertThat(sanitizer.sanitizeKeyed("pw", "correct-horse")).isEqualTo("*********orse");
    assertThat(sanitizer.sanitizeKeyed("pw", "short")).isEqualTo("*****");
    assertThat(sanitizer.sanitizeKeyed("pw", "*********orse")).isEqualTo("*********orse");
  }

  @Test
  void joinsFindingsThatOverlapUnderTheLongest() {
    TextSanitizer sanitizer =
        sanitizer(
            rule("card", RuleMode.ENFORCE, Detector.CARD, List.of(), RedactionAction.REDACT),
            rule(
                "set",
                RuleMode.ENFORCE,
                Detector.ASSIGNMENT,
                List.of("pw"),
                RedactionAction.REDACT));

    assertThat(sanitizer.sanitize("pw='x 4111111111111111 y'")).isEqualTo("pw='[set]'");
    assertThat(sanitizer.sanitize("pw=4111-1111-1111-1111")).isEqualTo("pw=[card]");
  }

  @Test
  void lookWithoutChangingInShadowAndNotAtAllWhenOff() {
    TextSanitizer sanitizer =
        sanitizer(
            rule("a", RuleMode.SHADOW, Detector.KEYS, List.of("pw"), RedactionAction.REDACT),
            rule("b", RuleMode.OFF, Detector.KEYS, List.of("pin"), RedactionAction.REDACT),
            rule("c", RuleMode.SHADOW, Detector.CARD, List.of(), RedactionAction.REDACT));

    assertThat(sanitizer.sanitizeKeyed("pw", "x")).isEqualTo("x");
    assertThat(sanitizer.sanitizeKeyed("pin", "x")).isEqualTo("x");
    assertThat(sanitizer.sanitize("4111111111111111")).isEqualTo("4111111111111111");
  }

  @Test
  void enforcedRuleHoldsWhereAShadowRuleHasTheSameKey() {
    TextSanitizer sanitizer =
        sanitizer(
            rule("a", RuleMode.SHADOW, Detector.KEYS, List.of("pw"), RedactionAction.REDACT),
            rule("b", RuleMode.ENFORCE, Detector.KEYS, List.of("p*w"), RedactionAction.REDACT));

    assertThat(sanitizer.sanitizeKeyed("pw", "x")).isEqualTo("[b]");
    assertThat(sanitizer.sanitizeKeyed("my.p-1-w", "x")).isEqualTo("[b]");
    assertThat(sanitizer.sanitizeKeyed("myp1w", "x")).isEqualTo("x");
  }

  private static TextSanitizer sanitizer(RedactionRule... rules) {
    return TextSanitizer.of(new RedactionRules(1, List.of(rules)));
  }

  private static RedactionRule rule(
      String id, RuleMode mode, Detector detector, List<String> keys, RedactionAction action) {
    return new RedactionRule(
        id,
        "test",
        "A rule.",
        mode,
        detector,
        keys,
        "",
        List.of(),
        ValueConditions.NONE,
        action,
        action == RedactionAction.REDACT ? "[" + id + "]" : "",
        List.of(),
        List.of());
  }
}
