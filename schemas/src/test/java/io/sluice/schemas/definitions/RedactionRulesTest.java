package io.sluice.schemas.definitions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.airlift.slice.Slice;
import io.airlift.slice.Slices;
import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.RedactionAction;
import io.sluice.schemas.settings.ConfigurationException;
import io.trino.re2j.Matcher;
import io.trino.re2j.Pattern;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RedactionRulesTest {

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
  void readsRuleWithDefaults() {
    RedactionRules rules = RedactionRules.of(set(RULE));

    assertThat(rules.version()).isEqualTo(7);
    assertThat(rules.rules())
        .containsExactly(
            new RedactionRule(
                "test.one",
                "test",
                "A test.",
                RuleMode.ENFORCE,
                Detector.KEYS,
                List.of("password"),
                "",
                List.of(),
                ValueConditions.NONE,
                RedactionAction.REDACT,
                "[redacted]",
                List.of(new RedactionExample("password")),
                List.of("user")));
  }

  @Test
  void maskedRuleHasNoPlaceholder() {
    RedactionRules rules = RedactionRules.of(set(RULE + "    action: mask\n    mode: shadow\n"));

    assertThat(rules.rules().get(0).placeholder()).isEmpty();
    assertThat(rules.rules().get(0).mode()).isEqualTo(RuleMode.SHADOW);
  }

  @Test
  void namesNearestDetector() {
    assertThat(problems(RULE.replace("detector: keys", "detector: key")))
        .isEqualTo(
            "f0.yaml:6: rules[0].detector: expected one of keys, allowed-keys, assignment, card, bearer,"
                + " url-userinfo, iban, number, statement, control, line-break, pattern,"
                + " got \"key\"; did you mean \"keys\"?");
  }

  @Test
  void keysDetectorNeedsKeysAndOthersRefuseThem() {
    assertThat(problems(RULE.replace("keys: [password]", "keys: []")))
        .isEqualTo(
            "f0.yaml:7: rules[0].keys: expected at least one name for this detector, got none");
    assertThat(problems(RULE.replace("detector: keys", "detector: card")))
        .isEqualTo("f0.yaml:7: rules[0].keys: expected none for this detector, got [password]");
  }

  @Test
  void keyThatMatchesEverythingIsRefused() {
    assertThat(problems(RULE.replace("keys: [password]", "keys: ['*']")))
        .startsWith("f0.yaml:7: rules[0].keys: expected letters, digits");
  }

  @Test
  void patternIsCompiledByTheEngineThatRunsIt() {
    assertThat(problems(pattern("(a)\\\\1")))
        .startsWith("f0.yaml:7: rules[0].pattern: expected an RE2 expression (");
    assertThat(problems(pattern("a*")))
        .isEqualTo(
            "f0.yaml:7: rules[0].pattern: expected an expression that needs a character, got a*");
  }

  @Test
  void idIsUniqueOverAllFiles() {
    assertThat(problems(RULE, RULE))
        .isEqualTo("f1.yaml:4: rules[0].id: expected a unique id, got that of f0.yaml:4");
  }

  @Test
  void problemsOfAllFilesAreReportedTogether() {
    assertThat(problems(RULE.replace("family", "famly"), RULE.replace("keys: [", "keyz: [")))
        .contains("f0.yaml:2: famly: unknown key; did you mean \"family\"?")
        .contains("f1.yaml:7: rules[0].keyz: unknown key; did you mean \"keys\"?");
  }

  @Test
  void setWithoutRulesIsRefused() {
    assertThat(problems("kind: redaction-rules\nfamily: none\nrules: []\n"))
        .isEqualTo(
            "redaction-rules: no redaction rule: a set without rules would let everything pass");
  }

  @Test
  void shippedRulesAreValid() {
    assertThat(shippedRules()).hasSizeGreaterThanOrEqualTo(100);
  }

  @ParameterizedTest
  @MethodSource("shippedPatterns")
  void everyMatchOfAShippedPatternHoldsAKeywordAndIsNoLongerThanTheRuleSays(RedactionRule rule) {
    Pattern pattern = Pattern.compile(rule.pattern());
    for (RedactionExample example : rule.positive()) {
      Matcher matcher = pattern.matcher(Slices.utf8Slice(example.text()));
      assertThat(matcher.find()).as(example.text()).isTrue();
      Slice match = matcher.group();
      assertThat(match.length()).isLessThanOrEqualTo(rule.conditions().maxLength());
      if (!rule.keywords().isEmpty()) {
        String lower = match.toStringUtf8().toLowerCase(Locale.ROOT);
        assertThat(rule.keywords()).anySatisfy(word -> assertThat(lower).contains(word));
      }
    }
  }

  static List<RedactionRule> shippedPatterns() {
    return shippedRules().stream().filter(r -> r.detector() == Detector.PATTERN).toList();
  }

  @Test
  void patternIsTriedWhereAKeywordStandsOrNearAWord() {
    String without = pattern("a+").replace("keywords: [a]", "maxLength: 9");
    assertThat(problems(without))
        .isEqualTo(
            "f0.yaml:4: rules[0].keywords: expected at least one, or words in near, for this"
                + " detector, got none");
    String near = without.replace("maxLength: 9", "near: [tel, phone no]\n    within: 20");
    assertThat(RedactionRules.of(set(near)).rules().get(0).conditions())
        .isEqualTo(new ValueConditions(512, List.of("tel", "phone no"), 20, null, List.of()));
    assertThat(problems(pattern("a+") + "    within: 20\n"))
        .startsWith("f0.yaml:10: rules[0].within: expected none for this detector");
  }

  @Test
  void conditionsStayInTheirLimits() {
    assertThat(problems(pattern("a+") + "    maxLength: 70000\n"))
        .startsWith("f0.yaml:10: rules[0].maxLength: expected 1 to 65536 bytes, got 70000");
    assertThat(problems(pattern("a+") + "    near: [tel]\n    within: 0\n"))
        .startsWith("f0.yaml:11: rules[0].within: expected 1 to 1024 bytes, got 0");
    assertThat(problems(pattern("a+") + "    check: lun\n"))
        .startsWith("f0.yaml:10: rules[0].check: expected one of luhn, iban, jwt, github-crc32,");
    assertThat(problems(RULE + "    check: luhn\n"))
        .isEqualTo(
            "f0.yaml:9: rules[0].check: expected entropy or text for this detector, got LUHN");
    assertThat(
            problems(RULE.replace("detector: keys", "detector: assignment") + "    check: jwt\n"))
        .contains("rules[0].check: expected entropy or text for this detector, got JWT");
  }

  @Test
  void statementsHaveTheirOwnPlaceholderAndLoseAllOfALiteral() {
    String statement =
        RULE.replace("detector: keys", "detector: statement")
            .replace("positive: [password]", "positive: ['mysql: SELECT «1»']");
    RedactionRule rule = RedactionRules.of(set(statement)).rules().get(0);
    assertThat(rule.placeholder()).isEqualTo("?");
    assertThat(rule.keys()).containsExactly("password");
    assertThat(problems(statement + "    placeholder: x\n"))
        .contains("rules[0].placeholder: expected none for this detector, got x");
    assertThat(problems(statement + "    action: tokenize\n"))
        .contains(
            "rules[0].action: expected redact, drop-field or drop-record for this detector, got"
                + " TOKENIZE");
  }

  @Test
  void numbersHaveShapes() {
    String number = pattern("000-00-0000|000000000").replace("    keywords: [a]\n", "");
    number = number.replace("detector: pattern", "detector: number");
    assertThat(RedactionRules.of(set(number)).rules().get(0).pattern())
        .isEqualTo("000-00-0000|000000000");
    assertThat(problems(number.replace("000-00", "123-00")))
        .startsWith("f0.yaml:7: rules[0].pattern: expected shapes such as 000-00-0000|000000000");
  }

  private static List<RedactionRule> shippedRules() {
    return RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES)).rules();
  }

  private static String pattern(String pattern) {
    String lines = "detector: pattern\n    pattern: \"" + pattern + "\"\n    keywords: [a]";
    return RULE.replace("detector: keys\n    keys: [password]", lines)
        .replace("positive: [password]", "positive: ['«a»']");
  }

  private static String problems(String... files) {
    ConfigurationException e =
        catchThrowableOfType(ConfigurationException.class, () -> RedactionRules.of(set(files)));
    return String.valueOf(e.getMessage());
  }

  private static DefinitionSet set(String... files) {
    List<DefinitionDocument> documents = new ArrayList<>();
    for (String content : files) {
      documents.add(new DefinitionDocument("f" + documents.size() + ".yaml", content));
    }
    return new DefinitionSet(DefinitionKinds.REDACTION_RULES, 7L, 0L, documents);
  }
}
