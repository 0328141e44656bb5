package io.sluice.instrumentation.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.testkit.SaslBroker;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Kafka's own producer, which is not let in. */
@Timeout(180)
class CourierIT {

  @Test
  void deliversWhatWaitedOnceItIsLetIn() {
    Counts counts = new Counts();
    try (SaslBroker kafka = SaslBroker.start()) {
      kafka.namespace().createTopic(Topics.RAW_SPANS, 1);
      KafkaConnection shop = kafka.connectionOf("shop");
      Courier courier =
          new Courier(
              new Settings(
                  shop.bootstrapServers(),
                  shop.namespace().name(),
                  4 << 20,
                  Duration.ofSeconds(10),
                  shop.properties()),
              counts);
      courier.use(Signal.SPANS);
      courier.start();
      assertThat(courier.take(Signal.SPANS, 1, null, new byte[] {1})).isTrue();
      await()
          .atMost(Duration.ofMinutes(2))
          .until(() -> counts.renewals().containsKey(DropReason.UNAUTHORIZED));

      kafka.add("shop");

      assertThat(courier.flush().join(60, TimeUnit.SECONDS).isSuccess()).isTrue();
      assertThat(kafka.namespace().records(Topics.RAW_SPANS)).hasSize(1);
      assertThat(counts.dropped().values()).containsOnly(0L);
      courier.close().join(20, TimeUnit.SECONDS);
    }
  }
}
