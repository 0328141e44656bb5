package io.sluice.processors.traces;

import io.micrometer.core.instrument.Gauge;
import io.sluice.processor.Stage;
import io.sluice.schemas.Topics;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Wires the one step: spans in, traces out, batches and the memory of closed traces in stores. */
final class TracesTopology {

  static final String BATCHES = "batches";
  static final String CLOSED = "closed-slices";

  private TracesTopology() {}

  static Topology of(TracesConfig config, Stage stage) {
    OpenCounts counts = new OpenCounts();
    gauge(stage, "sluice.traces.open", counts, OpenCounts::traces);
    gauge(stage, "sluice.traces.open.spans", counts, OpenCounts::spans);
    return stage
        .topology()
        .step("assemble", () -> new AssembleStep(config, stage.meters(), counts))
        .reads(Topics.SPANS)
        .sends(Topics.TRACES)
        .store(store(BATCHES))
        .store(store(CLOSED))
        .build();
  }

  private static void gauge(
      Stage stage, String name, OpenCounts counts, ToDoubleFunction<OpenCounts> value) {
    Gauge.builder(name, counts, value).strongReference(true).register(stage.meters());
  }

  private static StoreBuilder<KeyValueStore<byte[], byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(name), Serdes.ByteArray(), Serdes.ByteArray());
  }
}
