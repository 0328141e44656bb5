package io.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Memory for requests under way is bounded: who comes too much is asked to come back. */
@WithBroker
class PressureIT {

  private static final int IN_FLIGHT = 100_000;
  private static final String PROTOBUF = "application/x-protobuf";
  private static final byte[] SMALL = Telemetry.service("shop").log("small").toRequestBytes();

  private RunningIngest ingest;

  @BeforeEach
  void start(TestBroker broker) {
    ingest =
        RunningIngest.ready(
            new TestConfig().maxInFlight(IN_FLIGHT).retryDelay(Duration.ofSeconds(7)), broker);
  }

  @AfterEach
  void stop() {
    ingest.close();
  }

  @Test
  void requestsThatDoNotFitAreSentAwayUntilThereIsRoom(TestBroker broker) {
    try (RawHttp slow = new RawHttp(ingest.httpPort())) {
      slow.send(announce(IN_FLIGHT)).send(new byte[IN_FLIGHT - 10]);
      await().atMost(RunningIngest.PATIENCE).until(() -> ingest.held() >= IN_FLIGHT - 10);

      assertSentAway(ingest.post("/v1/logs", PROTOBUF, SMALL));
      AggregatedHttpResponse reply =
          Grpc.call(
                  ingest,
                  OtlpSignal.LOGS.grpcPath(),
                  "application/grpc",
                  null,
                  Grpc.frame(0, SMALL))
              .join();
      assertThat(reply.trailers().get("grpc-status")).isEqualTo("8");
      assertThat(
              ErrorStatus.parse(
                  Base64.getDecoder().decode(reply.trailers().get("grpc-status-details-bin", ""))))
          .isEqualTo(new ErrorStatus(8, "too many requests are under way; come back later", 7));
      assertThat(broker.records(OtlpSignal.LOGS.topic())).isEmpty();
      assertThat(ingest.sentAway("pressure")).isEqualTo(2.0);
      assertThat(ingest.sentAway("unavailable")).isZero();
    }
    ingest.assertNothingHeld(); // the slow client went away

    assertThat(ingest.post("/v1/logs", PROTOBUF, SMALL).statusCode()).isEqualTo(200);
  }

  @Test
  void inflatingCountsToo() {
    byte[] zipped = Gzip.of(new byte[50_000]);
    try (RawHttp slow = new RawHttp(ingest.httpPort())) {
      slow.send(announce(IN_FLIGHT / 2 + 1)).send(new byte[IN_FLIGHT / 2]);
      await().atMost(RunningIngest.PATIENCE).until(() -> ingest.held() >= IN_FLIGHT / 2);

      assertSentAway(ingest.post("/v1/logs", PROTOBUF, zipped, "content-encoding", "gzip"));
    }
    ingest.assertNothingHeld();
  }

  @Test
  void whatWouldNeverFitIsTooLarge() {
    byte[] zipped = Gzip.of(new byte[200_000]);

    HttpResponse<byte[]> reply =
        ingest.post("/v1/logs", PROTOBUF, zipped, "content-encoding", "gzip");

    assertThat(reply.statusCode()).isEqualTo(413);
    assertThat(ErrorStatus.parse(reply.body()).message())
        .isEqualTo("the request takes more than 100000 bytes while it is read");
    ingest.assertNothingHeld();
  }

  @Test
  void whatIsOnlyAnnouncedKeepsNobodyOut() {
    try (RawHttp first = new RawHttp(ingest.httpPort());
        RawHttp second = new RawHttp(ingest.httpPort())) {
      first.send(announce(IN_FLIGHT)).send("x");
      second.send(announce(IN_FLIGHT)).send("x");
      await().atMost(RunningIngest.PATIENCE).until(() -> ingest.held() == 2);

      assertThat(ingest.post("/v1/logs", PROTOBUF, SMALL).statusCode()).isEqualTo(200);
    }
    ingest.assertNothingHeld();
  }

  private static String announce(int bytes) {
    return "POST /v1/logs HTTP/1.1\r\nhost: x\r\ncontent-type: "
        + PROTOBUF
        + "\r\ncontent-length: "
        + bytes
        + "\r\n\r\n";
  }

  private static void assertSentAway(HttpResponse<byte[]> reply) {
    assertThat(reply.statusCode()).isEqualTo(429);
    assertThat(reply.headers().firstValue("retry-after")).contains("7");
    assertThat(new String(reply.body(), StandardCharsets.UTF_8))
        .contains("too many requests are under way; come back later");
  }
}
