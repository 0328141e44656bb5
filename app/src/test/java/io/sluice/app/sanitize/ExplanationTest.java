package io.sluice.app.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processors.sanitize.TokenKeys;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.ShippedDefinitions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExplanationTest {

  private static final String RULES =
      """
      kind: redaction-rules
      family: test
      rules:
        - id: test.password
          description: A password.
          detector: assignment
          keys: [password]
          examples: {positive: ["password=«x1»"], negative: [password]}
        - id: test.word
          description: A word.
          detector: pattern
          pattern: magic
          keywords: [magic]
          examples: {positive: ["«magic»"], negative: [none]}
        - id: test.shadow
          description: A word.
          mode: shadow
          detector: pattern
          pattern: m[a-z]+
          keywords: [mag]
          examples: {positive: ["«magic»"], negative: [none]}
        - id: test.other
          description: A word.
          detector: pattern
          pattern: other
          keywords: [other]
          examples: {positive: ["«other»"], negative: [none]}
      """;

  @TempDir private Path directory;

  @Test
  void saysOfEachLineWhatEveryRuleMadeOfItAndNoValue() throws Exception {
    Path rules = Files.writeString(directory.resolve("rules.yaml"), RULES);
    String input = "é password=magic-1 x\nno password here\n";
    assertThat(explained(RedactionRules.read(rules), TokenKeys.none(), input))
        .isEqualTo(
            """
            é password=[redacted] x
              columns 12-18: test.password changes it
              columns 12-16: test.word loses to test.password, which finds more
              columns 12-16: test.shadow only counts it (mode shadow)
              1 rule did not look, for none of its words is here
            no password here
              looked and found nothing: test.password
              3 rules did not look, for none of their words is here
            """);
  }

  @Test
  void takesAKeyThatIsBrokenOverLinesOutWhole() throws Exception {
    String half = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";
    String input =
        "before\n-----BEGIN PRIVATE KEY-----\n%s\n%s\n-----END PRIVATE KEY-----\nbehind\n"
            .formatted(half, half);
    String explained =
        explained(
            RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES)),
            TokenKeys.none(),
            input);
    assertThat(explained)
        .doesNotContain("MIIEvQ")
        .startsWith("before\n")
        .contains("\nbehind\n")
        .containsPattern("\n  line 1 column \\d+ to line 3 column \\d+: [a-z.-]+ changes it\n");
  }

  @Test
  void writesTokensWhenItHasAKeyForThem() throws Exception {
    Path rules =
        Files.writeString(
            directory.resolve("rules.yaml"),
            RULES.replace("detector: assignment", "detector: assignment\n    action: tokenize"));
    Path keys = Files.writeString(directory.resolve("keys"), "k1=" + "QUFB".repeat(11) + "\n");
    assertThat(
            explained(
                RedactionRules.read(rules), TokenKeys.from("file:" + keys), "password=s3cret-1\n"))
        .startsWith("password=[tok:k1:")
        .contains("columns 10-17: test.password changes it");
  }

  private static String explained(RedactionRules rules, TokenKeys keys, String input)
      throws IOException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    SanitizeOutput out =
        new SanitizeOutput(
            output,
            new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
            false);
    new Explanation(rules, keys, out)
        .run(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    return output.toString(StandardCharsets.UTF_8);
  }
}
