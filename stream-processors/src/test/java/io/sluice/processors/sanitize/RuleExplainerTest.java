package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processors.sanitize.RuleExplainer.Outcome;
import io.sluice.processors.sanitize.RuleExplainer.Told;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.ShippedDefinitions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class RuleExplainerTest {

  @Test
  void saysWhichRuleChangesAPlaceAndWhichOnlyCountsIt() {
    assertThat(
            explain(
                "say xyzzy",
                TestRules.word("a", "xyzzy"),
                TestRules.word("b", "xyzzy", "mode: shadow"),
                TestRules.word("c", "xyzzy", "mode: 'off'")))
        .containsExactly(
            new Told("a", Outcome.CHANGED, 4, 9, ""),
            new Told("b", Outcome.COUNTED, 4, 9, ""),
            new Told("c", Outcome.OFF, 4, 9, ""));
  }

  @Test
  void saysToWhichRuleAnotherLosesAndWhy() {
    assertThat(
            explain(
                "say xyzzy plugh",
                TestRules.word("short", "xyzzy"),
                TestRules.word("long", "xyzzy plugh"),
                TestRules.word("same", "xyzzy plugh")))
        .containsExactly(
            new Told("short", Outcome.LOST_TO_LONGER, 4, 9, "long"),
            new Told("long", Outcome.CHANGED, 4, 15, ""),
            new Told("same", Outcome.LOST_TO_EARLIER, 4, 15, "long"));
  }

  @Test
  void tellsApartWhyARuleFindsNothing() {
    assertThat(
            explain(
                "card 4111111111111111 and password: xyzzy",
                TestRules.card("excepted", "exceptions: {values: ['4111111111111111']}"),
                TestRules.word("maker", "plugh", "placeholder: xyzzy"),
                TestRules.word("done", "xyzzy"),
                TestRules.assignment("looks", "and"),
                TestRules.keys("keys", "password")))
        .containsExactly(
            new Told("excepted", Outcome.EXCEPTION, 5, 21, ""),
            new Told("maker", Outcome.NOT_LOOKED, 0, 0, ""),
            new Told("done", Outcome.ALREADY_REDACTED, 36, 41, ""),
            new Told("looks", Outcome.NOTHING, 0, 0, ""),
            new Told("keys", Outcome.FIELDS_ONLY, 0, 0, ""));
  }

  @Test
  void tellsApartACheckThatFailsAndAWordThatIsNotNear() {
    String number =
        "{id: %s, description: d, detector: number, pattern: '000000000', near: [%s], %s"
            + " examples: {positive: ['«1»'], negative: [b]}}";
    assertThat(
            explain(
                "bsn 123456789 and nothing else",
                number.formatted("check", "bsn", "check: national-id-nl,"),
                number.formatted("near", "sofi", ""),
                number.formatted("good", "bsn", "mode: shadow,"),
                TestRules.word("pattern", "123", "near: [sofi]")))
        .containsExactly(
            new Told("check", Outcome.CHECK_FAILED, 4, 13, ""),
            new Told("near", Outcome.NO_WORD_NEAR, 4, 13, ""),
            new Told("good", Outcome.COUNTED, 4, 13, ""),
            new Told("pattern", Outcome.NO_WORD_NEAR, 4, 7, ""));
  }

  @Test
  void explainsEveryPlaceOfARule() {
    assertThat(explain("xyzzy plugh xyzzy", TestRules.word("a", "xyzzy")))
        .extracting(Told::start)
        .containsExactly(0, 12);
  }

  @Test
  void saysOfEveryShippedRuleWhatCameOfIt() {
    RedactionRules shipped =
        RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES));
    String text = "password=hunter2 card 4111 1111 1111 1111 https://ann:hunter2@host/";
    List<Told> told = RuleExplainer.of(shipped).explain(text.getBytes(StandardCharsets.UTF_8));
    Map<String, Outcome> outcomes =
        told.stream().collect(Collectors.toMap(Told::ruleId, Told::outcome, (a, b) -> a));
    assertThat(outcomes).hasSameSizeAs(shipped.rules());
    assertThat(outcomes).containsValues(Outcome.CHANGED, Outcome.NOT_LOOKED, Outcome.FIELDS_ONLY);
    assertThat(told).filteredOn(each -> each.outcome() == Outcome.CHANGED).hasSize(3);
  }

  private static List<Told> explain(String text, String... rules) {
    return RuleExplainer.of(TestRules.of(rules)).explain(text.getBytes(StandardCharsets.UTF_8));
  }
}
