package io.sluice.processor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Namespace;
import io.sluice.schemas.stage.KafkaConnection;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is looked for in a partition; with a broker: {@link CommittedProgressIT}. */
class CommittedProgressTest {

  private static final TopicPartition QUIET = new TopicPartition("sluice.logs", 0);

  private final Queue<Consumer<byte[], byte[]>> consumers = new ArrayDeque<>();
  private final CommittedProgress progress =
      new CommittedProgress(
          new KafkaConnection("127.0.0.1:1", Map.of(), new Namespace("")), consumers::remove);

  @AfterEach
  void close() {
    progress.close();
  }

  @Test
  void looksOnceForRecordsWhereThereAreNone() {
    consumers.add(findsNothingUntil(7));
    assertThat(progress.hasRecords(QUIET, 5, 7)).isFalse();
    assertThat(progress.hasRecords(QUIET, 5, 7)).as("nobody looks again").isFalse();
    assertThat(progress.hasRecords(QUIET, 6, 7)).isFalse();

    consumers.add(finds(8));
    assertThat(progress.hasRecords(QUIET, 5, 9)).as("what came since").isTrue();
    assertThat(consumers).isEmpty();
  }

  @Test
  void looksAgainFromBeforeWhereItLooked() {
    consumers.add(findsNothingUntil(7));
    assertThat(progress.hasRecords(QUIET, 5, 7)).isFalse();
    consumers.add(finds(3));
    assertThat(progress.hasRecords(QUIET, 3, 7)).isTrue();
  }

  private static Consumer<byte[], byte[]> findsNothingUntil(long offset) {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    consumer.schedulePollTask(() -> consumer.seek(QUIET, offset));
    return consumer;
  }

  private static Consumer<byte[], byte[]> finds(long offset) {
    MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
    consumer.schedulePollTask(
        () ->
            consumer.addRecord(
                new ConsumerRecord<>(QUIET.topic(), 0, offset, new byte[0], new byte[0])));
    return consumer;
  }
}
