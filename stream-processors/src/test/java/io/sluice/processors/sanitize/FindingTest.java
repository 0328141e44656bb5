package io.sluice.processors.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.RedactionAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FindingTest {

  private static final TextSanitizer SANITIZER = TextSanitizer.shipped();

  @Test
  void saysWhichRuleFoundSomethingAndWhere() {
    String text = "é password=hunter2, card 4111 1111 1111 1111.";
    assertThat(found(SANITIZER, text)).containsExactly("hunter2", "4111 1111 1111 1111");
    List<Finding> findings = findings(SANITIZER, text);
    assertThat(findings).extracting(Finding::ruleId).doesNotHaveDuplicates();
    assertThat(findings.get(0).start()).as("in bytes").isEqualTo("é password=".length() + 1);
    assertThat(findings).allMatch(Finding::enforced);
  }

  @Test
  void findsNothingInCleanText() {
    assertThat(findings(SANITIZER, "GET /orders/42 200 in 12 ms")).isEmpty();
  }

  @Test
  void tellsShadowRulesFromOthers() {
    TextSanitizer sanitizer =
        TestRules.text(TestRules.word("a", "xyzzy", "mode: shadow"), TestRules.word("b", "plugh"));
    assertThat(findings(sanitizer, "xyzzy plugh xyzzy"))
        .containsExactlyInAnyOrder(
            new Finding("a", RedactionAction.REDACT, false, 0, 5),
            new Finding("b", RedactionAction.REDACT, true, 6, 11),
            new Finding("a", RedactionAction.REDACT, false, 12, 17));
  }

  @Test
  void placesWhatReplacingBroughtTogetherInTheTextThatWasGiven() {
    TextSanitizer sanitizer =
        TestRules.text(
            TestRules.word("inner", "plugh", "placeholder: 'z'"), TestRules.word("outer", "xyzzy"));
    // The second is there only once the first is replaced.
    String text = "plugh is far away, é xyplughzy plugh";
    assertThat(sanitizer.sanitize(text)).isEqualTo("z is far away, é [redacted] z");
    List<Finding> findings = findings(sanitizer, text);
    assertThat(findings)
        .filteredOn(finding -> finding.ruleId().equals("outer"))
        .singleElement()
        .satisfies(finding -> assertThat(part(text, finding)).isEqualTo("xyplughzy"));
  }

  @Test
  void givesTheBeginningOfATextWithoutHalfOfASecret() {
    TextSanitizer sanitizer =
        TestRules.text(
            TestRules.word("inner", "plugh", "placeholder: 'z'"), TestRules.word("outer", "xyzzy"));
    String text = "a plugh b xyplughzy c";
    assertThat(beginning(sanitizer, text, 1)).isEqualTo("a");
    assertThat(beginning(sanitizer, text, 2)).isEqualTo("a ");
    assertThat(beginning(sanitizer, text, 4)).isEqualTo("a ");
    assertThat(beginning(sanitizer, text, 7)).isEqualTo("a z");
    assertThat(beginning(sanitizer, text, 9)).isEqualTo("a z b");
    for (int inside = 10; inside < 19; inside++) {
      assertThat(beginning(sanitizer, text, inside)).isEqualTo("a z b ");
    }
    assertThat(beginning(sanitizer, text, 19)).isEqualTo("a z b [redacted]");
    assertThat(beginning(sanitizer, text, 21)).isEqualTo(sanitizer.sanitize(text));
    assertThat(beginning(sanitizer, "clean text", 5)).isEqualTo("clean");
  }

  private static String beginning(TextSanitizer sanitizer, String text, int length) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return new String(
        sanitizer.sanitizeBeginning(utf8, length, finding -> {}), StandardCharsets.UTF_8);
  }

  private static List<Finding> findings(TextSanitizer sanitizer, String text) {
    List<Finding> findings = new ArrayList<>();
    sanitizer.sanitize(text.getBytes(StandardCharsets.UTF_8), findings::add);
    return findings;
  }

  private static List<String> found(TextSanitizer sanitizer, String text) {
    return findings(sanitizer, text).stream().map(finding -> part(text, finding)).toList();
  }

  private static String part(String text, Finding finding) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    return new String(
        utf8, finding.start(), finding.end() - finding.start(), StandardCharsets.UTF_8);
  }
}
