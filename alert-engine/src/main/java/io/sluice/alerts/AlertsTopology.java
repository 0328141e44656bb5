package io.sluice.alerts;

import io.sluice.processor.Stage;
import io.sluice.schemas.Topics;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Wires the one step: windows in, transitions out, both kept in stores. */
final class AlertsTopology {

  /** Start time of the window, then the SLO's id: {@link SliWindow} bytes. */
  static final String WINDOWS = "windows";

  /** Fingerprint: bytes of the last {@link Alert} transition. */
  static final String TRANSITIONS = "transitions";

  private AlertsTopology() {}

  static Topology of(AlertsConfig config, Stage stage) {
    return stage
        .topology()
        .step("evaluate", () -> new EvaluateStep(config, stage.definitions()))
        .reads(Topics.SLIS)
        .sends(Topics.ALERTS)
        .store(store(WINDOWS))
        .store(store(TRANSITIONS))
        .build();
  }

  private static StoreBuilder<KeyValueStore<byte[], byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(name), Serdes.ByteArray(), Serdes.ByteArray());
  }
}
