package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The order that the header of definitions/redaction/credentials.yaml describes. */
class RuleConflictsTest {

  private static final String SHADOW = "mode: shadow";

  @Test
  void ruleThatChangesGoesBeforeOneThatOnlyCounts() {
    assertThat(
            TestRules.text(
                    TestRules.card("a", SHADOW), TestRules.assignment("b", "pan", "placeholder: B"))
                .sanitize("pan=4111111111111111"))
        .isEqualTo("pan=B");
    assertThat(
            TestRules.text(
                    TestRules.keys("a", "pan", SHADOW),
                    TestRules.keys("b", "p*n", "placeholder: B"))
                .sanitizeKeyed("pan", "1"))
        .isEqualTo("B");
    assertThat(
            TestRules.text(
                    TestRules.keys("a", "pan", SHADOW),
                    TestRules.keys("b", "other", "keyPatterns: [p.n]", "placeholder: B"))
                .sanitizeKeyed("pan", "1"))
        .isEqualTo("B");
  }

  @Test
  void longerFindingGoesBeforeAMoreSpecificOne() {
    TextSanitizer sanitizer =
        TestRules.text(
            TestRules.card("a", "placeholder: CARD"),
            TestRules.assignment("b", "pan", "placeholder: SET"));

    assertThat(sanitizer.sanitize("pan='no 4111111111111111'")).isEqualTo("pan='SET'");
  }

  @Test
  void moreSpecificDetectorGoesFirstWhereBothFindAsMuchWhateverTheirOrder() {
    String card = TestRules.card("a", "placeholder: CARD");
    String word = TestRules.word("b", "4111111111111111", "placeholder: WORD");
    String set = TestRules.assignment("c", "pan", "placeholder: SET");

    for (List<String> order :
        List.of(List.of(card, word, set), List.of(set, word, card), List.of(word, card, set))) {
      TextSanitizer all = TestRules.text(order.toArray(String[]::new));
      assertThat(all.sanitize("pan=4111111111111111")).isEqualTo("pan=CARD");
    }
    assertThat(TestRules.text(set, word).sanitize("pan=4111111111111111")).isEqualTo("pan=WORD");
    String checked = TestRules.word("d", "4111111111111111", "placeholder: CHECKED", "check: luhn");
    assertThat(TestRules.text(word, checked).sanitize("4111111111111111")).isEqualTo("CHECKED");
  }

  @Test
  void earlierRuleGoesFirstWhereNothingElseDecides() {
    String first = TestRules.card("z", "placeholder: FIRST");
    String second = TestRules.card("a", "placeholder: SECOND");

    assertThat(TestRules.text(first, second).sanitize("4111111111111111")).isEqualTo("FIRST");
    assertThat(TestRules.text(second, first).sanitize("4111111111111111")).isEqualTo("SECOND");
  }

  @Test
  void nameGoesBeforeALongerGlobAndGlobBeforeAShorterOneAndAnyBeforeAnExpression() {
    String expression = TestRules.keys("a", "none", "keyPatterns: [x-api]", "placeholder: EXPR");
    String glob = TestRules.keys("b", "'*key'", "placeholder: SHORT");
    String longer = TestRules.keys("c", "'*api_key'", "placeholder: LONG");
    String name = TestRules.keys("d", "key", "placeholder: NAME");

    assertThat(TestRules.text(expression, glob, longer, name).sanitizeKeyed("x-api.key", "1"))
        .isEqualTo("NAME");
    assertThat(TestRules.text(expression, glob, longer, name).sanitizeKeyed("x-api-key", "1"))
        .isEqualTo("LONG");
    assertThat(TestRules.text(expression, glob).sanitizeKeyed("x-api-key", "1")).isEqualTo("SHORT");
    assertThat(TestRules.text(expression).sanitizeKeyed("x-api-key", "1")).isEqualTo("EXPR");
  }

  @Test
  void longerNameGoesBeforeItsEnd() {
    TextSanitizer sanitizer =
        TestRules.text(
            TestRules.keys("a", "cookie", "placeholder: SHORT"),
            TestRules.keys("b", "request.cookie", "placeholder: LONG"));

    assertThat(sanitizer.sanitizeKeyed("http.request.cookie", "1")).isEqualTo("LONG");
    assertThat(sanitizer.sanitizeKeyed("http.response.cookie", "1")).isEqualTo("SHORT");
  }

  @Test
  void nextRuleTakesWhatTheFirstLeaves() {
    TextSanitizer sanitizer =
        TestRules.text(
            TestRules.card("a", "exceptions: {values: ['4111111111111111']}"),
            TestRules.assignment("b", "pan", "placeholder: SET"),
            TestRules.keys("c", "pin", "exceptions: {values: ['0000']}"),
            TestRules.keys("d", "p*n", "placeholder: GLOB"));

    assertThat(sanitizer.sanitize("4111111111111111 pan=4111111111111111"))
        .isEqualTo("4111111111111111 pan=SET");
    assertThat(sanitizer.sanitizeKeyed("pin", "0000")).isEqualTo("GLOB");
    assertThat(sanitizer.sanitizeKeyed("pin", "0001")).isEqualTo("[redacted]");
  }
}
