package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.Detector;
import io.sluice.schemas.definitions.RedactionExample;
import io.sluice.schemas.definitions.RedactionRule;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.RuleMode;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ShippedRulesTest {

  private static final RedactionRules SHIPPED =
      RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES));

  /** The same with those at work that are shipped off. */
  private static final RedactionRules ENFORCED = RedactionRules.of(enforced());

  /** Looks so, as rules with the check for it ask. */
  private static final String RANDOM = "h7Kq2mVx9TbL4sZw";

  private static final Pattern SECRET = Pattern.compile("«([^«»]+)»");
  private static final TextSanitizer ALL = TextSanitizer.shipped();

  /** Negative examples of one rule in which another finds what it is for. */
  private static final Set<String> TAKEN_BY_ANOTHER =
      Set.of(
          "mail to ann@shop.example, see https://shop.example/help",
          "GET http://shop.example:8080/a?to=ann@shop.example",
          "ghp_e8ZRF9hurMFgiWf8DZbbyRBwIybRdDVuXjMW has a wrong checksum",
          "a\tb \u001b[31m");

  static Stream<Arguments> positive() {
    return ENFORCED.rules().stream()
        .flatMap(rule -> rule.positive().stream().map(example -> Arguments.of(rule.id(), example)));
  }

  static Stream<Arguments> negative() {
    return ENFORCED.rules().stream()
        .flatMap(rule -> rule.negative().stream().map(example -> Arguments.of(rule.id(), example)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("positive")
  void findsExactlyWhatItsExamplesMark(String id, RedactionExample example) {
    RedactionRule rule = rule(id);
    TextSanitizer alone = alone(rule);
    if (rule.detector() == Detector.KEYS) {
      assertThat(alone.sanitizeKeyed(example.text(), RANDOM)).isEqualTo(rule.placeholder());
      return;
    }
    String expected = example.becomes(secret -> replacement(rule, secret));
    assertThat(expected).isNotEqualTo(example.text());
    if (rule.detector() == Detector.STATEMENT) {
      assertThat(statement(alone, example.text())).isEqualTo(statementOf(expected));
      assertThat(statement(ALL, example.text())).isEqualTo(statementOf(expected));
      return;
    }
    String sanitized = sanitize(rule, example.text());
    assertThat(withoutNotation(sanitized)).isEqualTo(withoutNotation(expected));
    assertThat(sanitize(rule, sanitized)).isEqualTo(sanitized);
    assertThat(ALL.sanitize(ALL.sanitize(example.text()))).isEqualTo(ALL.sanitize(example.text()));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("negative")
  void leavesWhatItsExamplesSayItLeaves(String id, String example) {
    RedactionRule rule = rule(id);
    if (rule.detector() == Detector.KEYS) {
      assertThat(alone(rule).sanitizeKeyed(example, RANDOM)).isEqualTo(RANDOM);
    } else if (rule.detector() == Detector.STATEMENT) {
      assertThat(statement(alone(rule), example)).isEqualTo(statementOf(example));
    } else {
      assertThat(sanitize(rule, example)).isSameAs(example);
    }
  }

  static Stream<Arguments> left() {
    return SHIPPED.rules().stream()
        .filter(rule -> rule.detector() != Detector.KEYS && rule.mode() == RuleMode.ENFORCE)
        .filter(rule -> rule.detector() != Detector.STATEMENT)
        .flatMap(rule -> rule.negative().stream().map(example -> Arguments.of(rule.id(), example)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("left")
  void togetherLeaveWhatNoRuleOfAnExampleTakes(String id, String example) {
    if (!TAKEN_BY_ANOTHER.contains(example)) {
      assertThat(ALL.sanitize(example)).isEqualTo(example);
    }
  }

  static Stream<Arguments> marked() {
    return SHIPPED.rules().stream()
        .filter(rule -> rule.detector() != Detector.KEYS && rule.mode() == RuleMode.ENFORCE)
        .filter(rule -> rule.detector() != Detector.STATEMENT) // a text names no system
        .filter(rule -> rule.detector() != Detector.LINE_BREAK) // and no field
        .flatMap(rule -> rule.positive().stream().map(example -> Arguments.of(rule.id(), example)));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @MethodSource("marked")
  void togetherLeaveNoSecretOfAnyExample(String id, RedactionExample example) {
    String sanitized = ALL.sanitize(example.text());
    SECRET
        .matcher(example.marked())
        .results()
        .forEach(secret -> assertThat(sanitized).as(id).doesNotContain(secret.group(1)));
  }

  static Stream<String> namesInText() {
    return rule("credentials.assignment").keys().stream();
  }

  @ParameterizedTest
  @MethodSource("namesInText")
  void nameOfACredentialInTextIsOneAsAKeyToo(String name) {
    String key = name.replace("*", "shop_");
    assertThat(ALL.sanitizeKeyed(key, "hunter2")).isEqualTo("[redacted]");
    assertThat(ALL.sanitize(key + ": hunter2")).isEqualTo(key + ": [redacted]");
  }

  /** What a rule makes of a text in a field in which it looks. */
  private static String sanitize(RedactionRule rule, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    Sanitizer alone = Sanitizer.of(new RedactionRules(0, List.of(rule)));
    Slice left = new TextScanner(alone).sanitize(utf8, 0, utf8.length);
    return left == null ? text : left.utf8();
  }

  /** A placeholder is a string in JSON, and has no blanks in a URL. */
  private static String withoutNotation(String text) {
    return text.replace("%20", " ").replace("\"", "");
  }

  private static DefinitionSet enforced() {
    DefinitionSet shipped = ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES);
    List<DefinitionDocument> files =
        shipped.getDocuments().stream()
            .map(f -> new DefinitionDocument(f.getName(), f.getContent().replace("mode: off", "")))
            .toList();
    return new DefinitionSet(shipped.getKind(), 0L, 0L, files);
  }

  /** The statement of an example, which begins with its system. */
  private static String statementOf(String example) {
    return example.substring(example.indexOf(": ") + 2);
  }

  private static String statement(TextSanitizer sanitizer, String example) {
    String system = example.substring(0, example.indexOf(": "));
    return sanitizer.sanitizeStatement(system, statementOf(example));
  }

  private static String replacement(RedactionRule rule, String secret) {
    byte[] utf8 = secret.getBytes(StandardCharsets.UTF_8);
    return new Rule(rule).replacement(utf8, 0, utf8.length).utf8();
  }

  private static TextSanitizer alone(RedactionRule rule) {
    return TextSanitizer.of(new RedactionRules(0, List.of(rule)));
  }

  private static RedactionRule rule(String id) {
    return ENFORCED.rules().stream().filter(rule -> rule.id().equals(id)).findFirst().orElseThrow();
  }
}
