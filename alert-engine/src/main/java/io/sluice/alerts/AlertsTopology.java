package io.sluice.alerts;

import io.sluice.processor.Stage;
import io.sluice.schemas.Topics;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Wires the one step: windows in, transitions, budgets and series out. */
final class AlertsTopology {

  /** Start time of the window, then the SLO's id: {@link SliWindow} bytes. */
  static final String WINDOWS = "windows";

  /** Begin of the hour, then the SLO's id: {@link io.sluice.schemas.SloHour} bytes. */
  static final String HOURS = "hours";

  /** The SLO's id: good and all events since the counters began. */
  static final String COUNTERS = "counters";

  /** The SLO's id: identities of the series that were sent of it. */
  static final String REPORTED = "reported";

  /** Fingerprint: bytes of the last {@link Alert} transition. */
  static final String TRANSITIONS = "transitions";

  /** The SLO's id: which definition of it the windows are of. */
  static final String GENERATIONS = "generations";

  private AlertsTopology() {}

  static Topology of(AlertsConfig config, Stage stage) {
    return stage
        .topology()
        .step("evaluate", () -> new EvaluateStep(config, stage))
        .reads(Topics.SLIS)
        .sends(Topics.ALERTS, Topics.ALERT_HISTORY, Topics.BUDGETS, Topics.SERIES)
        .store(store(WINDOWS))
        .store(store(HOURS))
        .store(store(COUNTERS))
        .store(store(REPORTED))
        .store(store(TRANSITIONS))
        .store(store(GENERATIONS))
        .build();
  }

  private static StoreBuilder<KeyValueStore<byte[], byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
        Stores.persistentKeyValueStore(name), Serdes.ByteArray(), Serdes.ByteArray());
  }
}
