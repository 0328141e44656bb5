package io.sluice.processors.spanmetrics;

import io.micrometer.core.instrument.Counter;
import io.sluice.processor.InputRecord;
import io.sluice.processor.Stage;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** First step: combines a batch and sends what it comes to to the owners of its services. */
final class CombineStep implements Step {

  private final SpanCombiner combiner;
  private final Counter impossibleTimes;

  @SuppressWarnings("NullAway.Init") // init comes first
  private StepContext context;

  CombineStep(SpanMetricsConfig config, Stage stage) {
    combiner =
        new SpanCombiner(
            config.maxNameLength(),
            (keys, tallies) -> List.of(new RedDerivation(keys, tallies, config.attributes())));
    impossibleTimes = stage.meters().counter("sluice.spanmetrics.impossible.times");
  }

  @Override
  public void init(StepContext stepContext) {
    context = stepContext;
  }

  @Override
  public void process(InputRecord input) {
    combiner.combine(
        Slice.of(input.value()),
        input.timestampMillis() * 1_000_000,
        (service, partials) ->
            context.send(
                SpanMetricsTopology.PARTIALS, service.getBytes(StandardCharsets.UTF_8), partials));
    if (combiner.impossibleTimes() > 0) {
      impossibleTimes.increment((double) combiner.impossibleTimes());
    }
  }
}
