package io.sluice.processors.traces;

import io.micrometer.core.instrument.Gauge;
import io.sluice.processor.Stage;
import io.sluice.schemas.Topics;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * Wires the one step: spans in, traces out, fragments and the memory of closed traces in stores.
 */
final class TracesTopology {

  static final String FRAGMENTS = "fragments";
  static final String CLOSED = "closed";

  private TracesTopology() {}

  static Topology of(TracesConfig config, Stage stage) {
    AtomicInteger openTraces = new AtomicInteger();
    Gauge.builder("sluice.traces.open", openTraces, AtomicInteger::get)
        .strongReference(true)
        .register(stage.meters());
    return stage
        .topology()
        .step("assemble", () -> new AssembleStep(config, stage.meters(), openTraces))
        .reads(Topics.SPANS)
        .sends(Topics.TRACES)
        .store(store(FRAGMENTS))
        .store(store(CLOSED))
        .build();
  }

  private static StoreBuilder<KeyValueStore<byte[], byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(name), Serdes.ByteArray(), Serdes.ByteArray());
  }
}
