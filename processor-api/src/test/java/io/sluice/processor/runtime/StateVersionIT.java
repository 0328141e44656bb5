package io.sluice.processor.runtime;

import static io.sluice.processor.runtime.LaneProcessor.bytes;
import static io.sluice.processor.runtime.RunningStage.values;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.InputRecord;
import io.sluice.processor.Stage;
import io.sluice.processor.StageTopology;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Another version of the state counts anew, and every version counts each record once. */
@WithBroker
class StateVersionIT {

  @TempDir private Path first;

  @TempDir private Path second;

  @Test
  void eachVersionCountsEachRecordOnceThereAndBack(TestBroker broker) throws Exception {
    broker.createTopics(2);
    broker.produce(Topics.RAW_LOGS, bytes("a"), bytes("x"));
    broker.produce(Topics.RAW_LOGS, bytes("a"), bytes("x"));
    try (RunningStage one = RunningStage.start(new Counting(1), broker, first)) {
      assertThat(values(broker, Topics.LOGS, 2)).containsExactly("v1 1", "v1 2");
    }

    try (RunningStage two = RunningStage.start(new Counting(2), broker, second)) {
      assertThat(values(broker, Topics.LOGS, 4)).endsWith("v2 1", "v2 2");
      broker.produce(Topics.RAW_LOGS, bytes("a"), bytes("x"));
      assertThat(values(broker, Topics.LOGS, 5)).endsWith("v2 3");
    }

    try (RunningStage back = RunningStage.start(new Counting(1), broker, first)) {
      assertThat(values(broker, Topics.LOGS, 6)).endsWith("v1 3");
      broker.produce(Topics.RAW_LOGS, bytes("a"), bytes("x"));
      assertThat(values(broker, Topics.LOGS, 7)).endsWith("v1 4");
    }

    String namespace = broker.connection().namespace().name();
    Set<String> topics = broker.admin().listTopics().names().get();
    assertThat(topics)
        .contains(
            namespace + ".sluice.counting-amounts-repartition",
            namespace + ".sluice.counting-v2-amounts-repartition");
  }

  /** Adds up, for each key, in a second step. */
  private record Counting(int stateVersion) implements StreamProcessor<LaneProcessor.Config> {

    private static final Topic AMOUNTS = StageTopology.internalTopic("counting", "amounts");

    @Override
    public String name() {
      return "counting";
    }

    @Override
    public LaneProcessor.Config defaults() {
      return new LaneProcessor.Config();
    }

    @Override
    public List<Topic> inputs() {
      return List.of(Topics.RAW_LOGS);
    }

    @Override
    public List<Topic> outputs() {
      return List.of(Topics.LOGS);
    }

    @Override
    public List<Topic> internalTopics() {
      return List.of(AMOUNTS);
    }

    @Override
    public Topology topology(LaneProcessor.Config config, Stage stage) {
      return stage
          .topology()
          .step("split", SplitStep::new)
          .reads(Topics.RAW_LOGS)
          .sends(AMOUNTS)
          .step("add", () -> new AddStep("v" + stateVersion + " "))
          .reads(AMOUNTS)
          .sends(Topics.LOGS)
          .store(LaneProcessor.counts())
          .build();
    }
  }

  private static final class SplitStep implements Step {

    @SuppressWarnings("NullAway.Init") // init comes first
    private StepContext out;

    @Override
    public void init(StepContext context) {
      out = context;
    }

    @Override
    public void process(InputRecord input) {
      out.send(Counting.AMOUNTS, LaneProcessor.key(input), bytes("1"));
    }
  }

  private static final class AddStep implements Step {

    private final String label;

    @SuppressWarnings("NullAway.Init") // init comes first
    private StepContext out;

    AddStep(String label) {
      this.label = label;
    }

    @Override
    public void init(StepContext context) {
      out = context;
    }

    @Override
    public void process(InputRecord input) {
      assertThat(input.topic()).isEqualTo(Counting.AMOUNTS);
      KeyValueStore<String, Long> sums = out.store(LaneProcessor.STORE);
      String key = new String(LaneProcessor.key(input), StandardCharsets.UTF_8);
      Long before = sums.get(key);
      long now = (before == null ? 0 : before) + Long.parseLong(LaneProcessor.text(input));
      sums.put(key, now);
      out.send(Topics.LOGS, LaneProcessor.key(input), bytes(label + now));
    }
  }
}
