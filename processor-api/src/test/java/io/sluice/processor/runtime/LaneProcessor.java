package io.sluice.processor.runtime;

import io.sluice.processor.InputRecord;
import io.sluice.processor.Stage;
import io.sluice.processor.StageTopology;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** One step from raw logs to clean logs; the test says what it does. */
final class LaneProcessor implements StreamProcessor<LaneProcessor.Config> {

  static final String STORE = "lane-counts";

  /** What one step does, and what it keeps in memory. */
  interface Work {
    default void init(StepContext out) {}

    void on(InputRecord input, StepContext out);

    default void beforeCommit(StepContext out) {}
  }

  record Config() {}

  private final Function<Stage, Work> work;
  private final boolean hasStore;
  private final Consumer<Stage> check;

  private LaneProcessor(Function<Stage, Work> work, boolean hasStore) {
    this(work, hasStore, stage -> {});
  }

  private LaneProcessor(Function<Stage, Work> work, boolean hasStore, Consumer<Stage> check) {
    this.work = work;
    this.hasStore = hasStore;
    this.check = check;
  }

  /** The same work for all steps. */
  static LaneProcessor of(Work work) {
    return new LaneProcessor(stage -> work, true);
  }

  /** The same work for all steps, which have no store. */
  static LaneProcessor withoutStore(Work work) {
    return new LaneProcessor(stage -> work, false);
  }

  /** New work for each step that the runtime makes. */
  static LaneProcessor on(Function<Stage, Work> work) {
    return new LaneProcessor(work, true);
  }

  /** The same, which checks something before it wires. */
  LaneProcessor checking(Consumer<Stage> newCheck) {
    return new LaneProcessor(work, hasStore, newCheck);
  }

  /** Sends the value on as it is. */
  static void copy(InputRecord input, StepContext out) {
    out.send(Topics.LOGS, key(input), input.value());
  }

  static byte[] key(InputRecord input) {
    return input.key() == null ? new byte[0] : input.key();
  }

  static String text(InputRecord input) {
    return new String(input.value(), StandardCharsets.UTF_8);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static StoreBuilder<KeyValueStore<String, Long>> counts() {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(STORE), Serdes.String(), Serdes.Long());
  }

  @Override
  public String name() {
    return "lane";
  }

  @Override
  public Config defaults() {
    return new Config();
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
  public Topology topology(Config config, Stage stage) {
    check.accept(stage);
    Supplier<Step> steps = () -> new LaneStep(work.apply(stage));
    StageTopology.StepWiring lane =
        stage.topology().step("lane", steps).reads(Topics.RAW_LOGS).sends(Topics.LOGS);
    return hasStore ? lane.store(counts()).build() : lane.build();
  }

  private static final class LaneStep implements Step {
    private final Work work;

    @SuppressWarnings("NullAway.Init") // init comes first
    private StepContext out;

    LaneStep(Work work) {
      this.work = work;
    }

    @Override
    public void init(StepContext context) {
      out = context;
      work.init(context);
    }

    @Override
    public void process(InputRecord input) {
      work.on(input, out);
    }

    @Override
    public void beforeCommit() {
      work.beforeCommit(out);
    }
  }
}
