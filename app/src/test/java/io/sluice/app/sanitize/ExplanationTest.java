package io.sluice.app.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.definitions.RedactionRules;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
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
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    SanitizeOutput out =
        new SanitizeOutput(
            output,
            new PrintStream(new ByteArrayOutputStream(), false, StandardCharsets.UTF_8),
            false);
    byte[] input = "é password=magic-1 x\nno password here\n".getBytes(StandardCharsets.UTF_8);
    new Explanation(RedactionRules.read(rules), out).run(new ByteArrayInputStream(input));

    assertThat(output.toString(StandardCharsets.UTF_8))
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
}
