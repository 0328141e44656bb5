package io.sluice.processors.spanmetrics;

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

/** Wires the two steps: combined where the spans are, added up where the service is owned. */
final class SpanMetricsTopology {

  static final String NAME = "spanmetrics";

  /** Partial points, keyed by service. */
  static final Topic PARTIALS = StageTopology.internalTopic(NAME, "partials");

  /** Identity of the latency series: its state. */
  static final String SERIES = "series";

  /** Identities of series that changed since they were written. */
  static final String CHANGED = "changed";

  private SpanMetricsTopology() {}

  static Topology of(SpanMetricsConfig config, Stage stage) {
    return of(config, stage, () -> new OwnStep(config, stage));
  }

  /**
   * The same with another second step.
   *
   * @param owner makes one for each task
   */
  static Topology of(SpanMetricsConfig config, Stage stage, Supplier<Step> owner) {
    return stage
        .topology()
        .step("combine", () -> new CombineStep(config))
        .reads(Topics.SPANS)
        .sends(PARTIALS)
        .step("own", owner)
        .reads(PARTIALS)
        .sends(Topics.SERIES)
        .store(store(SERIES))
        .store(store(CHANGED))
        .build();
  }

  private static StoreBuilder<KeyValueStore<String, byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(name), Serdes.String(), Serdes.ByteArray());
  }
}
