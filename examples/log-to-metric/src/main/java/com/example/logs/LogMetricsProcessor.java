package com.example.logs;

import io.sluice.processor.Stage;
import io.sluice.processor.StageTopology;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/** Counts log lines that match regular expressions: a series for each counter and service. */
public final class LogMetricsProcessor implements StreamProcessor<LogMetricsConfig> {

  private static final String NAME = "logmetrics";

  /** How many lines a batch adds, keyed by the series: so each series has one owner. */
  static final Topic MATCHES = StageTopology.internalTopic(NAME, "matches");

  static final AvroSerde<SeriesPoint> SERIES = AvroSerde.of(SeriesPoint.getClassSchema());

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public LogMetricsConfig defaults() {
    return LogMetricsConfig.defaults();
  }

  @Override
  public List<Topic> inputs() {
    return List.of(Topics.LOGS);
  }

  @Override
  public List<Topic> outputs() {
    return List.of(Topics.SERIES);
  }

  @Override
  public List<Topic> internalTopics() {
    return List.of(MATCHES);
  }

  @Override
  public Topology topology(LogMetricsConfig config, Stage stage) {
    Map<String, Pattern> patterns = config.patterns();
    return stage
        .topology()
        .step("match", () -> new MatchStep(patterns))
        .reads(Topics.LOGS)
        .sends(MATCHES)
        .step("count", CountStep::new)
        .reads(MATCHES)
        .sends(Topics.SERIES)
        .store(
            Stores.keyValueStoreBuilder(
                Stores.persistentKeyValueStore(CountStep.STORE),
                Serdes.String(),
                SERIES))
        .build();
  }
}
