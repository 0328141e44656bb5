package io.sluice.sinks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.sluice.schemas.Reason;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.DeadLetterWriter;
import io.sluice.testkit.SaslBroker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DeadLetterWriterIT {

  private static final ConsumerRecord<byte[], byte[]> POISON =
      new ConsumerRecord<>("logs", 0, 7, null, "?".getBytes(StandardCharsets.UTF_8));

  @Test
  @Timeout(100) // what a producer that is stuck takes to give up is more
  void writesOnceKafkaLetsItIn() {
    try (SaslBroker kafka = SaslBroker.start();
        DeadLetterWriter letters = new DeadLetterWriter(kafka.connectionOf("sink"), "sink")) {
      kafka.namespace().createTopics(1);
      letters.write(POISON, Reason.MALFORMED, "no record");
      assertThatThrownBy(letters::flush).isInstanceOf(KafkaException.class);

      kafka.add("sink");

      await()
          .ignoreExceptionsInstanceOf(KafkaException.class) // until all of the broker knows
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(
              () -> {
                letters.write(POISON, Reason.MALFORMED, "no record");
                letters.flush();
              });
      assertThat(kafka.namespace().records(Topics.DEAD_LETTERS)).isNotEmpty();
    }
  }
}
