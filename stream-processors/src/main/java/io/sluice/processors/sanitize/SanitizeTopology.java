package io.sluice.processors.sanitize;

import io.sluice.processor.Stage;
import io.sluice.processor.Step;
import io.sluice.schemas.Signal;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.util.List;
import org.apache.kafka.streams.Topology;

/** Wires one step between the raw topics and the clean ones. */
final class SanitizeTopology {

  private final SanitizeConfig config;
  private final Stage stage;
  private final RulesInForce rules;
  private final FindingMeters meters;
  private final LogMeters logMeters;

  SanitizeTopology(SanitizeConfig config, Stage stage) {
    this.config = config;
    this.stage = stage;
    this.rules =
        new RulesInForce(
            stage.definitions(), stage.meters(), () -> TokenKeys.from(config.tokenKeys()));
    this.meters = new FindingMeters(stage.meters());
    this.logMeters = new LogMeters(stage.meters());
  }

  Topology build() {
    return stage
        .topology()
        .step("sanitize", this::step)
        .reads(Topics.RAW_LOGS, Topics.RAW_SPANS, Topics.RAW_METRICS)
        .sends(Topics.LOGS, Topics.SPANS, Topics.METRICS, Topics.REDACTIONS)
        .build();
  }

  private Step step() {
    return new SanitizeStep(
        rules,
        List.of(
            lane(Signal.LOGS, Topics.RAW_LOGS, Topics.LOGS),
            lane(Signal.SPANS, Topics.RAW_SPANS, Topics.SPANS),
            lane(Signal.METRICS, Topics.RAW_METRICS, Topics.METRICS)));
  }

  private SignalLane lane(Signal signal, Topic raw, Topic clean) {
    return new SignalLane(signal, raw, clean, stage.partitions(clean), config, meters, logMeters);
  }
}
