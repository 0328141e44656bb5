package io.sluice.ingest;

import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.sluice.schemas.Reason;
import io.sluice.testkit.JsonPrinter;
import io.sluice.testkit.Service;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** OTLP/HTTP as any client sends it: what is accepted, and what comes to the raw topics. */
@WithBroker
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OtlpHttpIT {

  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";
  private static final Service SHOP = service("shop");

  private RunningIngest ingest;
  private RawRecords raw;

  @BeforeAll
  void start(TestBroker broker) {
    ingest = RunningIngest.ready(new TestConfig(), broker);
    raw = new RawRecords(broker);
  }

  @AfterEach
  void nothingIsHeld() {
    ingest.assertNothingHeld();
  }

  @AfterAll
  void stop() {
    ingest.close();
  }

  static Message request(OtlpSignal signal) {
    return switch (signal) {
      case TRACES -> Telemetry.spans(SHOP.span("a").error("no"), SHOP.span("b"));
      case LOGS -> Telemetry.logs(SHOP.log(List.of("ä", 1, true)), service("cart").log("b"));
      case METRICS ->
          Telemetry.metrics(
              SHOP.counter("orders", 1), SHOP.histogram("took", new double[] {1, 2}, 0.5, 3));
    };
  }

  static Stream<Arguments> signals() {
    return Stream.of(OtlpSignal.values())
        .flatMap(signal -> Stream.of(Arguments.of(signal, false), Arguments.of(signal, true)));
  }

  @ParameterizedTest
  @MethodSource("signals")
  void protobufArrivesByteForByte(OtlpSignal signal, boolean gzip) {
    byte[] request = request(signal).toByteArray();

    HttpResponse<byte[]> reply = post(signal, PROTOBUF, request, gzip);

    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.headers().firstValue("content-type")).contains(PROTOBUF);
    assertThat(reply.body()).isEmpty();
    assertThat(raw.added(signal)).containsExactly(request);
  }

  @ParameterizedTest
  @MethodSource("signals")
  void jsonArrivesAsTheSameProtobuf(OtlpSignal signal, boolean gzip) {
    Message request = request(signal);
    byte[] json = JsonPrinter.print(request).getBytes(StandardCharsets.UTF_8);

    HttpResponse<byte[]> reply = post(signal, JSON + "; charset=utf-8", json, gzip);

    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(reply.headers().firstValue("content-type").orElseThrow()).startsWith(JSON);
    assertThat(text(reply)).isEqualTo("{}");
    assertThat(raw.added(signal)).containsExactly(request.toByteArray());
  }

  @Test
  void fieldsThatNobodyKnowsArriveByteForByte() {
    byte[] request =
        Gzip.concat(
            request(OtlpSignal.LOGS).toByteArray(),
            new byte[] {(byte) 0xf8, 0x7f, 5, (byte) 0xfb, 0x7f, 8, 1, (byte) 0xfc, 0x7f});

    assertThat(post(OtlpSignal.LOGS, PROTOBUF, request, false).statusCode()).isEqualTo(200);

    assertThat(raw.added(OtlpSignal.LOGS)).containsExactly(request);
  }

  @Test
  void emptyRequestIsFineAndIsNotSentOn() {
    assertThat(post(OtlpSignal.TRACES, PROTOBUF, new byte[0], false).statusCode()).isEqualTo(200);
    assertThat(post(OtlpSignal.TRACES, PROTOBUF, new byte[0], true).statusCode()).isEqualTo(200);
    assertThat(post(OtlpSignal.TRACES, JSON, "{}".getBytes(StandardCharsets.UTF_8), false))
        .satisfies(reply -> assertThat(text(reply)).isEqualTo("{}"));

    assertThat(raw.added(OtlpSignal.TRACES)).isEmpty();
  }

  @Test
  void severalGzipMembersAreOneBody() {
    byte[] first = SHOP.log("first").toRequestBytes();
    byte[] second = SHOP.log("second").toRequestBytes();
    byte[] members = Gzip.concat(Gzip.of(first), Gzip.of(second));

    HttpResponse<byte[]> reply =
        ingest.post("/v1/logs", PROTOBUF, members, "content-encoding", "gzip");

    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(raw.added(OtlpSignal.LOGS)).containsExactly(Gzip.concat(first, second));
  }

  @Test
  void partlyBadRequestIsAcceptedForTheRestWithTheCount() throws Exception {
    byte[] request =
        Telemetry.spans(
                SHOP.span("good"),
                SHOP.span("bad").id(new byte[8]),
                SHOP.span("bad").id(new byte[4]))
            .toByteArray();

    HttpResponse<byte[]> reply = post(OtlpSignal.TRACES, PROTOBUF, request, false);

    assertThat(reply.statusCode()).isEqualTo(200);
    var partial = ExportTraceServiceResponse.parseFrom(reply.body()).getPartialSuccess();
    assertThat(partial.getRejectedSpans()).isEqualTo(2);
    assertThat(partial.getErrorMessage())
        .isEqualTo("a trace id must be 16 and a span id 8 bytes, not all of them zero");
    byte[] left = raw.added(OtlpSignal.TRACES).get(0);
    assertThat(new String(left, StandardCharsets.UTF_8)).contains("good").doesNotContain("bad");
    assertThat(ingest.refused(Reason.INVALID)).isEqualTo(2);
  }

  @Test
  void partialSuccessInJsonIsJson() {
    String request =
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"traceId\":\"0af7\"},"
            + "{\"body\":{\"stringValue\":\"good\"}}]}]}]}";

    HttpResponse<byte[]> reply =
        post(OtlpSignal.LOGS, JSON, request.getBytes(StandardCharsets.UTF_8), false);

    assertThat(text(reply))
        .isEqualTo(
            "{\"partialSuccess\":{\"rejectedLogRecords\":\"1\","
                + "\"errorMessage\":\"a trace id must be 16 bytes or absent\"}}");
    assertThat(raw.added(OtlpSignal.LOGS)).hasSize(1);
  }

  @Test
  void nothingGoesOnWhenAllIsRejected() throws Exception {
    byte[] request = SHOP.gauge("g", 1).attribute("k".repeat(70_000), 1).toRequestBytes();

    HttpResponse<byte[]> reply = post(OtlpSignal.METRICS, PROTOBUF, request, false);

    assertThat(reply.statusCode()).isEqualTo(200);
    assertThat(
            ExportMetricsServiceResponse.parseFrom(reply.body())
                .getPartialSuccess()
                .getRejectedDataPoints())
        .isEqualTo(1);
    assertThat(raw.added(OtlpSignal.METRICS)).isEmpty();
  }

  private HttpResponse<byte[]> post(
      OtlpSignal signal, String contentType, byte[] body, boolean gzip) {
    return gzip
        ? ingest.post(signal.httpPath(), contentType, Gzip.of(body), "content-encoding", "gzip")
        : ingest.post(signal.httpPath(), contentType, body);
  }

  private static String text(HttpResponse<byte[]> reply) {
    return new String(reply.body(), StandardCharsets.UTF_8);
  }
}
