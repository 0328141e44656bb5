package io.sluice.processors.sanitize;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.sluice.processors.sanitize.SanitizedRequest.Count;
import io.sluice.schemas.Signal;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.schemas.otlp.EveryTextField;
import io.sluice.testkit.Telemetry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RequestSanitizerTest {

  private static final Sanitizer RULES =
      Sanitizer.of(RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES)));

  private final RequestSanitizer logs = new RequestSanitizer(RULES, Signal.LOGS);

  static Stream<Arguments> requests() {
    return Stream.of(
        Arguments.of(Signal.LOGS, ExportLogsServiceRequest.getDescriptor()),
        Arguments.of(Signal.SPANS, ExportTraceServiceRequest.getDescriptor()),
        Arguments.of(Signal.METRICS, ExportMetricsServiceRequest.getDescriptor()));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void findsASecretInEveryFieldThatCanHoldText(Signal signal, Descriptor type) throws Exception {
    RequestSanitizer sanitizer = new RequestSanitizer(RULES, signal);
    List<DynamicMessage> planted = EveryTextField.of(type, "4111 1111 1111 1111");
    List<DynamicMessage> expected = EveryTextField.of(type, "[card]");
    for (int i = 0; i < planted.size(); i++) {
      byte[] sanitized = sanitizer.sanitize(planted.get(i).toByteArray()).bytes();
      assertThat(DynamicMessage.parseFrom(type, sanitized)).isEqualTo(expected.get(i));
    }
  }

  @ParameterizedTest
  @MethodSource("requests")
  void givesBackCleanRequestsAsTheyAre(Signal signal, Descriptor type) {
    RequestSanitizer sanitizer = new RequestSanitizer(RULES, signal);
    for (DynamicMessage message :
        EveryTextField.of(type, "order 550e8400-e29b-41d4-a716-446655440000")) {
      byte[] request = message.toByteArray();
      SanitizedRequest sanitized = sanitizer.sanitize(request);
      assertThat(sanitized.bytes()).isSameAs(request);
      assertThat(sanitized.counts()).isEmpty();
    }
  }

  @Test
  void hidesTheValueOfASecretsNameWhateverItIs() {
    Map<String, Object> body =
        Map.of(
            "text", Map.of("password", "hunter2"),
            "number", Map.of("api_key", 42),
            "list", List.of(Map.of("client-secret", List.of("a", "b"))),
            "map", Map.of("credentials", Map.of("user", "ann")));
    Map<String, Object> clean =
        Map.of(
            "text", Map.of("password", "[redacted]"),
            "number", Map.of("api_key", "[redacted]"),
            "list", List.of(Map.of("client-secret", "[redacted]")),
            "map", Map.of("credentials", "[redacted]"));

    assertThat(body(sanitized(service("a").log(body).toProto())))
        .isEqualTo(service("a").log(clean).toProto().getBody());
  }

  @Test
  void hidesAListOrMapUnderACheckedNameWhenAnythingInItPasses() {
    LogRecord planted =
        service("a")
            .log("x")
            .attribute("http.request.header.x-gitlab-token", List.of("my-webhook-secret"))
            .attribute("bot_token", Map.of("value", List.of("hunter2"), "ok", true))
            .attribute("gc_token", List.of(1, 2))
            .attribute("next_page_token", List.of("h7Kq2mVx9TbL4sZw"))
            .toProto();
    LogRecord clean =
        service("a")
            .log("x")
            .attribute("http.request.header.x-gitlab-token", "[redacted]")
            .attribute("bot_token", "[redacted]")
            .attribute("gc_token", List.of(1, 2))
            .attribute("next_page_token", List.of("h7Kq2mVx9TbL4sZw"))
            .toProto();

    assertThat(sanitized(planted)).isEqualTo(clean);
  }

  @Test
  void takesTheKeyForAWordNearItsValue() {
    LogRecord planted =
        service("a")
            .log(Map.of("contact", Map.of("phone", List.of("030 901820", 4155550123L))))
            .attribute("customer.phone", "(415) 555-0123")
            .attribute("mobile", 4155550123L)
            .attribute("phone", Map.of("home", "030 901820"))
            .attribute("customerPesel", "44051401359")
            .attribute("pesel.value", "44051401359")
            .attribute(
                "user", Map.of("phone", Map.of("number", List.of("4155550123", 4155550123L))))
            .attribute("phone_2", "4155550123")
            .attribute("pan", "6250941006528599")
            .attribute("old_pan", "4222222222222")
            .attribute("alipay.number", "4711123456789012345")
            .toProto();
    LogRecord clean =
        service("a")
            .log(Map.of("contact", Map.of("phone", List.of("[phone]", "[phone]"))))
            .attribute("customer.phone", "[phone]")
            .attribute("mobile", "[phone]")
            .attribute("phone", Map.of("home", "[phone]"))
            .attribute("customerPesel", "[national id]")
            .attribute("pesel.value", "[national id]")
            .attribute("user", Map.of("phone", Map.of("number", List.of("[phone]", "[phone]"))))
            .attribute("phone_2", "[phone]")
            .attribute("pan", "[card]")
            .attribute("old_pan", "[card]")
            .attribute("alipay.number", "[card]")
            .toProto();

    assertThat(sanitized(planted)).isEqualTo(clean);
    assertThat(sanitized(clean)).isEqualTo(clean);
  }

  @Test
  void takesAnArgumentForTheValueOfTheOptionBefore() {
    List<String> planted =
        List.of("docker", "login", "--password", "hunter2", "--quiet", "--token", "--user", "ann");
    List<String> clean =
        List.of(
            "docker", "login", "--password", "[redacted]", "--quiet", "--token", "--user", "ann");

    assertThat(
            sanitized(service("a").log("x").attribute("process.command_args", planted).toProto()))
        .isEqualTo(service("a").log("x").attribute("process.command_args", clean).toProto());
  }

  @Test
  void countsWhatARuleInShadowFindsOnceHoweverOftenAFieldIsLookedAt() {
    RequestSanitizer counting =
        new RequestSanitizer(
            TestRules.sanitizer(TestRules.card("card", "mode: shadow")), Signal.LOGS);

    assertThat(
            counting
                .sanitize(
                    service("a")
                        .log("x")
                        .attribute("pan", List.of("--card", "4111111111111111"))
                        .attribute("card", 4111111111111111L)
                        .toRequestBytes())
                .counts())
        .extracting(Count::fieldPath, Count::count)
        .containsExactlyInAnyOrder(
            tuple("log.attributes.pan", 1L), tuple("log.attributes.card", 1L));
  }

  @Test
  void leavesNumbersThatNoWordOfTheKeyAnnounces() {
    LogRecord record =
        service("a")
            .log(Map.of("phone", Map.of("model", Map.of("build", Map.of("id", 4155550123L)))))
            .attribute("order.id", "030 901820")
            .attribute("telemetry.bytes", 4155550123L)
            .attribute("hotel", "44051401359")
            .attribute("phone.count", 415)
            .attribute("mobile.build", 20231001)
            .attribute("message", "01-02-2026 12:00 started")
            .attribute("mobile.app.started", "2026-01-01 10:00:00")
            .attribute("mobile.release", "20231001")
            .attribute("cell.id", "12345678")
            .attribute("mobile.seen", "1700000000")
            .attribute("mobile.start_ms", 1700000000000L)
            .attribute("phone_4155550123", "x")
            .attribute("dd.span_id", "4711123456789012345")
            .attribute("company.id", 4711123456789012345L)
            .attribute("note", "span_id=4711123456789012345")
            .attribute("compiler", "gcc 4711123456789012345")
            .toProto();

    assertThat(sanitized(record)).isEqualTo(record);
  }

  @Test
  void leavesValuesThatHoldNothingToHide() {
    byte[] request =
        service("a")
            .log("x")
            .attribute("password", "")
            .attribute("secret", true)
            .attribute("token", "[redacted]")
            .attribute("gen_ai.usage.input_tokens", 512)
            .toRequestBytes();
    assertThat(logs.sanitize(request).bytes()).isSameAs(request);
  }

  @Test
  void findsCardsSentAsNumbers() {
    List<Object> body = List.of(4111111111111111L, 5.500000000000004E15, 4111111111111112L, 42);
    List<Object> clean = List.of("[card]", "[card]", 4111111111111112L, 42);

    assertThat(body(sanitized(service("a").log(body).toProto())))
        .isEqualTo(service("a").log(clean).toProto().getBody());
  }

  @Test
  void findsCardsSentAsNumbersInsideMapsAndAttributes() {
    LogRecord planted =
        service("a")
            .log(Map.of("pay", List.of(Map.of("pan", 4.111111111111111E15, "n", 7))))
            .attribute("pan", 4111111111111111L)
            .attribute("fraction", 4.1111111111111E3)
            .toProto();
    LogRecord clean =
        service("a")
            .log(Map.of("pay", List.of(Map.of("pan", "[card]", "n", 7))))
            .attribute("pan", "[card]")
            .attribute("fraction", 4.1111111111111E3)
            .toProto();

    assertThat(sanitized(planted)).isEqualTo(clean);
  }

  @Test
  void leavesNumbersWhoseKeySaysThatTheyMeasure() {
    LogRecord planted =
        service("a")
            .log(Map.of("durationNs", 4111111111111111L, "pay", Map.of("seq", 4111111111111111L)))
            .attribute("epoch_us", 4111111111111111L)
            .attribute("bonus", 4111111111111111L)
            .attribute("card.seq", 4111111111111111L)
            .toProto();
    LogRecord clean =
        service("a")
            .log(Map.of("durationNs", 4111111111111111L, "pay", Map.of("seq", "[card]")))
            .attribute("epoch_us", 4111111111111111L)
            .attribute("bonus", "[card]")
            .attribute("card.seq", "[card]")
            .toProto();

    assertThat(sanitized(planted)).isEqualTo(clean);
  }

  @Test
  void takesANumberForTheTextOfItsDigits() {
    RequestSanitizer keyed =
        new RequestSanitizer(
            TestRules.sanitizer(
                TestRules.keys("token", "account", "action: tokenize"),
                TestRules.keys("mask", "phone", "action: mask"),
                TestRules.keys("list", "zip", "exceptions: {values: ['12345', '1.5']}")),
            Signal.LOGS);
    String token =
        TestRules.text(TestRules.keys("token", "account", "action: tokenize"))
            .sanitizeKeyed("account", "123456789012");

    assertThat(
            keyed
                .sanitize(
                    service("a")
                        .log(List.of(Map.of("account", 123456789012L, "zip", 12345)))
                        .attribute("account", 1.23456789012E11)
                        .attribute("phone", 4915112345678L)
                        .attribute("zip", 1.5)
                        .attribute("x.zip", 54321)
                        .toRequestBytes())
                .bytes())
        .isEqualTo(
            service("a")
                .log(List.of(Map.of("account", token, "zip", 12345)))
                .attribute("account", token)
                .attribute("phone", "*********5678")
                .attribute("zip", 1.5)
                .attribute("x.zip", "[redacted]")
                .toRequestBytes());
  }

  @Test
  void looksAgainAtWhatAMaskOrACutAddressLeaves() {
    RequestSanitizer keyed =
        new RequestSanitizer(
            TestRules.sanitizer(
                TestRules.keys("cut", "client", "action: truncate-ip"),
                TestRules.address("address", "placeholder: '[ip]'")),
            Signal.LOGS);

    assertThat(
            keyed
                .sanitize(service("a").log("x").attribute("client", "10.1.2.3").toRequestBytes())
                .bytes())
        .isEqualTo(service("a").log("x").attribute("client", "[ip]").toRequestBytes());
  }

  @Test
  void leavesOutAnUnknownFieldWithASecretAndKeepsOthers() throws Exception {
    LogRecord record =
        service("a").log("x").toProto().toBuilder()
            .setUnknownFields(
                UnknownFieldSet.newBuilder()
                    .addField(50, bytes("GET /orders"))
                    .addField(51, bytes("password=hunter2"))
                    .build())
            .build();

    UnknownFieldSet left = sanitized(record).getUnknownFields();

    assertThat(left.asMap()).containsOnlyKeys(50);
    assertThat(left.getField(50)).isEqualTo(bytes("GET /orders"));
  }

  @Test
  void countsByRuleAndField() {
    byte[] request =
        Telemetry.logs(
                service("clean").log("x"),
                service("leaky").log("password=a token=b"),
                service("leaky").log(Map.of("user", Map.of("password", "x"))),
                service("leaky").log("x").attribute("note", "card 4111111111111111"))
            .toByteArray();

    assertThat(logs.sanitize(request).counts())
        .extracting(Count::resource, Count::ruleId, Count::fieldPath, Count::count)
        .containsExactlyInAnyOrder(
            tuple(1, "credentials.assignment", "log.body", 2L),
            tuple(1, "credentials.keys", "log.body.user.password", 1L),
            tuple(1, "payment.card-number", "log.attributes.note", 1L));
  }

  @Test
  void writesNoSecretAndNoIdIntoPaths() {
    Map<String, Object> body =
        Map.of(
            "4111111111111111",
            "password=a",
            "order-8471239",
            "password=b",
            "k".repeat(5000),
            "password=c",
            "password=hunter2",
            "password=d",
            "naïve\n\"key\"",
            "password=e");

    assertThat(logs.sanitize(service("a").log(body).toRequestBytes()).counts())
        .extracting(Count::fieldPath)
        .allMatch(path -> path.matches("log\\.body(\\.[A-Za-z0-9_.*-]{1,64})?"))
        .noneMatch(
            path -> path.contains("4111") || path.contains("847") || path.contains("hunter"));
  }

  @Test
  void boundsTheFieldsThatItCountsApart() {
    List<Map<String, String>> entries =
        IntStream.range(0, 2000).mapToObj(i -> Map.of("k" + i, "password=x")).toList();

    List<Count> counts = logs.sanitize(service("a").log(entries).toRequestBytes()).counts();

    assertThat(counts).hasSizeLessThanOrEqualTo(RequestSanitizer.MAX_FIELDS + 1);
    assertThat(counts.stream().mapToLong(Count::count).sum()).isEqualTo(2000);
  }

  /** A body with one secret somewhere inside. */
  @Provide
  Arbitrary<Object> nestedSecret() {
    Arbitrary<String> secrets =
        Arbitraries.of(
            "password=Hunter2Secret",
            "https://ann:Hunter2Secret@host/",
            "authorization: bearer Hunter2Secret",
            "{\"api_key\": \"Hunter2Secret\"}");
    return Arbitraries.recursive(
        () -> secrets.map(secret -> (Object) secret),
        inner ->
            Arbitraries.oneOf(
                inner.map(value -> List.of("x", value, 5)),
                inner.map(value -> Map.of("a", value, "b.c", "clean")),
                inner.map(value -> Map.of("list", List.of(Map.of(), List.of(value))))),
        0,
        8);
  }

  @Property(tries = 300)
  void noSecretSurvivesWhereverItIsNested(@ForAll("nestedSecret") Object body) {
    byte[] request = service("a").log(body).attribute("deep", body).toRequestBytes();
    byte[] sanitized = logs.sanitize(request).bytes();

    assertThat(new String(request, StandardCharsets.ISO_8859_1)).contains("Hunter2Secret");
    assertThat(new String(sanitized, StandardCharsets.ISO_8859_1)).doesNotContain("Hunter2Secret");
    assertThat(logs.sanitize(sanitized).bytes()).isSameAs(sanitized);
  }

  private LogRecord sanitized(LogRecord record) {
    byte[] request =
        service("a").log("").with(builder -> builder.clear().mergeFrom(record)).toRequestBytes();
    try {
      return ExportLogsServiceRequest.parseFrom(logs.sanitize(request).bytes())
          .getResourceLogs(0)
          .getScopeLogs(0)
          .getLogRecords(0);
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError("the sanitized request is no protobuf", e);
    }
  }

  private static Object body(LogRecord record) {
    return record.getBody();
  }

  private static UnknownFieldSet.Field bytes(String text) {
    return UnknownFieldSet.Field.newBuilder()
        .addLengthDelimited(ByteString.copyFromUtf8(text))
        .build();
  }
}
