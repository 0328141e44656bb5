package io.sluice.app.sanitize;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.processors.sanitize.OtlpSanitizer;
import io.sluice.processors.sanitize.TokenKeys;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.ShippedDefinitions;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class OtlpLineFilterTest {

  private static final RedactionRules RULES =
      RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES));
  private static final String LOGS =
      """
      {"resourceLogs":[{"resource":{},"scopeLogs":[{"scope":{"name":"shop"},"logRecords":[\
      {"timeUnixNano":"1700000000000000001","severityNumber":9,"severityText":"INFO","body":{"stringValue":"BODY"},\
      "attributes":[{"key":"api_key","value":{"stringValue":"k-0123"}},\
      {"key":"n","value":{"intValue":"42"}},{"key":"r","value":{"doubleValue":0.5}}],\
      "traceId":"4bf92f3577b34da6a3ce929d0e0e4736"}]}]}]}""";
  private static final String SPANS =
      """
      {"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"pay 4111111111111111"}]}]}]}""";
  private static final String METRICS =
      """
      {"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"calls","description":"password=hunter2"}]}]}]}""";

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private final ByteArrayOutputStream errors = new ByteArrayOutputStream();

  @Test
  void sanitizesRequestsOfEverySignalAndLeavesTheRestAsItWas() throws IOException {
    run(false, LOGS.replace("BODY", "password=hunter2"), "", SPANS, METRICS);
    List<String> lines = lines();
    assertThat(json(lines.get(0)))
        .isEqualTo(
            json(LOGS.replace("BODY", "password=[redacted]").replace("k-0123", "[redacted]")));
    assertThat(lines.get(1)).isEmpty();
    assertThat(json(lines.get(2))).isEqualTo(json(SPANS.replace("4111111111111111", "[card]")));
    assertThat(json(lines.get(3))).isEqualTo(json(METRICS.replace("hunter2", "[redacted]")));
    assertThat(errors.size()).isZero();
  }

  @Test
  void givesLogsTheShapeThatThePipelineGivesThem() throws IOException {
    run(false, LOGS.replace("BODY", "{\\\"event\\\":\\\"login\\\",\\\"otp\\\":\\\"482913\\\"}"));
    assertThat(lines())
        .singleElement()
        .asString()
        .contains("\"body\":{\"stringValue\":\"login\"}", "\"key\":\"otp\"")
        .doesNotContain("482913");
  }

  @Test
  void reportsFieldsAndNoValue() throws IOException {
    run(true, SPANS, LOGS);
    assertThat(errors.toString(StandardCharsets.UTF_8))
        .contains("{\"line\":1,\"field\":\"span.name\",\"count\":1,\"rule\":\"payment.")
        .contains("{\"line\":2,\"field\":\"log.attributes.api_key\",\"count\":1,")
        .doesNotContain("4111", "k-0123");
  }

  @Test
  void writesNothingOfALineThatIsNoRequestAndGoesOn() throws IOException {
    SanitizeOutput out =
        run(
            false,
            "password=hunter2",
            "{\"resourceLogs\":[{\"hunter2\"",
            "{\"resourceLogs\":\"hunter2\"}",
            "{\"resourceLogs\":[],\"resourceSpans\":[]}",
            "{\"hunter2\":1}",
            "[]",
            SPANS);
    assertThat(lines()).hasSize(1);
    assertThat(errors.toString(StandardCharsets.UTF_8).lines())
        .hasSize(6)
        .allSatisfy(line -> assertThat(line).matches("sluice: line \\d: .*; nothing of it passes"))
        .noneSatisfy(line -> assertThat(line).contains("hunter2"));
    assertThat(errors.toString(StandardCharsets.UTF_8))
        .contains("line 2: not valid JSON (column ")
        .contains("line 4: expected an object with resourceLogs")
        .contains("and only one of them");
    assertThat(out.hasFailed()).isTrue();
  }

  @Test
  void leavesOutWhatItDoesNotKnow() throws IOException {
    run(false, "{\"resourceLogs\":[{\"novel\":\"password=hunter2\"}],\"other\":\"hunter2\"}");
    assertThat(lines()).containsExactly("{\"resourceLogs\":[{}]}");
  }

  private SanitizeOutput run(boolean report, String... lines) throws IOException {
    SanitizeOutput out =
        new SanitizeOutput(output, new PrintStream(errors, false, StandardCharsets.UTF_8), report);
    byte[] input = String.join("\n", lines).getBytes(StandardCharsets.UTF_8);
    new OtlpLineFilter(OtlpSanitizer.of(RULES, TokenKeys.none()), out)
        .run(new ByteArrayInputStream(input));
    return out;
  }

  private List<String> lines() {
    return output.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static Object json(String text) throws IOException {
    return new ObjectMapper().readTree(text);
  }
}
