package io.sluice.processors.sanitize;

import io.sluice.processor.Stage;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.util.List;
import org.apache.kafka.streams.Topology;

/** The sanitizer: raw OTLP in, the same without secrets out, one resource a record. */
public final class SanitizeProcessor implements StreamProcessor<SanitizeConfig> {

  @Override
  public String name() {
    return "sanitizer";
  }

  @Override
  public SanitizeConfig defaults() {
    return SanitizeConfig.defaults();
  }

  @Override
  public List<Topic> inputs() {
    return List.of(Topics.RAW_LOGS, Topics.RAW_SPANS, Topics.RAW_METRICS);
  }

  @Override
  public List<Topic> outputs() {
    return List.of(Topics.LOGS, Topics.SPANS, Topics.METRICS, Topics.REDACTIONS);
  }

  @Override
  public Topology topology(SanitizeConfig config, Stage stage) {
    return new SanitizeTopology(config, stage).build();
  }
}
