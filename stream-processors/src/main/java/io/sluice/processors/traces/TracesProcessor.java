package io.sluice.processors.traces;

import io.sluice.processor.Stage;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.util.List;
import org.apache.kafka.streams.Topology;

/** The trace assembler as a stream processor: clean spans in, traces out. */
public final class TracesProcessor implements StreamProcessor<TracesConfig> {

  @Override
  public String name() {
    return "traces";
  }

  @Override
  public TracesConfig defaults() {
    return TracesConfig.defaults();
  }

  @Override
  public List<Topic> inputs() {
    return List.of(Topics.SPANS);
  }

  @Override
  public List<Topic> outputs() {
    return List.of(Topics.TRACES);
  }

  @Override
  public Topology topology(TracesConfig config, Stage stage) {
    return TracesTopology.of(config, stage);
  }
}
