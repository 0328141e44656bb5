package io.sluice.processors.sanitize;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.sluice.processors.sanitize.SanitizedRequest.Count;
import io.sluice.processors.sanitize.logs.BodyCutter;
import io.sluice.processors.sanitize.logs.LogChange;
import io.sluice.schemas.Signal;
import io.sluice.schemas.settings.DataSize;
import io.sluice.testkit.Telemetry;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogSanitizerTest {

  private static final String CARD = "4111111111111111";

  @Test
  void showsFieldsOfABodyToRulesForKeys() {
    LogRecord log =
        clean("{\"msg\":\"login\",\"session\":\"abc\"}", TestRules.keys("k", "session"));
    assertThat(log.getBody().getStringValue()).isEqualTo("login");
    assertThat(attributes(log)).containsEntry("session", "[redacted]");
  }

  @Test
  void showsThemToRulesForKeysInABodyWithoutAMessageToo() {
    String body = "{\"session\":\"abc\",\"card\":\"\\u0034111111111111111\"}";
    LogRecord log = clean(body, TestRules.keys("k", "session"), TestRules.card("card"));
    assertThat(log.toString()).doesNotContain("abc", CARD, "34111");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"hunter2\"", "20021", "{\"old\":\"hunter2\"}"})
  void letsNoFieldPassThatARuleForTextKnowsByItsName(String value) {
    String body = "{\"msg\":\"login\",\"unlock\":" + value + "}";
    LogRecord log = clean(body, TestRules.assignment("a", "unlock, old"));
    assertThat(log.toString()).doesNotContain("hunter2", "20021");
    assertThat(log.getBody().getStringValue()).isEqualTo("login");
    assertThat(attributes(log)).containsKey("unlock");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"msg\":\"paid\",\"card\":4111111111111111}",
        "{\"msg\":\"paid\",\"card\":\"4111111111111111\"}",
        "{\"msg\":\"paid with 4111111111111111\"}",
        "{\"msg\":\"{\\\"card\\\":\\\"4111111111111111\\\"}\"}",
        "{\"cards\":[{\"4111111111111111\":[4111111111111111]}]}",
        "{\"msg\":\"paid\",\"card\":\"\\u0034111111111111111\"}",
        "{\"msg\":\"paid\",\"4111111111111111\":1}",
        "msg=paid card=4111111111111111",
        "card=4111111111111111 n=1",
        "failed\njava.lang.Error: 4111111111111111\n\tat A.b(A.java:1)",
        "{\"msg\":\"x\",\"err\":{\"message\":\"4111111111111111\",\"stack\":\"Error: 4111111111111111\\n at f (a.js:1)\"}}",
      })
  void findsASecretWhereverShapingPutsIt(String body) {
    for (String action : new String[] {"redact", "mask", "tokenize"}) {
      LogRecord log = clean(body, TestRules.card("card", "action: " + action));
      assertThat(log.toString()).doesNotContain(CARD);
    }
  }

  @Test
  void readsABodyInWhichARuleTookANumber() {
    String body = "{\"msg\":\"paid\",\"card\":4111111111111111,\"n\":1}";
    assertThat(attributes(clean(body, TestRules.card("card"))))
        .containsOnlyKeys("card", "n")
        .doesNotContainValue(CARD);
    assertThat(attributes(clean(body, TestRules.card("card", "action: mask"))))
        .containsEntry("card", "************1111");
    assertThat(attributes(clean(body, TestRules.card("card", "action: tokenize"))).get("card"))
        .startsWith("[tok:k2:");
  }

  @Test
  void countsAFindingOnce() {
    LogSanitizer sanitizer =
        sanitizer(SanitizeConfig.defaults(), TestRules.card("card"), TestRules.keys("k", "pin"));
    SanitizedRequest result =
        sanitizer.sanitize(
            service("a")
                .log("{\"msg\":\"paid\",\"card\":\"" + CARD + "\",\"pin\":\"12\"}")
                .toRequestBytes());
    assertThat(result.counts()).extracting(Count::count).containsExactly(1L, 1L);
    assertThat(result.counts())
        .extracting(Count::fieldPath)
        .containsExactly("log.body", "log.body");
  }

  @Test
  void countsWhatARuleInShadowWouldDoOnce() {
    LogSanitizer sanitizer =
        sanitizer(
            SanitizeConfig.defaults(),
            TestRules.card("card", "mode: shadow"),
            TestRules.keys("k", "pin", "mode: shadow"),
            TestRules.assignment("a", "code", "mode: shadow"));
    byte[] request =
        Telemetry.logs(
                service("a").log("{\"msg\":\"paid with " + CARD + "\",\"pin\":\"12\"}"),
                service("a").log("{\"msg\":\"login\",\"code\":\"x7\"}"),
                service("a").log("in shape").attribute("pin", "34"))
            .toByteArray();
    Map<String, Long> found =
        sanitizer.sanitize(request).counts().stream()
            .collect(Collectors.groupingBy(Count::ruleId, Collectors.summingLong(Count::count)));
    assertThat(found).isEqualTo(Map.of("card", 1L, "k", 2L, "a", 1L));
  }

  @Test
  void letsTraceIdsPass() {
    LogRecord log =
        clean(
            "{\"msg\":\"x\",\"trace_id\":\"0af7651916cd43dd8448eb211c80319c\",\"span_id\":\"4111111111111111\"}",
            TestRules.keys("k", "password"));
    assertThat(log.getTraceId().size()).isEqualTo(16);
    assertThat(log.getSpanId().size()).isEqualTo(8);
  }

  @Test
  void cutsLongBodiesBehindTheirSecrets() {
    String filler = "y".repeat(256 - 22);
    String body = filler + " " + CARD + " " + "z".repeat(500);
    LogSanitizer sanitizer = sanitizer(limit(256), TestRules.card("card"));
    byte[] once = sanitizer.sanitize(service("a").log(body).toRequestBytes()).bytes();
    LogRecord log = only(once);

    String left = log.getBody().getStringValue();
    assertThat(left).doesNotContain("4111").endsWith(BodyCutter.MARKER);
    assertThat(left.getBytes(StandardCharsets.UTF_8)).hasSize(256);
    // As long as it was without its secret: what the card took is gone before.
    assertThat(log.getAttributesList())
        .filteredOn(attribute -> attribute.getKey().equals(BodyCutter.LENGTH))
        .singleElement()
        .satisfies(attribute -> assertThat(attribute.getValue().getIntValue()).isGreaterThan(700));
    assertThat(sanitizer.changes()).containsEntry(LogChange.CUT, 1L);

    assertThat(sanitizer.sanitize(once).bytes()).isSameAs(once);
  }

  @Test
  void cutsOnTheBorderOfACharacter() {
    for (int shift = 0; shift < 4; shift++) {
      LogSanitizer sanitizer = sanitizer(limit(256), TestRules.card("card"));
      String body = "x".repeat(shift) + "😀".repeat(100);
      String left =
          only(sanitizer.sanitize(service("a").log(body).toRequestBytes()).bytes())
              .getBody()
              .getStringValue();
      assertThat(body).startsWith(left.substring(0, left.length() - BodyCutter.MARKER.length()));
      assertThat(left.getBytes(StandardCharsets.UTF_8).length).isBetween(253, 256);
    }
  }

  @Test
  void leavesBodiesUpToTheLimitAndStructuredOnes() {
    LogSanitizer sanitizer = sanitizer(limit(256), TestRules.card("card"));
    byte[] request =
        Telemetry.logs(
                service("a").log("x".repeat(256)), service("a").log(Map.of("k", "y".repeat(500))))
            .toByteArray();
    assertThat(sanitizer.sanitize(request).bytes()).isSameAs(request);
    assertThat(sanitizer.changes()).isEmpty();
  }

  @Test
  void cutsLongJsonAsTheTextThatItIs() {
    LogSanitizer sanitizer = sanitizer(limit(256), TestRules.card("card"));
    String fits = "{\"msg\":\"hi\",\"k\":\"" + "y".repeat(237) + "\"}";
    LogRecord parsed = only(sanitizer.sanitize(service("a").log(fits).toRequestBytes()).bytes());
    assertThat(fits).hasSize(256);
    assertThat(parsed.getBody().getStringValue()).isEqualTo("hi");

    String tooLong = fits.replace("hi", "hi!");
    LogRecord cut = only(sanitizer.sanitize(service("a").log(tooLong).toRequestBytes()).bytes());
    assertThat(cut.getBody().getStringValue()).startsWith("{\"msg\"").endsWith(BodyCutter.MARKER);
    assertThat(attributes(cut)).containsOnlyKeys(BodyCutter.LENGTH);
    assertThat(sanitizer.changes())
        .containsOnly(Map.entry(LogChange.UNPARSED, 1L), Map.entry(LogChange.CUT, 1L));
  }

  private static LogRecord clean(String body, String... rules) {
    byte[] request = service("a").log(body).toRequestBytes();
    return only(sanitizer(SanitizeConfig.defaults(), rules).sanitize(request).bytes());
  }

  private static LogSanitizer sanitizer(SanitizeConfig config, String... rules) {
    Sanitizer sanitizer = TestRules.sanitizer(rules);
    return new LogSanitizer(new RequestSanitizer(sanitizer, Signal.LOGS), sanitizer, config);
  }

  private static SanitizeConfig limit(int bytes) {
    SanitizeConfig defaults = SanitizeConfig.defaults();
    return new SanitizeConfig(
        defaults.maxRecordSize(), defaults.ledgerWindow(), null, true, DataSize.parse(bytes + "B"));
  }

  private static Map<String, String> attributes(LogRecord log) {
    return log.getAttributesList().stream()
        .collect(Collectors.toMap(KeyValue::getKey, entry -> text(entry)));
  }

  private static String text(KeyValue attribute) {
    return attribute.getValue().hasStringValue()
        ? attribute.getValue().getStringValue()
        : attribute.getValue().toString();
  }

  private static LogRecord only(byte[] request) {
    try {
      return ExportLogsServiceRequest.parseFrom(request)
          .getResourceLogs(0)
          .getScopeLogs(0)
          .getLogRecords(0);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }
}
