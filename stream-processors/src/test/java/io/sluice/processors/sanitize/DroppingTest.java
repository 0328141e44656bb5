package io.sluice.processors.sanitize;

import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.traceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.sluice.processors.sanitize.SanitizedRequest.Count;
import io.sluice.schemas.Signal;
import io.sluice.schemas.otlp.EveryTextField;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DroppingTest {

  private static final String CARD = "4111 1111 1111 1111";

  static Stream<Arguments> requests() {
    return Stream.of(
        Arguments.of(Signal.LOGS, ExportLogsServiceRequest.getDescriptor()),
        Arguments.of(Signal.SPANS, ExportTraceServiceRequest.getDescriptor()),
        Arguments.of(Signal.METRICS, ExportMetricsServiceRequest.getDescriptor()));
  }

  @ParameterizedTest
  @MethodSource("requests")
  void dropsAnyFieldWithASecret(Signal signal, Descriptor type) throws Exception {
    RequestSanitizer sanitizer = sanitizer(signal, TestRules.card("a", "action: drop-field"));
    for (DynamicMessage planted : EveryTextField.of(type, CARD)) {
      byte[] left = sanitizer.sanitize(planted.toByteArray()).bytes();
      assertThat(new String(left, StandardCharsets.ISO_8859_1))
          .doesNotContain("4111", "[redacted]");
      assertThat(DynamicMessage.parseFrom(type, left).getUnknownFields().asMap()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("requests")
  void dropsEveryRecordOfARequestWithASecretInEveryField(Signal signal, Descriptor type) {
    RequestSanitizer sanitizer = sanitizer(signal, TestRules.card("a", "action: drop-record"));
    for (DynamicMessage planted : EveryTextField.of(type, CARD)) {
      byte[] left = sanitizer.sanitize(planted.toByteArray()).bytes();
      assertThat(new RequestSplitter(signal, 1, 1 << 20).split(left).parts()).isEmpty();
      assertThat(new String(left, StandardCharsets.ISO_8859_1)).doesNotContain("4111");
    }
  }

  @Test
  void dropsTheEntryWithTheKeyOrTheSecret() {
    byte[] request =
        service("a")
            .log(Map.of("user", Map.of("note", "x " + CARD, "age", 5)))
            .attribute("password", "x")
            .attribute("order", 7)
            .toRequestBytes();

    SanitizedRequest left =
        sanitizer(
                Signal.LOGS,
                TestRules.card("card", "action: drop-field"),
                TestRules.keys("keys", "password", "action: drop-field"))
            .sanitize(request);

    assertThat(left.bytes())
        .isEqualTo(
            service("a")
                .log(Map.of("user", Map.of("age", 5)))
                .attribute("order", 7)
                .toRequestBytes());
    assertThat(left.counts())
        .extracting(Count::ruleId, Count::fieldPath, Count::count)
        .containsExactlyInAnyOrder(
            tuple("card", "log.body.user.note", 1L), tuple("keys", "log.attributes.password", 1L));
  }

  @Test
  void dropsRecordsWithASecretAndKeepsTheOthersByteForByte() {
    byte[] request =
        Telemetry.logs(
                service("a").log("first"),
                service("a").log("leak " + CARD).attribute("again", CARD),
                service("b").log("second"),
                service("b").log("third").attribute("n", 4111111111111111L),
                service("b").log("fourth").attribute("password", "x"))
            .toByteArray();

    SanitizedRequest left =
        sanitizer(
                Signal.LOGS,
                TestRules.card("card", "action: drop-record"),
                TestRules.keys("keys", "password", "action: drop-record"))
            .sanitize(request);

    assertThat(left.bytes())
        .isEqualTo(
            Telemetry.logs(service("a").log("first"), service("b").log("second")).toByteArray());
    assertThat(left.counts())
        .extracting(Count::resource, Count::ruleId, Count::fieldPath, Count::count)
        .containsExactlyInAnyOrder(
            tuple(0, "card", "log.body", 1L),
            tuple(1, "card", "log.attributes.n", 1L),
            tuple(1, "keys", "log.attributes.password", 1L));
  }

  @Test
  void dropsAllRecordsOfAResourceWithASecret() {
    byte[] request =
        Telemetry.logs(
                service("a").with("owner", CARD).log("1"),
                service("a").with("owner", CARD).log("2"),
                service("b").log("3"))
            .toByteArray();

    SanitizedRequest left =
        sanitizer(Signal.LOGS, TestRules.card("card", "action: drop-record")).sanitize(request);
    RequestSplitter splitter = new RequestSplitter(Signal.LOGS, 1, 1 << 20);

    assertThat(splitter.split(left.bytes()).parts())
        .extracting(RequestSplitter.Part::service)
        .containsExactly("b");
    assertThat(left.counts())
        .extracting(Count::resource, Count::fieldPath, Count::count)
        .containsExactly(tuple(0, "resource.attributes.owner", 2L));
  }

  @Test
  void dropsSpans() {
    SpanBuilder good = service("a").span("good").trace(traceId(1));
    SpanBuilder bad = service("a").span("bad").trace(traceId(1)).event("e", Map.of("note", CARD));

    assertThat(
            sanitizer(Signal.SPANS, TestRules.card("card", "action: drop-record"))
                .sanitize(Telemetry.spans(good, bad).toByteArray())
                .bytes())
        .isEqualTo(Telemetry.spans(good).toByteArray());
  }

  @Test
  void dropsPointsAndMetricsThatHaveNoneLeft() throws Exception {
    NumberDataPoint good = NumberDataPoint.newBuilder().setAsInt(1).build();
    NumberDataPoint bad =
        good.toBuilder()
            .addAttributes(service("a").log("").attribute("x", CARD).toProto().getAttributes(0))
            .build();
    Metric mixed = gauge("mixed", bad, good, bad);
    Metric lost = gauge("lost", bad);
    Metric named = gauge(CARD, good, good);
    Metric clean = gauge("clean", good);

    SanitizedRequest left =
        sanitizer(Signal.METRICS, TestRules.card("card", "action: drop-record"))
            .sanitize(metrics(mixed, lost, named, clean));

    assertThat(ExportMetricsServiceRequest.parseFrom(left.bytes()))
        .isEqualTo(ExportMetricsServiceRequest.parseFrom(metrics(gauge("mixed", good), clean)));
    assertThat(left.counts())
        .extracting(Count::fieldPath, Count::count)
        .containsExactlyInAnyOrder(
            tuple("metric.gauge.data_points.attributes.x", 3L), tuple("metric.name", 2L));
  }

  @Test
  void dropsAllRecordsWhenTheSecretStandsBesideAllResources() {
    ByteString clean = ByteString.copyFrom(service("a").log("x").toRequestBytes());
    ByteString unknown =
        UnknownFieldSet.newBuilder()
            .addField(
                9,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8(CARD))
                    .build())
            .build()
            .toByteString();

    SanitizedRequest left =
        sanitizer(Signal.LOGS, TestRules.card("card", "action: drop-record"))
            .sanitize(unknown.concat(clean).toByteArray());

    assertThat(new RequestSplitter(Signal.LOGS, 1, 1 << 20).split(left.bytes()).parts()).isEmpty();
    assertThat(left.counts())
        .extracting(Count::resource, Count::count)
        .containsExactly(tuple(-1, 1L));
  }

  @Test
  void shadowRulesDropNothing() {
    byte[] request = service("a").log(CARD).attribute("password", "x").toRequestBytes();

    SanitizedRequest left =
        sanitizer(
                Signal.LOGS,
                TestRules.card("card", "action: drop-record", "mode: shadow"),
                TestRules.keys("keys", "password", "action: drop-field", "mode: shadow"))
            .sanitize(request);

    assertThat(left.bytes()).isSameAs(request);
    assertThat(left.counts()).extracting(Count::enforced).containsExactly(false, false);
  }

  @Test
  void redactsInATextThatHasNoFields() {
    for (String action : List.of("drop-field", "drop-record")) {
      TextSanitizer text =
          TestRules.text(
              TestRules.card("a", "action: " + action),
              TestRules.keys("b", "pin", "action: " + action));
      assertThat(text.sanitize("card " + CARD)).isEqualTo("card [redacted]");
      assertThat(text.sanitizeKeyed("pin", "1234")).isEqualTo("[redacted]");
    }
  }

  private static RequestSanitizer sanitizer(Signal signal, String... rules) {
    return new RequestSanitizer(TestRules.sanitizer(rules), signal);
  }

  private static Metric gauge(String name, NumberDataPoint... points) {
    return Metric.newBuilder()
        .setName(name)
        .setGauge(Gauge.newBuilder().addAllDataPoints(List.of(points)))
        .build();
  }

  private static byte[] metrics(Metric... metrics) {
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    request.addResourceMetricsBuilder().addScopeMetricsBuilder().addAllMetrics(List.of(metrics));
    return request.build().toByteArray();
  }
}
