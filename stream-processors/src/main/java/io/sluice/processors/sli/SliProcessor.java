package io.sluice.processors.sli;

import io.sluice.processor.Stage;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.util.List;
import org.apache.kafka.streams.Topology;

/** SLI windows as a stream processor: clean telemetry in, windows of good and total events out. */
public final class SliProcessor implements StreamProcessor<SliConfig> {

  @Override
  public String name() {
    return SliTopology.NAME;
  }

  @Override
  public SliConfig defaults() {
    return SliConfig.defaults();
  }

  @Override
  public List<Topic> inputs() {
    return Events.topics();
  }

  @Override
  public List<Topic> outputs() {
    return List.of(Topics.SLIS, Topics.BACKFILLS);
  }

  @Override
  public List<Topic> internalTopics() {
    return List.of(SliTopology.COUNTS);
  }

  @Override
  public Topology topology(SliConfig config, Stage stage) {
    return SliTopology.of(config, stage);
  }
}
