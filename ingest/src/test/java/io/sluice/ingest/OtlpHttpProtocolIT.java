package io.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are wrong as HTTP, and bodies over the limit: refused, and the server goes on. */
@WithBroker
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OtlpHttpProtocolIT {

  private static final int MAX_BODY = 64 << 10;
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";
  private static final byte[] GOOD = Telemetry.service("shop").span("good").toRequestBytes();

  private RunningIngest ingest;
  private RawRecords raw;

  @BeforeAll
  void start(TestBroker broker) {
    ingest = RunningIngest.ready(new TestConfig().maxBodySize(MAX_BODY), broker);
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

  @ParameterizedTest
  @ValueSource(strings = {PROTOBUF, JSON})
  void bodyOverTheLimitIsRefusedAtItsAnnouncement(String type) {
    String reply = raw("POST /v1/traces", "content-type: " + type, "content-length: 1000000000");

    assertTooLarge(reply);
  }

  @ParameterizedTest
  @ValueSource(strings = {PROTOBUF, JSON})
  void bodyOverTheLimitIsRefusedWhenItComesInChunks(String type) {
    try (RawHttp http = new RawHttp(ingest.httpPort())) {
      http.send(head("POST /v1/traces", "content-type: " + type, "transfer-encoding: chunked"));
      http.send("11000\r\n").send(new byte[0x11000]).send("\r\n"); // and this is not all

      assertTooLarge(http.reply());
    }
  }

  @Test
  void bodyShorterThanAnnouncedIsNotAccepted() {
    try (RawHttp http = new RawHttp(ingest.httpPort())) {
      http.send(
          head(
              "POST /v1/traces",
              "content-type: " + PROTOBUF,
              "content-length: " + GOOD.length * 2));
      http.send(GOOD).endOfInput();

      assertThat(http.reply()).doesNotContain("200 OK");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "1, 2", "99999999999999999999", "x"})
  void lengthThatIsNoneIsRefused(String length) {
    assertThat(raw("POST /v1/traces", "content-type: " + PROTOBUF, "content-length: " + length))
        .startsWith("HTTP/1.1 400");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "PUT", "DELETE", "PATCH", "OPTIONS"})
  void otherMethodsAreNotAllowed(String method) {
    assertThat(raw(method + " /v1/traces", "content-type: " + PROTOBUF))
        .startsWith("HTTP/1.1 405")
        .containsIgnoringCase("\r\nallow: POST\r\n");
  }

  @Test
  void notAllowedIsSaidInASentence() {
    assertThat(raw("GET /v1/traces")).endsWith("OTLP is sent with POST\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/v1", "/v1/traces/", "/v1/profiles", "/V1/TRACES", "/metrics"})
  void otherPathsAreNotFound(String path) {
    assertThat(raw("POST " + path, "content-type: " + PROTOBUF, "content-length: 0"))
        .startsWith("HTTP/1.1 404")
        .contains("OTLP is at /v1/traces, /v1/logs and /v1/metrics");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/v1/../../etc/passwd", "/v1/%2e%2e/traces", "/v1/..%2f..%2fetc"})
  void pathsThatClimbAreRefused(String path) {
    assertThat(raw("POST " + path, "content-type: " + PROTOBUF, "content-length: 0"))
        .startsWith("HTTP/1.1 400");
  }

  private static void assertTooLarge(String reply) {
    assertThat(reply)
        .startsWith("HTTP/1.1 413")
        .contains("the body is larger than " + MAX_BODY + " bytes")
        .doesNotContainIgnoringCase("retry-after");
  }

  private String raw(String first, String... headers) {
    try (RawHttp http = new RawHttp(ingest.httpPort())) {
      return http.send(head(first, headers)).reply();
    }
  }

  private static String head(String first, String... headers) {
    return Stream.concat(
            Stream.of(first + " HTTP/1.1", "host: x", "connection: close"), Stream.of(headers))
        .collect(Collectors.joining("\r\n", "", "\r\n\r\n"));
  }
}
