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
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker goes away under an open transaction, for longer than the producer waits. */
@WithBroker
class BrokerOutageIT {

  @TempDir private Path state;

  @Test
  void noRecordIsLostOrDoubledWhenACommitTimesOut(RestartableBroker own) {
    CountDownLatch held = new CountDownLatch(1);
    CountDownLatch away = new CountDownLatch(1);
    LaneProcessor processor =
        LaneProcessor.of(
            (input, out) -> {
              if (text(input).equals("hold")) {
                held.countDown();
                awaitQuietly(away); // the transaction of the record before stays open until then
              } else {
                LaneProcessor.copy(input, out);
              }
            });
    try (TestBroker broker = own.newNamespace()) {
      broker.createTopics(1);
      try (RunningStage stage =
          RunningStage.start(processor, impatient(broker), slowCommits(), state)) {
        stage.awaitReady();
        broker.produce(Topics.RAW_LOGS, null, bytes("committed"));
        assertThat(values(broker, Topics.LOGS, 1)).containsExactly("committed");
        broker.produce(Topics.RAW_LOGS, null, bytes("open"));
        broker.produce(Topics.RAW_LOGS, null, bytes("hold"));
        awaitQuietly(held);
        awaitEnd(broker, 3); // "open" is there: only its commit is not
        own.stop();
        away.countDown();
        await().atMost(PATIENCE).until(() -> stage.threadsReplaced() > 0);
        own.restart();
        broker.produce(Topics.RAW_LOGS, null, bytes("after"));

        assertThat(values(broker, Topics.LOGS, 3)).containsExactly("committed", "open", "after");
      }
    }
  }

  /** With what is not committed. */
  private static void awaitEnd(TestBroker broker, long offset) {
    TopicPartition output =
        new TopicPartition(broker.connection().namespace().topic(Topics.LOGS), 0);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                broker
                        .admin()
                        .listOffsets(Map.of(output, OffsetSpec.latest()))
                        .partitionResult(output)
                        .get()
                        .offset()
                    >= offset);
  }

  /** So that what comes together is in one transaction. */
  private static StreamsSettings slowCommits() {
    StreamsSettings defaults = StreamsSettings.defaults();
    return new StreamsSettings(
        defaults.threads(),
        Duration.ofSeconds(3),
        defaults.sessionTimeout(),
        defaults.transactionTimeout(),
        defaults.replicationFactor(),
        defaults.stopTimeout());
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
