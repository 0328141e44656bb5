package io.sluice.processor.runtime;

import static io.sluice.processor.runtime.LaneProcessor.bytes;
import static io.sluice.processor.runtime.LaneProcessor.text;
import static io.sluice.processor.runtime.RunningStage.PATIENCE;
import static io.sluice.processor.runtime.RunningStage.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.testkit.RestartableBroker;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker goes away under an open transaction, for longer than the producer waits. */
@WithBroker
class BrokerOutageIT {

  @TempDir private Path state;

  @Test
  void noRecordIsLostOrDoubledWhenACommitTimesOut(RestartableBroker own) {
    CountDownLatch open = new CountDownLatch(1);
    CountDownLatch away = new CountDownLatch(1);
    LaneProcessor processor =
        LaneProcessor.of(
            (input, out) -> {
              LaneProcessor.copy(input, out);
              if (text(input).equals("open")) {
                open.countDown();
                awaitQuietly(away); // the transaction stays open until then
              }
            });
    try (TestBroker broker = own.newNamespace()) {
      broker.createTopics(1);
      try (RunningStage stage =
          RunningStage.start(processor, impatient(broker), StreamsSettings.defaults(), state)) {
        stage.awaitReady();
        broker.produce(Topics.RAW_LOGS, null, bytes("committed"));
        assertThat(values(broker, Topics.LOGS, 1)).containsExactly("committed");
        broker.produce(Topics.RAW_LOGS, null, bytes("open"));
        awaitQuietly(open);
        own.stop();
        away.countDown();
        await().atMost(PATIENCE).until(() -> stage.threadsReplaced() > 0);
        own.restart();
        broker.produce(Topics.RAW_LOGS, null, bytes("after"));

        assertThat(values(broker, Topics.LOGS, 3)).containsExactly("committed", "open", "after");
      }
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      assertThat(latch.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Gives up after seconds; the default is a minute. */
  private static KafkaConnection impatient(TestBroker broker) {
    return new KafkaConnection(
        broker.connection().bootstrapServers(),
        Map.of("producer.max.block.ms", "2000"),
        broker.connection().namespace());
  }
}
