package io.sluice.processor.runtime;

import static io.sluice.processor.runtime.LaneProcessor.bytes;
import static io.sluice.processor.runtime.RunningStage.PATIENCE;
import static io.sluice.processor.runtime.RunningStage.values;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.Topics;
import io.sluice.schemas.settings.ConfigurationException;
import io.sluice.schemas.settings.Origin;
import io.sluice.schemas.settings.Problem;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was applied holds: for the first record of a stage, and from then on. */
@WithBroker
class DefinitionsReaderIT {

  private static final String KIND = "slos";
  private static final AvroSerde<DefinitionSet> SERDE =
      AvroSerde.of(DefinitionSet.getClassSchema());

  @TempDir private Path state;

  @BeforeEach
  void createTopics(TestBroker broker) {
    broker.createTopics(1);
  }

  @Test
  void stageSeesWhatWasAppliedBeforeItsFirstRecordAndChangesWithoutRestart(TestBroker broker) {
    for (long version = 1; version <= 50; version++) {
      apply(broker, version);
    }
    broker.produce(Topics.RAW_LOGS, null, bytes("waited for the stage"));
    LaneProcessor processor =
        LaneProcessor.on(
            stage ->
                (input, out) -> {
                  long version = stage.definitions().current(KIND).getVersion();
                  out.send(Topics.LOGS, new byte[0], bytes("version " + version));
                });
    try (RunningStage stage = RunningStage.start(processor, broker, state)) {
      assertThat(values(broker, Topics.LOGS, 1)).containsExactly("version 50");

      apply(broker, 51);
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> {
                broker.produce(Topics.RAW_LOGS, null, bytes("another"));
                assertThat(values(broker, Topics.LOGS, 2)).endsWith("version 51");
              });
      assertThat(stage.health().ready()).isTrue();
    }
  }

  @Test
  void unreadableSetLeavesTheLastOneAndADeletedOneTheShipped(TestBroker broker) throws Exception {
    apply(broker, 3);
    broker.produce(Topics.DEFINITIONS, bytes(KIND), bytes("not Avro"));
    try (var reader = new DefinitionsReader(broker.connection(), RunningStage::shipped)) {
      reader.start();
      assertThat(reader.awaitCaughtUp(PATIENCE)).isTrue();
      assertThat(reader.current(KIND).getVersion()).isEqualTo(3);
      assertThat(reader.current("limits").getVersion()).isZero();

      broker.produce(Topics.DEFINITIONS, bytes(KIND), null);
      awaitVersion(reader, 0);
    }
  }

  @Test
  void stageWaitsWhileNothingThatWasAppliedCanBeRead(TestBroker broker) {
    broker.produce(Topics.DEFINITIONS, bytes(KIND), bytes("not Avro"));
    broker.produce(Topics.RAW_LOGS, null, bytes("waits"));
    try (RunningStage stage =
        RunningStage.start(LaneProcessor.of(LaneProcessor::copy), broker, state)) {
      stage.awaitDetail("of [slos] cannot be read; apply it anew or delete it");
      assertThat(stage.health()).matches(health -> health.live() && !health.ready());

      apply(broker, 7);
      stage.awaitReady();
      assertThat(values(broker, Topics.LOGS, 1)).containsExactly("waits");
    }
  }

  @Test
  void stageWaitsForDefinitionsThatItsProcessorCanUse(TestBroker broker) {
    apply(broker, 3);
    broker.produce(Topics.RAW_LOGS, null, bytes("waits"));
    LaneProcessor processor =
        LaneProcessor.of(LaneProcessor::copy)
            .checking(
                stage -> {
                  if (stage.definitions().current(KIND).getVersion() == 3) {
                    throw new ConfigurationException(
                        List.of(new Problem(Origin.of("slos.yaml"), "kind", "unknown")));
                  }
                });
    try (RunningStage stage = RunningStage.start(processor, broker, state)) {
      stage.awaitDetail("the definitions that were applied cannot be used: slos.yaml: kind:");
      assertThat(stage.health()).matches(health -> health.live() && !health.ready());

      apply(broker, 4);
      stage.awaitReady();
      assertThat(values(broker, Topics.LOGS, 1)).containsExactly("waits");
    }
  }

  @Test
  void unreadableSetInATopicThatIsReadAnewLeavesWhatHeldBefore(TestBroker broker) throws Exception {
    apply(broker, 5);
    try (var reader = new DefinitionsReader(broker.connection(), RunningStage::shipped)) {
      reader.start();
      assertThat(reader.awaitCaughtUp(PATIENCE)).isTrue();

      broker.deleteTopic(Topics.DEFINITIONS);
      broker.createTopic(Topics.DEFINITIONS, 1);
      broker.produce(Topics.DEFINITIONS, bytes(KIND), bytes("not Avro"));
      apply(broker, "limits", 8);
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(reader.current("limits").getVersion()).isEqualTo(8));
      assertThat(reader.current(KIND).getVersion()).isEqualTo(5);
    }
  }

  @Test
  void topicThatWasMadeAnewIsReadFromItsBeginningAndOnlyWhatIsInItHolds(TestBroker broker)
      throws Exception {
    for (long version = 1; version <= 5; version++) {
      apply(broker, version);
    }
    apply(broker, "limits", 7);
    try (var reader = new DefinitionsReader(broker.connection(), RunningStage::shipped)) {
      reader.start();
      assertThat(reader.awaitCaughtUp(PATIENCE)).isTrue();
      assertThat(reader.current(KIND).getVersion()).isEqualTo(5);

      broker.deleteTopic(Topics.DEFINITIONS);
      broker.createTopic(Topics.DEFINITIONS, 1);
      apply(broker, 2);
      awaitVersion(reader, 2);
      assertThat(reader.current("limits").getVersion()).isZero();
    }
  }

  @Test
  void stoppingEndsItWhileTheTopicIsMissing(TestBroker broker) throws Exception {
    String topic = broker.connection().namespace().topic(Topics.DEFINITIONS);
    broker.deleteTopic(Topics.DEFINITIONS);
    var reader = new DefinitionsReader(broker.connection(), RunningStage::shipped);
    reader.start();
    assertThat(reader.health().ready()).isFalse();
    assertThat(reader.health().detail()).contains(topic);
    reader.close();
    reader.close();
  }

  private static void awaitVersion(DefinitionsReader reader, long version) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(reader.current(KIND).getVersion()).isEqualTo(version));
  }

  private static void apply(TestBroker broker, long version) {
    apply(broker, KIND, version);
  }

  private static void apply(TestBroker broker, String kind, long version) {
    broker.produce(
        Topics.DEFINITIONS,
        bytes(kind),
        SERDE.encode(new DefinitionSet(kind, version, 0L, List.of())));
  }
}
