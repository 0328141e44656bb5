package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.schemas.settings.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RuleExamplesTest {

  @Test
  void thoseOfTheShippedRulesHold() {
    var shipped = ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES);
    assertThat(RuleExamples.checked(shipped, true).rules()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          keys, keys: [password]                 | [password]                   | [name]       |
          keys, keys: [password]                 | [name]                       | [a]          | positive[0]: the rule leaves the value
          keys, keys: [password]                 | [password]                   | [a, password]| negative[1]: the rule hides the value
          keys, keyPatterns: ['^pass']           | [password]                   | [compass]    |
          allowed-keys, keys: [a], fields: [b]   | [b]                          | [a]          |
          allowed-keys, keys: [a], fields: [b]   | [a]                          | [a]          | positive[0]: the rule leaves the value
          card                                   | ['«4111111111111111»']       | [none]       |
          card                                   | ['«4111111111111111» 5500000000000004'] | [x] | positive[0]: the rule finds columns 1-16, 18-33, where it should find what is marked, columns 1-16
          card                                   | ['é «4111111111111112»']     | [none]       | positive[0]: the rule finds nothing here
          card                                   | ['«4111111111111111»']       | ['é 4111111111111111'] | negative[0]: the rule finds columns 3-18
          card, mode: 'off'                      | ['«4111111111111112»']       | [none]       | positive[0]: the rule finds nothing here
          statement, keys: [q]                   | ['postgresql: SELECT «7»']   | ['postgresql: SELECT a'] |
          statement, keys: [q]                   | ['postgresql: SELECT «a»']   | ['postgresql: SELECT a'] | positive[0]: the literals of this statement
          statement, keys: [q]                   | ['postgresql: SELECT «7»']   | ['postgresql: SELECT 7'] | negative[0]: the literals of this statement
          statement, keys: [q]                   | ['SELECT «7»']               | ['postgresql: SELECT a'] | positive[0]: expected SYSTEM: STATEMENT
          """)
  void areRunOnTheRuleAlone(String detector, String positive, String negative, String problem) {
    String rule =
        "{id: a, description: d, detector: %s, examples: {positive: %s, negative: %s}}"
            .formatted(detector, positive, negative);
    // Another rule that finds all of it changes nothing.
    var set = TestRules.set(1, rule, TestRules.card("b").replace("«a»", "«4111111111111111»"));
    if (problem == null) {
      assertThat(RuleExamples.checked(set, true).rules()).hasSize(2);
      return;
    }
    ConfigurationException refused =
        catchThrowableOfType(ConfigurationException.class, () -> RuleExamples.checked(set, true));
    assertThat(refused.problems())
        .singleElement()
        .asString()
        .contains("test.yaml:4: rules[0].examples." + problem);
  }
}
