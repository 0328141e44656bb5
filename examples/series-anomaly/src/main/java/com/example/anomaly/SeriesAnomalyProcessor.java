package com.example.anomaly;

import io.sluice.processor.Stage;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/** Says when a counter grows otherwise than at this time of earlier days. */
public final class SeriesAnomalyProcessor implements StreamProcessor<SeriesAnomalyConfig> {

  static final String NAME = "seriesanomaly";

  static final Topic ANOMALIES =
      Topic.records("anomalies", "the series", "a sentence", Duration.ofDays(30), NAME);

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public SeriesAnomalyConfig defaults() {
    return SeriesAnomalyConfig.defaults();
  }

  @Override
  public List<Topic> inputs() {
    return List.of(Topics.SERIES);
  }

  @Override
  public List<Topic> outputs() {
    return List.of(ANOMALIES);
  }

  @Override
  public Topology topology(SeriesAnomalyConfig config, Stage stage) {
    return stage
        .topology()
        .step("compare", () -> new CompareStep(config))
        .reads(Topics.SERIES)
        .sends(ANOMALIES)
        .store(
            Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(CompareStep.OPEN), Serdes.String(), Serdes.String()))
        .store(
            Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(CompareStep.USUAL),
                Serdes.String(),
                Serdes.String()))
        .build();
  }
}
