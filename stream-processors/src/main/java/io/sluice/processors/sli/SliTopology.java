package io.sluice.processors.sli;

import io.micrometer.core.instrument.Counter;
import io.sluice.processor.Stage;
import io.sluice.processor.StageTopology;
import io.sluice.processor.Step;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.util.function.Function;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/** Wires the two steps: counts where the events are, sums where the SLO is owned. */
final class SliTopology {

  static final String NAME = "sli";

  /** Partial counts, keyed by the id of the SLO in the file. */
  static final Topic COUNTS = StageTopology.internalTopic(NAME, "counts");

  /** Start time of the window, then the SLO's id: the window as it stands. */
  static final String WINDOWS = "windows";

  /** Keys of windows that changed since they were sent. */
  static final String PENDING = "pending";

  /** The SLO's id: from which time until which every window was sent, the empty ones too. */
  static final String SENT = "sent";

  /** A series' identity: its last point. Of counters and histograms that some SLO counts. */
  static final String LAST_POINTS = "last-points";

  /** The group's id: when it was last seen. */
  static final String GROUPS = "groups";

  /** Which definition of each SLO is counted, and how far backfills are. */
  static final String BACKFILLS = "backfills";

  private SliTopology() {}

  static Topology of(SliConfig config, Stage stage) {
    BackfillMeters meters = new BackfillMeters(stage.meters());
    Upstream upstream = new Upstream(stage);
    return of(config, stage, slos -> new WindowStep(config, stage, slos, meters, upstream));
  }

  /**
   * The same with another second step.
   *
   * @param owner makes one for each task
   */
  static Topology of(SliConfig config, Stage stage, Function<CurrentSlos, Step> owner) {
    CurrentSlos slos = new CurrentSlos(stage);
    return stage
        .topology()
        .step("count", () -> new CountStep(config, stage, slos))
        .reads(Events.topics().toArray(Topic[]::new))
        .sends(COUNTS)
        .store(store(LAST_POINTS))
        .step("window", () -> owner.apply(slos))
        .reads(COUNTS)
        .sends(Topics.SLIS, Topics.BACKFILLS)
        .store(store(WINDOWS))
        .store(store(PENDING))
        .store(store(SENT))
        .store(store(GROUPS))
        .store(store(BACKFILLS))
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
