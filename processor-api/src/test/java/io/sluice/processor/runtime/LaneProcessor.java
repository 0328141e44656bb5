package io.sluice.processor.runtime;

import io.sluice.processor.InputRecord;
import io.sluice.processor.Stage;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** One step from raw logs to clean logs; the test says what it does. */
final class LaneProcessor implements StreamProcessor<LaneProcessor.Config> {

  static final String STORE = "lane-counts";

  /** What the step does with a record. */
  interface Work {
    void on(InputRecord input, StepContext out);
  }

  record Config() {}

  private final BiFunction<Stage, StepContext, Work> work;

  private LaneProcessor(BiFunction<Stage, StepContext, Work> work) {
    this.work = work;
  }

  /** The same work for all steps. */
  static LaneProcessor of(Work work) {
    return new LaneProcessor((stage, context) -> work);
  }

  /** Work that looks at the stage. */
  static LaneProcessor on(BiFunction<Stage, StepContext, Work> work) {
    return new LaneProcessor(work);
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
    Supplier<Step> steps = () -> new LaneStep(stage);
    return stage
        .topology()
        .step("lane", steps)
        .reads(Topics.RAW_LOGS)
        .sends(Topics.LOGS)
        .store(counts())
        .build();
  }

  /** Gets its work, and with it its memory, in {@code init} or at construction: both are new. */
  private final class LaneStep implements Step {
    private final Stage stage;

    @SuppressWarnings("NullAway.Init") // init comes first
    private StepContext out;

    @SuppressWarnings("NullAway.Init")
    private Work own;

    LaneStep(Stage stage) {
      this.stage = stage;
    }

    @Override
    public void init(StepContext context) {
      out = context;
      own = work.apply(stage, context);
    }

    @Override
    public void process(InputRecord input) {
      own.on(input, out);
    }
  }
}
