package io.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Reason;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Bad input over OTLP/HTTP: each is answered with a sentence, and the server goes on. */
@WithBroker
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OtlpHttpRefusalsIT {

  private static final int MAX_BODY = 64 << 10;
  private static final int MAX_INFLATED = 256 << 10;
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";
  private static final byte[] GOOD = Telemetry.service("shop").span("good").toRequestBytes();

  private RunningIngest ingest;
  private RawRecords raw;

  @BeforeAll
  void start(TestBroker broker) {
    ingest =
        RunningIngest.ready(
            new TestConfig().maxBodySize(MAX_BODY).maxInflatedSize(MAX_INFLATED), broker);
    raw = new RawRecords(broker);
  }

  @AfterEach
  void serverGoesOn() {
    assertThat(ingest.post("/v1/traces", PROTOBUF, GOOD).statusCode()).isEqualTo(200);
    assertThat(raw.added(OtlpSignal.TRACES)).containsExactly(GOOD);
    ingest.assertNothingHeld();
  }

  @AfterAll
  void stop() {
    ingest.close();
  }

  static Stream<Arguments> refused() {
    byte[] half = Arrays.copyOf(Gzip.of(GOOD), 40);
    byte[] bomb = Gzip.of(new byte[20_000_000]);
    byte[] deepJson = bytes("{\"a\":" + "[".repeat(10_000));
    return Stream.of(
        refusal(
            "no protobuf",
            PROTOBUF,
            "",
            bytes("hello"),
            400,
            3,
            "not valid protobuf",
            Reason.MALFORMED),
        refusal(
            "truncated",
            PROTOBUF,
            "",
            Arrays.copyOf(GOOD, 30),
            400,
            3,
            "not valid protobuf",
            Reason.MALFORMED),
        refusal(
            "bomb",
            PROTOBUF,
            "gzip",
            bomb,
            413,
            8,
            "inflates to more than 262144 bytes",
            Reason.TOO_LARGE),
        refusal(
            "JSON bomb",
            JSON,
            "gzip",
            bomb,
            413,
            8,
            "inflates to more than 262144 bytes",
            Reason.TOO_LARGE),
        refusal(
            "truncated gzip",
            PROTOBUF,
            "gzip",
            half,
            400,
            3,
            "not complete, valid gzip",
            Reason.MALFORMED),
        refusal(
            "no gzip",
            PROTOBUF,
            "gzip",
            GOOD,
            400,
            3,
            "not complete, valid gzip",
            Reason.MALFORMED),
        refusal(
            "gzip twice",
            PROTOBUF,
            "gzip",
            Gzip.of(Gzip.of(GOOD)),
            400,
            3,
            "not valid protobuf",
            Reason.MALFORMED),
        refusal(
            "two encodings",
            PROTOBUF,
            "gzip, gzip",
            GOOD,
            415,
            12,
            "Content-Encoding must be gzip or absent",
            Reason.UNSUPPORTED),
        refusal(
            "brotli",
            PROTOBUF,
            "br",
            GOOD,
            415,
            12,
            "Content-Encoding must be gzip or absent",
            Reason.UNSUPPORTED),
        refusal(
            "snappy",
            JSON,
            "snappy",
            GOOD,
            415,
            12,
            "Content-Encoding must be gzip or absent",
            Reason.UNSUPPORTED),
        refusal(
            "text",
            "text/plain",
            "",
            GOOD,
            415,
            12,
            "Content-Type must be application/x-protobuf or application/json",
            Reason.UNSUPPORTED),
        refusal(
            "no type at all", "", "", GOOD, 415, 12, "Content-Type must be", Reason.UNSUPPORTED),
        refusal(
            "type that is none",
            "/;;",
            "",
            GOOD,
            415,
            12,
            "Content-Type must be",
            Reason.UNSUPPORTED),
        refusal(
            "empty JSON",
            JSON,
            "",
            new byte[0],
            400,
            3,
            "the body is empty; JSON needs at least {}",
            Reason.MALFORMED),
        refusal(
            "no JSON",
            JSON,
            "",
            bytes("hello"),
            400,
            3,
            "not valid JSON (line 1, column",
            Reason.MALFORMED),
        refusal(
            "deep JSON",
            JSON,
            "",
            deepJson,
            400,
            3,
            "the JSON is nested deeper than 144",
            Reason.TOO_DEEP),
        refusal(
            "base64 id",
            JSON,
            "",
            bytes(
                "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"W47/95gDgQPSabYzgT/GDA==\"}]}]}]}"),
            400,
            3,
            "traceId: expected hex digits (line 1, column",
            Reason.MALFORMED));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void badBodyIsRefusedWithASentence(
      String what,
      String type,
      String encoding,
      byte[] body,
      int status,
      int code,
      String sentence,
      Reason reason) {
    double before = ingest.refused(reason);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(ingest.http("/v1/traces"))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (!type.isEmpty()) {
      request.header("content-type", type);
    }
    if (!encoding.isEmpty()) {
      request.header("content-encoding", encoding);
    }

    HttpResponse<byte[]> reply = ingest.send(request.build()).join();

    assertThat(reply.statusCode()).isEqualTo(status);
    assertThat(reply.headers().firstValue("retry-after")).isEmpty();
    if (type.equals(JSON)) {
      assertThat(new String(reply.body(), StandardCharsets.UTF_8))
          .startsWith("{\"code\":" + code + ",\"message\":\"")
          .contains(sentence);
    } else {
      ErrorStatus error = ErrorStatus.parse(reply.body());
      assertThat(error.code()).isEqualTo(code);
      assertThat(error.message()).contains(sentence);
    }
    assertThat(ingest.refused(reason)).isEqualTo(before + 1);
  }

  private static Arguments refusal(Object... values) {
    return Arguments.of(values);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
