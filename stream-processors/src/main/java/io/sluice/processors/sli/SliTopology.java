package io.sluice.processors.sli;

import io.micrometer.core.instrument.Counter;
import io.sluice.processor.Stage;
import io.sluice.processor.Step;
import io.sluice.processor.runtime.StageTopology;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.util.function.Supplier;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Wires the two steps: counts where the spans are, sums where the SLO is owned. */
final class SliTopology {

  static final String NAME = "sli";

  /** Partial counts, keyed by SLO id. */
  static final Topic COUNTS = StageTopology.internalTopic(NAME, "counts");

  /** Start time of the window, then the SLO's id: the window as it stands. */
  static final String WINDOWS = "windows";

  /** Keys of windows that changed since they were sent. */
  static final String PENDING = "pending";

  private SliTopology() {}

  static Topology of(SliConfig config, Stage stage) {
    return of(config, stage, () -> new WindowStep(config, stage));
  }

  /**
   * The same with another second step.
   *
   * @param owner makes one for each task
   */
  static Topology of(SliConfig config, Stage stage, Supplier<Step> owner) {
    return stage
        .topology()
        .step("count", () -> new CountStep(config, stage))
        .reads(Topics.SPANS)
        .sends(COUNTS)
        .step("window", owner)
        .reads(COUNTS)
        .sends(Topics.SLIS)
        .store(store(WINDOWS))
        .store(store(PENDING))
        .build();
  }

  /** Events by what became of them. */
  static Counter events(Stage stage, String outcome) {
    return stage.meters().counter("sluice.sli.events", "outcome", outcome);
  }

  private static StoreBuilder<KeyValueStore<byte[], byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(name), Serdes.ByteArray(), Serdes.ByteArray());
  }
}
