package io.sluice.processors.spanmetrics;

import io.sluice.processor.Stage;
import io.sluice.processor.StageTopology;
import io.sluice.processor.Step;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Wires the steps: combined where the input is, added up where the service is owned. */
final class SpanMetricsTopology {

  static final String NAME = "spanmetrics";

  /** What batches add, keyed by service. */
  static final Topic PARTIALS = StageTopology.internalTopic(NAME, "partials");

  /** Batches that came not long ago. */
  static final String SEEN = "seen-batches";

  /** Key of a series: its state when it was last written. */
  static final String SERIES = "owned-series";

  /** Partials that came since. */
  static final String JOURNAL = "journal";

  /** Digest of a stream of a producer's points: what was last known of it. */
  static final String METRIC_STREAMS = "metric-streams";

  /** Trace id: sides of calls whose other side may still come. */
  static final String PENDING_CALLS = "pending-calls";

  /** What services ask for. */
  static final String DEMAND = "demand";

  /** Service, kind of database and digest: calls of the statement in the last panes. */
  static final String STATEMENTS = "statements";

  /**
   * The broker compacts only what is not in the newest segment, and much of what is written here is
   * soon replaced or deleted: small segments make a restart from an empty disk short.
   */
  private static final Map<String, String> CHANGELOG =
      Map.of(TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(64 << 20));

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
        .step("combine", () -> new CombineStep(config, stage))
        .reads(Topics.SPANS)
        .sends(PARTIALS)
        .store(store(SEEN))
        .step("graph", () -> new GraphStep(config, stage))
        .reads(Topics.TRACES)
        .sends(PARTIALS)
        .store(store(PENDING_CALLS))
        .step("metrics", () -> new MetricsStep(config, stage))
        .reads(Topics.METRICS)
        .sends(PARTIALS)
        .store(store(METRIC_STREAMS))
        .step("own", owner)
        .reads(PARTIALS)
        .sends(Topics.SERIES)
        .sends(Topics.STATEMENTS)
        .store(store(SERIES))
        .store(store(JOURNAL))
        .store(store(DEMAND))
        .store(store(STATEMENTS))
        .build();
  }

  private static StoreBuilder<KeyValueStore<byte[], byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.ByteArray(), Serdes.ByteArray())
        .withLoggingEnabled(CHANGELOG);
  }
}
