package io.sluice.alerts;

import io.sluice.processor.Stage;
import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.util.List;
import org.apache.kafka.streams.Topology;

/** The alert engine as a stream processor: SLI windows in, transitions of alerts out. */
public final class AlertsProcessor implements StreamProcessor<AlertsConfig> {

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
    return List.of(Topics.ALERTS, Topics.ALERT_HISTORY, Topics.BUDGETS, Topics.SERIES);
  }

  @Override
  public Topology topology(AlertsConfig config, Stage stage) {
    return AlertsTopology.of(config, stage);
  }
}
