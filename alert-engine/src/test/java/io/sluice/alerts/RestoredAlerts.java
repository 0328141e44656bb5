package io.sluice.alerts;

import io.sluice.processor.InputRecord;
import io.sluice.processor.Stage;
import io.sluice.processor.StageTopology;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.processor.StreamProcessor;
import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The alert engine as it starts on what another one left in its stores. The test driver has no
 * changelogs to restore from, so this puts the entries there before the step begins.
 */
final class RestoredAlerts implements StreamProcessor<AlertsConfig> {

  private static final List<String> STORES =
      List.of(
          AlertsTopology.WINDOWS,
          AlertsTopology.HOURS,
          AlertsTopology.COUNTERS,
          AlertsTopology.REPORTED,
          AlertsTopology.TRANSITIONS,
          AlertsTopology.GENERATIONS);

  private final Map<String, List<KeyValue<byte[], byte[]>>> left = new LinkedHashMap<>();

  RestoredAlerts(StageTestDriver before) {
    for (String name : STORES) {
      List<KeyValue<byte[], byte[]>> entries = new ArrayList<>();
      KeyValueStore<byte[], byte[]> store = before.store(name);
      try (KeyValueIterator<byte[], byte[]> all = store.all()) {
        all.forEachRemaining(entries::add);
      }
      left.put(name, entries);
    }
  }

  @Override
  public String name() {
    return "alerts";
  }

  @Override
  public AlertsConfig defaults() {
    return AlertsConfig.defaults();
  }

  @Override
  public List<Topic> inputs() {
    return List.of(Topics.SLIS);
  }

  @Override
  public List<Topic> outputs() {
    return new AlertsProcessor().outputs();
  }

  @Override
  public Topology topology(AlertsConfig config, Stage stage) {
    StageTopology.StepWiring step =
        stage
            .topology()
            .step("evaluate", () -> new Restored(new EvaluateStep(config, stage)))
            .reads(Topics.SLIS)
            .sends(outputs().toArray(Topic[]::new));
    STORES.forEach(name -> step.store(store(name)));
    return step.build();
  }

  private static StoreBuilder<KeyValueStore<byte[], byte[]>> store(String name) {
    return Stores.keyValueStoreBuilder(
        Stores.inMemoryKeyValueStore(name), Serdes.ByteArray(), Serdes.ByteArray());
  }

  private final class Restored implements Step {

    private final EvaluateStep step;

    Restored(EvaluateStep step) {
      this.step = step;
    }

    @Override
    public void init(StepContext context) {
      left.forEach(
          (name, entries) -> {
            KeyValueStore<byte[], byte[]> store = context.store(name);
            store.putAll(entries);
          });
      step.init(context);
      // Kafka Streams does so with the same object when a failed transaction is given up.
      step.init(context);
    }

    @Override
    public void process(InputRecord input) {
      step.process(input);
    }
  }
}
