package io.sluice.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processors.sanitize.Finding;
import io.sluice.processors.sanitize.TextSanitizer;
import io.sluice.schemas.definitions.RedactionRules;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextExampleTest {

  @TempDir private Path directory;

  @Test
  void withTheShippedRules() {
    TextSanitizer sanitizer = TextSanitizer.shipped();

    assertThat(sanitizer.sanitize("login failed, password=hunter2"))
        .isEqualTo("login failed, password=[redacted]");
    assertThat(sanitizer.sanitizeKeyed("x-api-key", "k-0123456789")).isEqualTo("[redacted]");
  }

  @Test
  void withRulesOfYourOwnAndWhatTheyFound() throws Exception {
    Path rules =
        Files.writeString(
            directory.resolve("rules.yaml"),
            """
            kind: redaction-rules
            family: shop
            rules:
              - id: shop.coupon
                description: Coupon codes.
                detector: pattern
                pattern: \\bSHOP-[0-9]{6}\\b
                keywords: [SHOP-]
                placeholder: "[coupon]"
                examples:
                  positive: ["coupon «SHOP-123456» used"]
                  negative: ["SHOP-12 is a shelf"]
            """);
    byte[] line = "ann used SHOP-424242".getBytes(StandardCharsets.UTF_8);

    TextSanitizer sanitizer = TextSanitizer.of(RedactionRules.read(rules));

    List<Finding> findings = new ArrayList<>();
    byte[] clean = sanitizer.sanitize(line, findings::add);

    assertThat(clean).asString(StandardCharsets.UTF_8).isEqualTo("ann used [coupon]");
    assertThat(findings)
        .singleElement()
        .satisfies(
            finding -> {
              assertThat(finding.ruleId()).isEqualTo("shop.coupon");
              assertThat(finding.start()).isEqualTo(9);
            });
  }
}
