package io.sluice.processors.sanitize;

import io.sluice.processor.InputRecord;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.Topic;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Sends what is left of a raw record without its secrets. Whatever throws here makes the record a
 * dead letter, so nothing passes that was not looked at.
 */
final class SanitizeStep implements Step {

  private final RulesInForce rules;
  private final Map<Topic, SignalLane> lanes;

  @SuppressWarnings("NullAway.Init") // set by init, which the runtime calls first
  private StepContext context;

  SanitizeStep(RulesInForce rules, List<SignalLane> lanes) {
    this.rules = rules;
    this.lanes = lanes.stream().collect(Collectors.toMap(SignalLane::raw, Function.identity()));
  }

  @Override
  public void init(StepContext stepContext) {
    context = stepContext;
  }

  @Override
  public void process(InputRecord input) {
    SignalLane lane = lanes.get(input.topic());
    if (lane == null) {
      throw new IllegalStateException("not wired to sanitize " + input.topic().name());
    }
    lane.process(input.value(), rules.current(), context);
  }
}
