package io.sluice.schemas.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.RedactionAction;
import io.sluice.schemas.Signal;
import io.sluice.schemas.settings.ConfigurationException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RedactionScopeTest {

  private static final String HASH = "0123456789abcdef".repeat(4);
  private static final String RULE =
      """
      kind: redaction-rules
      family: test
      rules:
        - id: test.one
          description: A test.
          detector: keys
          keys: [password]
          examples: {positive: [password], negative: [user]}
      """;

  @Test
  void ruleLooksEverywhereAndLeavesNothingUnlessItSays() {
    RedactionRule rule = rule("");

    assertThat(rule.scope()).isEqualTo(RuleScope.EVERYWHERE);
    assertThat(rule.scope().signals()).containsExactlyInAnyOrder(Signal.values());
    assertThat(rule.keyPatterns()).isEmpty();
    assertThat(rule.exceptions().isEmpty()).isTrue();
  }

  @Test
  void readsScopeKeyExpressionsAndExceptions() {
    RedactionRule rule =
        rule(
            """
                signals: [logs, spans]
                fields: [log.attributes, "span.attributes.http.*"]
                keyPatterns: ["^auth[0-9]+$"]
                exceptions: {values: [none], salt: eight-ch, sha256: [%s]}
            """
                .formatted(HASH));

    assertThat(rule.scope())
        .isEqualTo(
            new RuleScope(
                Set.of(Signal.LOGS, Signal.SPANS),
                List.of("log.attributes", "span.attributes.http.*")));
    assertThat(rule.keyPatterns()).containsExactly("^auth[0-9]+$");
    assertThat(rule.exceptions())
        .isEqualTo(new RuleExceptions(List.of("none"), "eight-ch", List.of(HASH)));
  }

  @ParameterizedTest
  @EnumSource(RedactionAction.class)
  void everyActionCanBeChosenAndAllButMaskHaveAPlaceholder(RedactionAction action) {
    String name = action.name().toLowerCase(Locale.ROOT).replace('_', '-');
    RedactionRule rule = rule("    action: " + name + "\n");

    assertThat(rule.action()).isEqualTo(action);
    assertThat(rule.placeholder()).isEqualTo(action == RedactionAction.MASK ? "" : "[redacted]");
  }

  @Test
  void expressionMayStandForNames() {
    RedactionRules rules =
        RedactionRules.of(set(RULE.replace("keys: [password]", "keyPatterns: [passw.*]")));

    assertThat(rules.rules().get(0).keys()).isEmpty();
  }

  @Test
  void refusesExpressionsThatTheEngineRefusesOrThatFitEveryKey() {
    assertThat(problem("    keyPatterns: ['(']\n"))
        .startsWith("f.yaml:9: rules[0].keyPatterns: expected an RE2 expression (");
    assertThat(problem("    keyPatterns: ['a*']\n"))
        .isEqualTo(
            "f.yaml:9: rules[0].keyPatterns: expected an expression that needs a character, got a*");
  }

  @Test
  void refusesEmptyScopes() {
    assertThat(problem("    signals: []\n"))
        .isEqualTo("f.yaml:9: rules[0].signals: expected at least one signal, got []");
    assertThat(problem("    fields: []\n"))
        .isEqualTo("f.yaml:9: rules[0].fields: expected at least one path, got []");
    assertThat(problem("    fields: ['log body']\n"))
        .isEqualTo("f.yaml:9: rules[0].fields: expected a path as the ledger has it, got log body");
  }

  @Test
  void allowListNeedsTheFieldsThatItCloses() {
    String allowed = RULE.replace("detector: keys", "detector: allowed-keys");

    assertThat(RedactionRules.of(set(allowed + "    fields: [log.attributes]\n")).rules())
        .extracting(RedactionRule::detector)
        .containsExactly(Detector.ALLOWED_KEYS);
    assertThat(problemOf(allowed))
        .contains("fields: expected the paths of which only these keys may pass, got none");
  }

  @Test
  void refusesHashesWithoutSaltAndNeverShowsTheSalt() {
    assertThat(problem("    exceptions: {sha256: [%s]}\n".formatted(HASH)))
        .endsWith("salt: expected at least 8 characters with sha256, and none without, got none");
    assertThat(problem("    exceptions: {salt: s3cr3t, sha256: [%s]}\n".formatted(HASH)))
        .endsWith("got 6 characters");
    assertThat(problem("    exceptions: {salt: long-enough, sha256: [hunter2]}\n"))
        .endsWith("sha256: expected 64 digits of 0-9 and a-f, got another");
    assertThat(problem("    exceptions: {}\n"))
        .endsWith("values: expected at least one value, or hash in sha256, got none");
  }

  @Test
  void refusesToTokenizeWithoutKeys() {
    DefinitionSet set = set(RULE + "    action: tokenize\n");
    ConfigurationException e =
        catchThrowableOfType(ConfigurationException.class, () -> RedactionRules.of(set, false));

    assertThat(e)
        .hasMessage(
            "f.yaml:9: rules[0].action: expected keys for tokenize:"
                + " processors.sanitizer.tokenKeys names none");
    assertThat(RedactionRules.of(set, true).rules()).hasSize(1);
    assertThat(RedactionRules.of(set(RULE), false).rules()).hasSize(1);
  }

  private static RedactionRule rule(String more) {
    return RedactionRules.of(set(RULE + more)).rules().get(0);
  }

  private static String problem(String more) {
    return problemOf(RULE + more);
  }

  private static String problemOf(String yaml) {
    ConfigurationException e =
        catchThrowableOfType(ConfigurationException.class, () -> RedactionRules.of(set(yaml)));
    return String.valueOf(e.getMessage());
  }

  private static DefinitionSet set(String yaml) {
    return new DefinitionSet(
        DefinitionKinds.REDACTION_RULES, 7L, 0L, List.of(new DefinitionDocument("f.yaml", yaml)));
  }
}
