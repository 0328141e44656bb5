package io.sluice.app.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.processors.sanitize.TextSanitizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineFilterTest {

  private static final TextSanitizer SANITIZER = TextSanitizer.shipped();
  private static final String KEY =
      """
      -----BEGIN RSA PRIVATE KEY-----
      MIIBOgIBAAJBAKj34GkxFhD90vcNLYLInFEX6Ppy1tPf9Cnzj4p4WGeKLs1Pt8Qu
      KUpRKfFLfRYC9AIKjbJTWit+CqvjWYzvQwECAwEAAQJAIJLixBy2qpFoS4DSmoEm
      o3qGy0t6z09AIJtH+5OeRV1be+N4cDYJKffGzDa88vQENZiRm0GRq6a+HPGQMd2k
      TQ==
      -----END RSA PRIVATE KEY-----
      """;

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  @Test
  void sanitizesEachLine() throws IOException {
    run("a\r\npassword=hunter2\r\n\ncard 4111111111111111\nlast", false);
    assertThat(output.toString(StandardCharsets.UTF_8))
        .isEqualTo("a\r\npassword=[redacted]\r\n\ncard [card]\nlast");
    assertThat(errors.size()).isZero();
  }

  @Test
  void passesBytesThatAreNoText() throws IOException {
    byte[] bytes = new byte[200_000];
    new Random(1).nextBytes(bytes);
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = i % 97 == 0 ? (byte) '\n' : (byte) (bytes[i] | 0xa0); // no control characters
    }
    LineFilter filter = filter(false);
    filter.run(new ByteArrayInputStream(bytes));
    assertThat(output.toByteArray()).isEqualTo(bytes);
  }

  @Test
  void reportsLineAndColumnAndNoValue() throws IOException {
    SanitizeOutput out = run("clean\n東京 é password=hunter2 and 4111111111111111\n", true);
    List<JsonNode> findings = reported();
    assertThat(findings).hasSize(2);
    assertThat(findings.get(0).get("line").asInt()).isEqualTo(2);
    assertThat(findings.get(0).get("column").asInt()).as("in characters").isEqualTo(15);
    assertThat(findings.get(0).get("action").asText()).isEqualTo("REDACT");
    assertThat(findings.get(0).get("mode").asText()).isEqualTo("enforce");
    assertThat(findings.get(1).get("rule").asText()).startsWith("payment.");
    assertThat(findings.get(1).get("column").asInt()).isEqualTo(27);
    assertThat(errors.toString(StandardCharsets.UTF_8)).doesNotContain("hunter2", "4111");
    assertThat(out.hasFindings()).isTrue();
  }

  @Test
  void findsAKeyThatIsBrokenOverLines() throws IOException {
    run("before\n" + KEY + "after\n" + KEY.replace("\n", "\r\n") + KEY + "end", true);
    assertThat(output.toString(StandardCharsets.UTF_8))
        .doesNotContain("MIIB", "KUpR", "o3qG", "TQ==")
        .startsWith("before\n-----BEGIN RSA PRIVATE KEY-----[")
        .contains("END RSA PRIVATE KEY-----\nafter\n")
        .endsWith("END RSA PRIVATE KEY-----\nend");
    assertThat(reported())
        .extracting(finding -> finding.get("line").asInt())
        .as("where each begins")
        .containsExactly(2, 9, 15);
  }

  @Test
  void holdsLinesOnlyWhileTheyMayBelongToAKey() throws IOException {
    String prose =
        "expected a line -----BEGIN PRIVATE KEY-----\nthis is no key: it is prose!\nmore\n";
    run(prose, false);
    assertThat(output.toString(StandardCharsets.UTF_8)).isEqualTo(prose);
  }

  @Test
  void looksForKeysInTimeInProportion() throws IOException {
    String begins = "-----BEGIN PRIVATE KEY-----".repeat(LineFilter.LONGEST / 27);
    String blanks = " ".repeat(60_000) + "!";
    run(begins + "\n" + blanks + "\n", false);
    assertThat(output.toString(StandardCharsets.UTF_8).equals(begins + "\n" + blanks + "\n"))
        .isTrue();
  }

  @Test
  void holdsNoMoreThanAKeyTakes() throws IOException {
    String endless = "-----BEGIN PRIVATE KEY-----\n" + ("QUJD".repeat(16) + "\n").repeat(5000);
    run(endless + "password=hunter2\n", false);
    assertThat(output.toString(StandardCharsets.UTF_8)).endsWith("password=[redacted]\n");
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        5,
        15,
        16,
        17,
        1000,
        40_000,
        LineFilter.MARGIN - 30,
        LineFilter.MARGIN,
        LineFilter.MARGIN + 5
      })
  void cutsALongLineWithoutLettingASecretThroughAtTheCut(int before) throws IOException {
    // The secret stands across the end of what is read, and its first half looks harmless.
    String secret = "4111111111111111";
    String filler = "x ".repeat(LineFilter.LONGEST / 2).substring(0, LineFilter.LONGEST - before);
    String rest = " password=hunter2".repeat(8000);
    SanitizeOutput out = run(filler + secret + rest + "\nnext\n", false);
    String written = output.toString(StandardCharsets.UTF_8);
    assertThat(written.contains("4111")).isFalse();
    assertThat(written.contains("hunter2")).isFalse();
    assertThat(written.substring(written.length() - 100))
        .contains("[sluice: the rest of this line is left out")
        .endsWith("\nnext\n");
    assertThat(written.indexOf("…["))
        .as("what goes out of the line")
        .isBetween(
            LineFilter.LONGEST - LineFilter.MARGIN - 16, LineFilter.LONGEST - LineFilter.MARGIN);
    assertThat(errors.toString(StandardCharsets.UTF_8)).contains("line 1: longer than 1 MiB");
    assertThat(out.hasFailed()).as("nothing leaked, nothing is wrong").isFalse();
  }

  @Test
  void passesTheLongestLineWhole() throws IOException {
    String longest = "x".repeat(LineFilter.LONGEST);
    run(longest + "\n" + longest + "y\n", false);
    assertThat(output.toString(StandardCharsets.UTF_8).startsWith(longest + "\n")).isTrue();
    assertThat(errors.toString(StandardCharsets.UTF_8)).contains("line 2: longer");
  }

  @Test
  void reportsManyFindingsOfALongLineInTimeInProportion() throws IOException {
    run("password=hunter2 ".repeat(60_000) + "\n", true);
    assertThat(reported()).hasSize(60_000);
  }

  private SanitizeOutput run(String input, boolean report) throws IOException {
    SanitizeOutput out = output(report);
    new LineFilter(SANITIZER, out)
        .run(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
    return out;
  }

  private LineFilter filter(boolean report) {
    return new LineFilter(SANITIZER, output(report));
  }

  private SanitizeOutput output(boolean report) {
    return new SanitizeOutput(
        output, new PrintStream(errors, false, StandardCharsets.UTF_8), report);
  }

  private List<JsonNode> reported() throws IOException {
    List<JsonNode> all = new ArrayList<>();
    for (String line : errors.toString(StandardCharsets.UTF_8).lines().toList()) {
      all.add(new ObjectMapper().readTree(line));
    }
    return all;
  }
}
