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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker goes away under an open transaction, for longer than the producer waits. */
@WithBroker
class BrokerOutageIT {

  @TempDir private Path state;

  @Test
  void noRecordIsLostOrDoubledWhenACommitTimesOut(RestartableBroker own) {
    Set<String> seen = ConcurrentHashMap.newKeySet();
    LaneProcessor processor =
        LaneProcessor.of(
            (input, out) -> {
              LaneProcessor.copy(input, out);
              seen.add(text(input));
            });
    try (TestBroker broker = own.newNamespace()) {
      broker.createTopics(1);
      try (RunningStage stage =
          RunningStage.start(processor, impatient(broker), slowCommits(), state)) {
        stage.awaitReady();
        broker.produce(Topics.RAW_LOGS, null, bytes("committed"));
        assertThat(values(broker, Topics.LOGS, 1)).containsExactly("committed");
        broker.produce(Topics.RAW_LOGS, null, bytes("open"));
        await().atMost(PATIENCE).until(() -> seen.contains("open"));
        own.stop();
        await().atMost(PATIENCE).until(() -> stage.threadsReplaced() > 0);
        own.restart();
        broker.produce(Topics.RAW_LOGS, null, bytes("after"));

        assertThat(values(broker, Topics.LOGS, 3)).containsExactly("committed", "open", "after");
      }
    }
  }

  /** The transaction is open for long enough to stop the broker under it. */
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

  /** Gives up after seconds; the default is a minute. */
  private static KafkaConnection impatient(TestBroker broker) {
    return new KafkaConnection(
        broker.connection().bootstrapServers(),
        Map.of("producer.max.block.ms", "2000"),
        broker.connection().namespace());
  }
}
