package io.sluice.processor.runtime;

import static io.sluice.processor.runtime.LaneProcessor.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.processor.StageTopology;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a group has read, by a real broker's offsets; the test is the processor. */
@WithBroker
class CommittedProgressIT {

  private static final byte[] KEY = bytes("k");
  private static final String READER = "reader";
  private static final List<Topic> LOGS = List.of(Topics.LOGS);

  @SuppressWarnings("NullAway.Init")
  private TestBroker broker;

  @SuppressWarnings("NullAway.Init")
  private CommittedProgress progress;

  private int looks;

  @BeforeEach
  void begin(TestBroker methodsBroker) {
    broker = methodsBroker;
    broker.createTopic(Topics.LOGS, 1);
    progress = new CommittedProgress(broker.connection(), this::consumer);
  }

  @AfterEach
  void close() {
    progress.close();
  }

  @Test
  void whoNeverRanHasReadAllOfAnEmptyTopicAndNothingOfOthers() {
    assertThat(progress.untilNow(READER, LOGS).getAsBoolean()).isTrue();
    broker.produce(Topics.LOGS, KEY, KEY);
    assertThat(progress.untilNow(READER, LOGS).getAsBoolean()).isFalse();
  }

  @Test
  void aTopicThatIsNotThereHasNothingToRead() {
    Topic missing = Topic.latest("not-there", "", "", "nobody");
    assertThat(progress.untilNow(READER, List.of(missing)).getAsBoolean()).isTrue();
  }

  @Test
  void waitsForWhatWasThereWhenItWasAskedAndForNothingLater() throws Exception {
    broker.produce(Topics.LOGS, KEY, KEY);
    BooleanSupplier first = progress.untilNow(READER, LOGS);
    broker.produce(Topics.LOGS, KEY, KEY);
    assertThat(first.getAsBoolean()).isFalse();

    commit(logs(), 1);

    assertThat(first.getAsBoolean()).isTrue();
    assertThat(progress.untilNow(READER, LOGS).getAsBoolean()).isFalse();
  }

  @Test
  void theEndOfATransactionIsNothingToReadAndAnOpenOneIs() throws Exception {
    try (KafkaProducer<byte[], byte[]> producer = transactional()) {
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(logs(), KEY, KEY)).get();
      commit(logs(), 0);
      BooleanSupplier asked = progress.untilNow(READER, LOGS);
      assertThat(asked.getAsBoolean()).as("nobody can have read it").isFalse();
      producer.commitTransaction();
      assertThat(asked.getAsBoolean()).isFalse();
      awaitEnd(2);

      commit(logs(), 1); // as a reader does that is stopped then: the end is at 2
      awaitReadStandingStill();

      producer.beginTransaction();
      producer.send(new ProducerRecord<>(logs(), KEY, KEY)).get();
      producer.abortTransaction();
      awaitEnd(4);
      awaitReadStandingStill();
    }
  }

  @Test
  void nobodyLooksAtWhatIsLeftForAReaderThatGoesOn() throws Exception {
    broker.produce(Topics.LOGS, KEY, KEY);
    broker.produce(Topics.LOGS, KEY, KEY);
    BooleanSupplier asked = progress.untilNow(READER, LOGS);
    assertThat(asked.getAsBoolean()).isFalse();
    commit(logs(), 1);
    assertThat(asked.getAsBoolean()).isFalse();
    commit(logs(), 2);
    assertThat(asked.getAsBoolean()).isTrue();
    assertThat(looks).isZero();
  }

  @Test
  void whatRetentionTookIsNothingToReadForWhoNeverWillCommitIt() throws Exception {
    broker.produce(Topics.LOGS, KEY, KEY);
    broker.produce(Topics.LOGS, KEY, KEY);
    commit(logs(), 1);
    BooleanSupplier asked = progress.untilNow(READER, LOGS);
    assertThat(asked.getAsBoolean()).isFalse();

    broker
        .admin()
        .deleteRecords(Map.of(new TopicPartition(logs(), 0), RecordsToDelete.beforeOffset(2)))
        .all()
        .get();

    assertThat(asked.getAsBoolean()).isTrue();
    assertThat(progress.untilNow(READER, LOGS).getAsBoolean()).isTrue();
  }

  @Test
  void whatWasInATopicThatWasMadeAnewIsNothingToRead() throws Exception {
    broker.produce(Topics.LOGS, KEY, KEY);
    broker.produce(Topics.LOGS, KEY, KEY);
    BooleanSupplier asked = progress.untilNow(READER, LOGS);
    assertThat(asked.getAsBoolean()).isFalse();

    broker.deleteTopic(Topics.LOGS);
    broker.createTopic(Topics.LOGS, 1);
    broker.produce(Topics.LOGS, KEY, KEY);

    await()
        .atMost(RunningStage.PATIENCE)
        .untilAsserted(() -> assertThat(asked.getAsBoolean()).isTrue());
    assertThat(progress.untilNow(READER, LOGS).getAsBoolean()).as("what is in it now").isFalse();
  }

  @Test
  void topicsBetweenTheStepsOfAProcessorComeWithTheOthers() throws Exception {
    Topic parts = StageTopology.internalTopic(READER, "parts");
    String between = broker.connection().namespace().topic(parts);
    broker.createTopic(parts, 1);
    broker.produce(parts, KEY, KEY);
    commit(between, 0);
    assertThat(progress.untilNow(READER, LOGS).getAsBoolean()).isFalse();
    commit(between, 1);
    assertThat(progress.untilNow(READER, LOGS).getAsBoolean()).isTrue();
  }

  /**
   * Where it does not go on, it is looked what is left: that it does not shows the second time. A
   * look takes a second at most, which on a busy machine may bring nothing.
   */
  private void awaitReadStandingStill() {
    BooleanSupplier asked = progress.untilNow(READER, LOGS);
    assertThat(asked.getAsBoolean()).isFalse();
    await().atMost(RunningStage.PATIENCE).until(asked::getAsBoolean);
  }

  /** The end of a transaction comes into the topic a moment after the producer hears of it. */
  private void awaitEnd(long offset) {
    TopicPartition partition = new TopicPartition(logs(), 0);
    await()
        .atMost(RunningStage.PATIENCE)
        .until(
            () ->
                broker
                        .admin()
                        .listOffsets(Map.of(partition, OffsetSpec.latest()))
                        .partitionResult(partition)
                        .get()
                        .offset()
                    == offset);
  }

  private String logs() {
    return broker.connection().namespace().topic(Topics.LOGS);
  }

  private void commit(String topic, long offset) throws Exception {
    broker
        .admin()
        .alterConsumerGroupOffsets(
            broker.connection().namespace().applicationId(READER),
            Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(offset)))
        .all()
        .get();
  }

  private KafkaProducer<byte[], byte[]> transactional() {
    Map<String, Object> config = broker.connection().clientConfig();
    config.put("transactional.id", "progress-test");
    KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    producer.initTransactions();
    return producer;
  }

  private Consumer<byte[], byte[]> consumer() {
    looks++;
    Map<String, Object> config = broker.connection().clientConfig();
    config.put("isolation.level", "read_committed");
    config.put("enable.auto.commit", false);
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }
}
