package io.sluice.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rules that cannot hold are refused before anything is sent, with file, line and reason. */
class BadRulesTest {

  private static final String GOOD =
      """
      kind: redaction-rules
      family: test
      rules:
        - id: test.word
          description: A word.
          detector: pattern
          pattern: xyz+y
          keywords: [xyz]
          examples:
            positive: ["say «xyzzy»"]
            negative: ["say nothing"]
      """;

  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pattern: xyz+y        | pattern: [xyz            | rules.yaml:8:  |
          detector: pattern     | detector: patern         | rules.yaml:6: rules[0].detector: | pattern
          detector: pattern     | detector: assignment     | rules.yaml:4: rules[0] | keys
          keywords: [xyz]       | keyword: [xyz]           | rules.yaml:8: rules[0].keyword: | keywords
          pattern: xyz+y        | pattern: (x)yz\\1        | rules.yaml:7: rules[0].pattern: | RE2
          pattern: xyz+y        | pattern: xyz(?=zy)       | rules.yaml:7: rules[0].pattern: | RE2
          say «xyzzy»           | say «xyzz»y              | rules.yaml:10: rules[0].examples.positive[0]: | finds
          say «xyzzy»           | say «something»          | rules.yaml:10: rules[0].examples.positive[0]: | finds nothing
          say nothing           | say xyzzy                | rules.yaml:11: rules[0].examples.negative[0]: | finds
          """)
  void areRefusedWithFileLineAndReason(String good, String bad, String place, String reason)
      throws Exception {
    assertThat(GOOD).contains(good);
    CommandLineRun run = apply(GOOD.replace(good, bad));
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.output()).isEmpty();
    assertThat(run.errors()).contains(place).contains(reason == null ? "" : reason);
  }

  @Test
  void areRefusedWithEveryReasonAtOnce() throws Exception {
    CommandLineRun run =
        apply(GOOD.replace("say nothing", "say xyzzy").replace("«xyzzy»", "«nothing»"));
    assertThat(run.errors()).contains("rules.yaml:10:", "rules.yaml:11:");
  }

  @Test
  void areTriedInShadowAndOffToo() throws Exception {
    for (String mode : new String[] {"shadow", "off"}) {
      CommandLineRun run =
          apply(
              GOOD.replace("say nothing", "say xyzzy")
                  .replace("    detector:", "    mode: " + mode + "\n    detector:"));
      assertThat(run.errors()).as(mode).contains("rules.yaml:12:", "negative[0]");
    }
  }

  @Test
  void sayWhenTheyAreNotThere() {
    CommandLineRun run = CommandLineRun.of("apply", "-f", directory.resolve("none").toString());
    assertThat(run.status()).isEqualTo(1);
    assertThat(run.errors()).contains("none", "there is no such file").doesNotContain("Exception");
  }

  private CommandLineRun apply(String rules) throws Exception {
    Path file = Files.writeString(directory.resolve("rules.yaml"), rules);
    // Nothing answers there: what is refused is refused before.
    return CommandLineRun.of("apply", "-f", file.toString(), "--bootstrap-servers", "127.0.0.1:1");
  }
}
