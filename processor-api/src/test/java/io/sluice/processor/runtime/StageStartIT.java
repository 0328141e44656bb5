package io.sluice.processor.runtime;

import static io.sluice.processor.runtime.LaneProcessor.bytes;
import static io.sluice.processor.runtime.RunningStage.values;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Namespace;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What keeps a stage from starting is a sentence; it starts by itself when that has passed. */
@WithBroker
class StageStartIT {

  private static final LaneProcessor COPY = LaneProcessor.of(LaneProcessor::copy);

  @TempDir private Path state;

  @Test
  void waitsForTopicsThatAreMissingAndNamesThem(TestBroker broker) {
    List<Topic> there = List.of(Topics.RAW_LOGS, Topics.DEAD_LETTERS);
    there.forEach(topic -> broker.createTopic(topic, 1));
    try (RunningStage stage = RunningStage.start(COPY, broker, state)) {
      stage.awaitDetail(
          "missing topics ["
              + name(broker, Topics.LOGS)
              + ", "
              + name(broker, Topics.DEFINITIONS)
              + "]: run 'sluice topics create'");
      assertThat(stage.health().live()).isTrue();
      assertThat(stage.health().ready()).isFalse();

      broker.createTopic(Topics.LOGS, 1);
      broker.createTopic(Topics.DEFINITIONS, 1);
      stage.awaitReady();
    }
  }

  /** Only partition 0 is read: a rule in another one would be passed over. */
  @Test
  void refusesDefinitionsInMoreThanOnePartition(TestBroker broker) throws Exception {
    List.of(Topics.RAW_LOGS, Topics.LOGS, Topics.DEAD_LETTERS)
        .forEach(topic -> broker.createTopic(topic, 1));
    String definitions = name(broker, Topics.DEFINITIONS);
    broker
        .admin()
        .createTopics(List.of(new NewTopic(definitions, Optional.of(3), Optional.empty())))
        .all()
        .get();
    try (RunningStage stage = RunningStage.start(COPY, broker, state)) {
      stage.awaitDetail(definitions + " has 3 partitions and must have 1");
    }
  }

  @Test
  void refusesAnInputWhosePartitionsNoLongerMatchItsState(TestBroker broker) throws Exception {
    broker.createTopics(1);
    try (RunningStage stage = RunningStage.start(COPY, broker, state)) {
      broker.produce(Topics.RAW_LOGS, null, bytes("a"));
      assertThat(values(broker, Topics.LOGS, 1)).containsExactly("a");
    }
    broker
        .admin()
        .createPartitions(Map.of(name(broker, Topics.RAW_LOGS), NewPartitions.increaseTo(2)))
        .all()
        .get();
    try (RunningStage stage = RunningStage.start(COPY, broker, state)) {
      stage.awaitDetail(
          name(broker, Topics.RAW_LOGS) + " has 2 partitions, but the state of the stage (topic ");
      assertThat(stage.health().live()).isFalse();
    }
  }

  @Test
  void buildsStateThatIsDamagedAnewFromItsChangelog(TestBroker broker) throws Exception {
    broker.createTopics(2);
    LaneProcessor counting =
        LaneProcessor.of(
            (input, out) -> {
              KeyValueStore<String, Long> counts = out.store(LaneProcessor.STORE);
              Long before = counts.get(LaneProcessor.text(input));
              long now = before == null ? 1 : before + 1;
              counts.put(LaneProcessor.text(input), now);
              out.send(Topics.LOGS, bytes("a"), bytes(Long.toString(now)));
            });
    try (RunningStage stage = RunningStage.start(counting, broker, state)) {
      broker.produce(Topics.RAW_LOGS, bytes("a"), bytes("a"));
      assertThat(values(broker, Topics.LOGS, 1)).containsExactly("1");
    }
    try (Stream<Path> files = Files.walk(state)) {
      List<Path> pointers =
          files.filter(file -> file.getFileName().toString().equals("CURRENT")).toList();
      assertThat(pointers).isNotEmpty();
      for (Path pointer : pointers) {
        Files.writeString(pointer, "damaged");
      }
    }
    AtomicInteger wired = new AtomicInteger();
    LaneProcessor counted = counting.checking(stage -> wired.incrementAndGet());
    try (RunningStage stage = RunningStage.start(counted, broker, state)) {
      stage.awaitReady();
      broker.produce(Topics.RAW_LOGS, bytes("a"), bytes("a"));
      assertThat(values(broker, Topics.LOGS, 2)).containsExactly("1", "2");
      assertThat(wired).as("a second gauge of a name shows nothing").hasValue(1);
    }
  }

  @Test
  void saysWhichClusterDoesNotAnswer() {
    var nobody = new KafkaConnection("127.0.0.1:9", Map.of(), Namespace.none());
    try (RunningStage stage = RunningStage.start(COPY, nobody, StreamsSettings.defaults(), state)) {
      stage.awaitDetail("the cluster at 127.0.0.1:9 does not answer");
      assertThat(stage.health().live()).isTrue();
    }
  }

  @Test
  void saysWhatIsWrongWhenTheStateDirectoryCannotBeUsed(TestBroker broker) throws Exception {
    broker.createTopics(1);
    Path file = Files.createFile(state.resolve("a-file"));
    try (RunningStage stage = RunningStage.start(COPY, broker, file)) {
      stage.awaitDetail("cannot start: ");
      assertThat(stage.health().detail()).contains(file.toString());
      assertThat(stage.health().live()).isFalse();
    }
  }

  private static String name(TestBroker broker, Topic topic) {
    return broker.connection().namespace().topic(topic);
  }
}
