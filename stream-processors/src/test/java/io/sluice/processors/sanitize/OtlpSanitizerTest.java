package io.sluice.processors.sanitize;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Signal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OtlpSanitizerTest {

  @Test
  void showsWhatTheBodyOfALogHoldsToRulesForFields() {
    OtlpSanitizer sanitizer =
        OtlpSanitizer.of(
            TestRules.of(TestRules.allowed("listed", "order", "fields: [log.attributes]")),
            TokenKeys.none());
    List<FieldFinding> findings = new ArrayList<>();
    byte[] clean =
        sanitizer.sanitize(
            Signal.LOGS,
            service("shop").log("{\"event\":\"login\",\"otp\":\"482913\"}").toRequestBytes(),
            findings::add);
    assertThat(new String(clean, StandardCharsets.ISO_8859_1))
        .contains("login")
        .doesNotContain("482913");
    assertThat(findings).extracting(FieldFinding::fieldPath).containsExactly("log.attributes.otp");
  }

  @Test
  void givesACleanRequestInShapeBackAsItIs() {
    byte[] request = service("shop").log("login").toRequestBytes();
    assertThat(
            OtlpSanitizer.of(TestRules.of(TestRules.card("card")), TokenKeys.none())
                .sanitize(
                    Signal.LOGS,
                    request,
                    finding -> {
                      throw new AssertionError(finding);
                    }))
        .isSameAs(request);
  }
}
