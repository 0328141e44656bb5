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
                + " url-userinfo, pattern, got \"key\"; did you mean \"keys\"?");
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
    assertThat(shippedRules()).hasSizeGreaterThanOrEqualTo(8);
  }

  @ParameterizedTest
  @MethodSource("shippedPatterns")
  void shippedPatternFindsExactlyWhatItsExamplesMark(RedactionRule rule) {
    assertThat(rule.positive())
        .allSatisfy(
            example ->
                assertThat(redacted(rule, example.text()))
                    .isEqualTo(example.becomes(secret -> rule.placeholder())));
    assertThat(rule.negative())
        .allSatisfy(text -> assertThat(redacted(rule, text)).isEqualTo(text));
  }

  static List<RedactionRule> shippedPatterns() {
    return shippedRules().stream().filter(r -> r.detector() == Detector.PATTERN).toList();
  }

  private static List<RedactionRule> shippedRules() {
    return RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES)).rules();
  }

  /** The rule's meaning, written as directly as possible. */
  private static String redacted(RedactionRule rule, String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    if (rule.keywords().stream().noneMatch(lower::contains)) {
      return text;
    }
    Slice bytes = Slices.utf8Slice(text);
    Matcher matcher = Pattern.compile(rule.pattern()).matcher(bytes);
    StringBuilder out = new StringBuilder();
    int from = 0;
    while (matcher.find()) {
      int group = matcher.groupCount() > 0 ? 1 : 0;
      out.append(bytes.slice(from, matcher.start(group) - from).toStringUtf8());
      out.append(rule.placeholder());
      from = matcher.end(group);
    }
    return out.append(bytes.slice(from, bytes.length() - from).toStringUtf8()).toString();
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
