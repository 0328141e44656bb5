package io.sluice.processors.spanmetrics;

import io.sluice.processor.Stage;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.util.List;
import org.apache.kafka.streams.Topology;

/**
 * Metrics from spans as a stream processor: clean spans and metrics and traces in, points of series
 * out.
 */
public final class SpanMetricsProcessor implements StreamProcessor<SpanMetricsConfig> {

  @Override
  public String name() {
    return SpanMetricsTopology.NAME;
  }

  @Override
  public SpanMetricsConfig defaults() {
    return SpanMetricsConfig.defaults();
  }

  @Override
  public List<Topic> inputs() {
    return List.of(Topics.SPANS, Topics.TRACES, Topics.METRICS);
  }

  @Override
  public List<Topic> outputs() {
    return List.of(Topics.SERIES, Topics.STATEMENTS);
  }

  @Override
  public List<Topic> internalTopics() {
    return List.of(SpanMetricsTopology.PARTIALS);
  }

  @Override
  public Topology topology(SpanMetricsConfig config, Stage stage) {
    return SpanMetricsTopology.of(config, stage);
  }
}
