package io.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.testkit.SaslBroker;
import io.sluice.testkit.Telemetry;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A server that starts before its user is known to Kafka. */
class NotLetInIT {

  private static final String PROTOBUF = "application/x-protobuf";

  @Test
  @Timeout(180)
  void servesOnceKafkaLetsItIn() {
    byte[] request = Telemetry.service("shop").log("later").toRequestBytes();
    try (SaslBroker kafka = SaslBroker.start()) {
      kafka.namespace().createTopics(2);
      try (RunningIngest ingest =
          RunningIngest.start(
              new TestConfig().ackTimeout(Duration.ofSeconds(2)).build(),
              kafka.connectionOf("ingest"))) {
        assertThat(ingest.post("/v1/logs", PROTOBUF, request).statusCode()).isEqualTo(503);
        assertThat(ingest.health().ready()).isFalse();

        kafka.add("ingest");

        ingest.awaitReady();
        await()
            .pollDelay(Duration.ZERO)
            .atMost(RunningIngest.PATIENCE)
            .until(() -> ingest.post("/v1/logs", PROTOBUF, request).statusCode() == 200);
      }
    }
  }
}
