package io.sluice.processors.traces;

import io.micrometer.core.instrument.Gauge;
import io.sluice.processor.Stage;
import io.sluice.schemas.Topics;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Wires the one step: spans in, traces out, batches and the memory of closed traces in stores. */
final class TracesTopology {

  static final String BATCHES = "batches";
  static final String CLOSED = "closed-slices";
  static final String EMITTED = "emitted-spans";

  /**
   * The broker compacts only what is not in the newest segment, and nearly all that is written here
   * is deleted within seconds: small segments make a restart from an empty disk short.
   */
  private static final Map<String, String> CHANGELOG =
      Map.of(TopicConfig.SEGMENT_BYTES_CONFIG, Integer.toString(64 << 20));

  private TracesTopology() {}

  static Topology of(TracesConfig config, Stage stage) {
    OpenCounts counts = new OpenCounts();
    gauge(stage, "sluice.traces.open", counts, OpenCounts::traces);
    gauge(stage, "sluice.traces.open.spans", counts, OpenCounts::spans);
    gauge(stage, "sluice.traces.open.bytes", counts, OpenCounts::bytes);
    return stage
        .topology()
        .step("assemble", () -> new AssembleStep(config, stage.meters(), counts))
        .reads(Topics.SPANS)
        .sends(Topics.TRACES)
        .store(store(BATCHES))
        .store(store(CLOSED))
        .store(store(EMITTED))
        .build();
  }

  private static void gauge(
      Stage stage, String name, OpenCounts counts, ToDoubleFunction<OpenCounts> value) {
    Gauge.builder(name, counts, value).strongReference(true).register(stage.meters());
  }

  private static StoreBuilder<KeyValueStore<byte[], byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
            Stores.persistentKeyValueStore(name), Serdes.ByteArray(), Serdes.ByteArray())
        .withLoggingEnabled(CHANGELOG);
  }
}
