package io.sluice.processors.sanitize;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.processors.sanitize.SanitizedRequest.Count;
import io.sluice.schemas.Signal;
import io.sluice.testkit.LogBuilder;
import io.sluice.testkit.Telemetry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FieldScopeTest {

  @Test
  void ruleLooksAtItsSignalsOnly() {
    String rules = TestRules.card("a", "signals: [logs]");
    byte[] log = service("a").log("4111111111111111").toRequestBytes();
    byte[] span = service("a").span("4111111111111111").toRequestBytes();

    assertThat(sanitized(Signal.LOGS, log, rules)).isNotEqualTo(log);
    assertThat(sanitized(Signal.SPANS, span, rules)).isSameAs(span);
  }

  @Test
  void keyRuleLooksAtItsSignalsOnly() {
    String rules = TestRules.keys("a", "user", "signals: [spans, metrics]");
    byte[] log = service("a").log("x").attribute("user", "ann").toRequestBytes();
    byte[] metric = service("a").counter("x", 1).attribute("user", "ann").toRequestBytes();

    assertThat(sanitized(Signal.LOGS, log, rules)).isSameAs(log);
    assertThat(sanitized(Signal.METRICS, metric, rules)).isNotEqualTo(metric);
  }

  @Test
  void ruleLooksAtItsFieldsAndBelow() {
    String rules = TestRules.card("a", "fields: [log.body.pay, 'log.attributes.*.note']");
    Map<String, Object> body =
        Map.of(
            "pay",
            Map.of("how", List.of("4111111111111111", 4111111111111111L)),
            "payment",
            "4111111111111111");
    Map<String, Object> clean =
        Map.of(
            "pay",
            Map.of("how", List.of("[redacted]", "[redacted]")),
            "payment",
            "4111111111111111");
    LogBuilder log =
        service("a")
            .log(body)
            .attribute("app.note", "4111111111111111")
            .attribute("note", "4111111111111111");
    LogBuilder expected =
        service("a")
            .log(clean)
            .attribute("app.note", "[redacted]")
            .attribute("note", "4111111111111111");

    assertThat(sanitized(Signal.LOGS, log.toRequestBytes(), rules))
        .isEqualTo(expected.toRequestBytes());
  }

  @Test
  void keyRuleLooksAtItsFieldsOnlyAndLeavesTheKeyToOthers() {
    LogBuilder log =
        service("a").log(Map.of("user", "ann")).attribute("user", "ann").attribute("x.user", "bob");
    String[] rules = {
      TestRules.keys("a", "user", "fields: [log.body]", "placeholder: BODY"),
      TestRules.keys("b", "'*user'", "fields: [log.attributes.user]", "placeholder: ATTRIBUTE")
    };

    assertThat(sanitized(Signal.LOGS, log.toRequestBytes(), rules))
        .isEqualTo(
            service("a")
                .log(Map.of("user", "BODY"))
                .attribute("user", "ATTRIBUTE")
                .attribute("x.user", "bob")
                .toRequestBytes());
  }

  @Test
  void expressionsFindKeysInAnyCaseAndWithAnySeparator() {
    String rules = TestRules.keys("a", "none", "keyPatterns: ['^x-?internal.*id$', 'acct[0-9]']");
    LogBuilder log =
        service("a")
            .log("x")
            .attribute("X-Internal-User-Id", "1")
            .attribute("x_internal_id", "2")
            .attribute("my_ACCT7", 3)
            .attribute("x_internal_ids", "4")
            .attribute("my.x-internal-id", "5");

    assertThat(sanitized(Signal.LOGS, log.toRequestBytes(), rules))
        .isEqualTo(
            service("a")
                .log("x")
                .attribute("X-Internal-User-Id", "[redacted]")
                .attribute("x_internal_id", "[redacted]")
                .attribute("my_ACCT7", "[redacted]")
                .attribute("x_internal_ids", "4")
                .attribute("my.x-internal-id", "5")
                .toRequestBytes());
  }

  @Test
  void expressionsHoldForEveryKeyHoweverManyThereAre() {
    RequestSanitizer sanitizer =
        new RequestSanitizer(
            TestRules.sanitizer(TestRules.keys("a", "none", "keyPatterns: ['s[0-9]*0$']")),
            Signal.LOGS);
    for (int round = 0; round < 2; round++) {
      for (int i = 1; i < 5000; i++) {
        byte[] request = service("a").log("x").attribute("s" + i, "v").toRequestBytes();
        assertThat(sanitizer.sanitize(request).counts()).hasSize(i % 10 == 0 ? 1 : 0);
      }
    }
  }

  @Test
  void onlyListedKeysPass() {
    String rules =
        TestRules.allowed(
            "a", "http.method, order_id", "keyPatterns: ['^app\\.']", "fields: [log.attributes]");
    LogBuilder log =
        service("a")
            .log(Map.of("other", "x"))
            .attribute("http.method", "GET")
            .attribute("Order-Id", 7)
            .attribute("app.any", Map.of("nested", "x"))
            .attribute("evil.order_id", "1")
            .attribute("flag", true)
            .attribute("list", List.of(1, 2))
            .attribute("number", 1.5)
            .attribute("order_id" + "x".repeat(600), "1")
            .attribute("", "1");

    byte[] left = sanitized(Signal.LOGS, log.toRequestBytes(), rules);

    assertThat(left)
        .isEqualTo(
            service("a")
                .log(Map.of("other", "x"))
                .attribute("http.method", "GET")
                .attribute("Order-Id", 7)
                .attribute("app.any", Map.of("nested", "x"))
                .attribute("evil.order_id", "[redacted]")
                .attribute("flag", "[redacted]")
                .attribute("list", "[redacted]")
                .attribute("number", "[redacted]")
                .attribute("order_id" + "x".repeat(600), "[redacted]")
                .attribute("", "[redacted]")
                .toRequestBytes());
    assertThat(sanitized(Signal.LOGS, left, rules)).isSameAs(left);
  }

  @Test
  void listIsClosedForTheFieldsThatItNamesAndNotBelow() {
    String rules = TestRules.allowed("a", "user", "fields: ['log.body', 'log.body.user.mail']");
    Map<String, Object> body =
        Map.of(
            "user", Map.of("name", "ann", "mail", Map.of("user", "a", "host", "b")), "other", "x");

    byte[] left = sanitized(Signal.LOGS, service("a").log(body).toRequestBytes(), rules);

    Map<String, Object> clean =
        Map.of(
            "user",
            Map.of("name", "ann", "mail", Map.of("user", "a", "host", "[redacted]")),
            "other",
            "[redacted]");
    assertThat(left).isEqualTo(service("a").log(clean).toRequestBytes());
  }

  @Test
  void secretsInAllowedEntriesAreFoundAllTheSame() {
    byte[] request =
        Telemetry.logs(
                service("a").log("x").attribute("user", "4111111111111111").attribute("b", "x"))
            .toByteArray();

    assertThat(
            new RequestSanitizer(
                    TestRules.sanitizer(
                        TestRules.card("card"),
                        TestRules.allowed("list", "user", "fields: [log.attributes]")),
                    Signal.LOGS)
                .sanitize(request)
                .counts())
        .extracting(Count::ruleId, Count::fieldPath, Count::count)
        .containsExactlyInAnyOrder(
            tuple("card", "log.attributes.user", 1L), tuple("list", "log.attributes.b", 1L));
  }

  private static byte[] sanitized(Signal signal, byte[] request, String... rules) {
    return new RequestSanitizer(TestRules.sanitizer(rules), signal).sanitize(request).bytes();
  }
}
