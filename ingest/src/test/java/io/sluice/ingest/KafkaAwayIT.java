package io.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.common.AggregatedHttpResponse;
import io.sluice.testkit.RestartableBroker;
import io.sluice.testkit.Service;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Success is said only when Kafka has the data; until then clients keep it and come back. */
@WithBroker
class KafkaAwayIT {

  private static final String PROTOBUF = "application/x-protobuf";
  private static final Service SHOP = Telemetry.service("shop");
  private static final byte[] JSON_LOG =
      "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{}]}]}]}"
          .getBytes(StandardCharsets.UTF_8);
  private static final TestConfig IMPATIENT =
      new TestConfig().ackTimeout(Duration.ofSeconds(2)).retryDelay(Duration.ofSeconds(7));

  @Test
  @Timeout(180)
  void clientsAreSentAwayWhileKafkaIsAwayAndServedWhenItIsBack(RestartableBroker kafka) {
    try (TestBroker broker = kafka.newNamespace();
        RunningIngest ingest = RunningIngest.ready(IMPATIENT, broker)) {
      List<byte[]> acknowledged = new ArrayList<>();
      byte[] before = SHOP.log("before").toRequestBytes();
      awaitTaken(ingest, before); // two seconds may be too few for a new producer's first record
      acknowledged.add(before);
      double sentAwayBefore = ingest.sentAway("unavailable");

      kafka.stop();
      for (int i = 0; i < 3; i++) {
        assertSentAway(ingest.post("/v1/logs", PROTOBUF, SHOP.log("away").toRequestBytes()));
      }
      assertSentAway(
          Grpc.call(
                  ingest,
                  OtlpSignal.LOGS.grpcPath(),
                  "application/grpc",
                  null,
                  Grpc.frame(0, SHOP.log("away").toRequestBytes()))
              .join());
      assertThat(
              new String(
                  ingest.post("/v1/logs", "application/json", JSON_LOG).body(),
                  StandardCharsets.UTF_8))
          .isEqualTo("{\"code\":14,\"message\":\"Kafka has not acknowledged: TimeoutException\"}");
      ingest.assertNothingHeld();
      assertThat(ingest.sentAway("unavailable")).isEqualTo(sentAwayBefore + 5);
      assertThat(ingest.sentAway("pressure")).isZero();
      await().atMost(Duration.ofMinutes(2)).until(() -> !ingest.health().ready());

      kafka.restart();
      ingest.awaitReady();
      byte[] after = SHOP.log("after").toRequestBytes();
      awaitTaken(ingest, after);
      acknowledged.add(after);
      for (int i = 0; i < 20; i++) {
        byte[] more = SHOP.log("after " + i).toRequestBytes();
        awaitTaken(ingest, more);
        acknowledged.add(more);
      }

      assertThat(broker.records(OtlpSignal.LOGS.topic()))
          .extracting(record -> record.value())
          .containsAll(acknowledged);
    }
  }

  @Test
  @Timeout(120)
  void serverThatStartsBeforeKafkaServesOnceItIsThere(RestartableBroker kafka) {
    try (TestBroker broker = kafka.newNamespace()) {
      broker.createTopics(2);
      kafka.stop();
      try (RunningIngest ingest = RunningIngest.start(IMPATIENT.build(), broker.connection())) {
        assertSentAway(ingest.post("/v1/logs", PROTOBUF, SHOP.log("early").toRequestBytes()));

        kafka.restart();

        byte[] request = SHOP.log("later").toRequestBytes();
        awaitTaken(ingest.awaitReady(), request);
        assertThat(broker.records(OtlpSignal.LOGS.topic()))
            .extracting(record -> record.value())
            .isNotEmpty()
            .containsOnly(request);
      }
    }
  }

  /** A broker that has just started may take longer for it than these servers wait. */
  private static void awaitTaken(RunningIngest ingest, byte[] request) {
    await()
        .pollDelay(Duration.ZERO)
        .atMost(RunningIngest.PATIENCE)
        .until(() -> ingest.post("/v1/logs", PROTOBUF, request).statusCode() == 200);
  }

  private static void assertSentAway(HttpResponse<byte[]> reply) {
    assertThat(reply.statusCode()).isEqualTo(503);
    assertThat(reply.headers().firstValue("retry-after")).contains("7");
    ErrorStatus error = ErrorStatus.parse(reply.body());
    assertThat(error.code()).isEqualTo(14);
    assertThat(error.message()).isEqualTo("Kafka has not acknowledged: TimeoutException");
  }

  private static void assertSentAway(AggregatedHttpResponse reply) {
    assertThat(reply.trailers().get("grpc-status")).isEqualTo("14");
    assertThat(
            ErrorStatus.parse(
                Base64.getDecoder().decode(reply.trailers().get("grpc-status-details-bin", ""))))
        .isEqualTo(new ErrorStatus(14, "Kafka has not acknowledged: TimeoutException", 7));
  }
}
