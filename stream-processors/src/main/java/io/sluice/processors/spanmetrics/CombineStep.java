package io.sluice.processors.spanmetrics;

import io.micrometer.core.instrument.Counter;
import io.sluice.processor.InputRecord;
import io.sluice.processor.Stage;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * First step: combines batches, and sends what they come to to the owners of their services when
 * they are committed. So a service costs its owner a record a commit, however many spans it has.
 */
final class CombineStep implements Step {

  private final SpanCombiner combiner;
  private final long windowMillis;
  private final Counter duplicates;
  private final Counter impossibleTimes;
  private final Counter impossibleValues;
  private final Counter refusedSampling;

  @SuppressWarnings("NullAway.Init") // init comes first
  private StepContext context;

  @SuppressWarnings("NullAway.Init")
  private SeenRecords seen;

  CombineStep(SpanMetricsConfig config, Stage stage) {
    combiner =
        new SpanCombiner(
            config.maxNameLength(),
            (keys, tallies) ->
                List.of(
                    new RedDerivation(keys, tallies, config.attributes()),
                    new HttpDerivation(keys, tallies),
                    new RpcDerivation(keys, tallies),
                    new DatabaseDerivation(keys, tallies),
                    new CacheDerivation(keys, tallies),
                    new MessagingDerivation(keys, tallies)));
    windowMillis = config.duplicateWindow().toMillis();
    duplicates = stage.meters().counter("sluice.spanmetrics.duplicate.batches");
    impossibleTimes = stage.meters().counter("sluice.spanmetrics.impossible.times");
    impossibleValues = stage.meters().counter("sluice.spanmetrics.impossible.values");
    refusedSampling = stage.meters().counter("sluice.spanmetrics.refused.sampling");
  }

  @Override
  public void init(StepContext stepContext) {
    context = stepContext;
    seen = new SeenRecords(context.store(SpanMetricsTopology.SEEN), windowMillis);
  }

  @Override
  public void process(InputRecord input) {
    SeenRecords.Digest digest = SeenRecords.Digest.of(input.value());
    if (seen.has(digest, input.timestampMillis())) {
      duplicates.increment();
      return;
    }
    combiner.add(Slice.of(input.value()), input.timestampMillis() * 1_000_000);
    // Only now: a dead letter that is sent again, when it can be read, must not pass for a repeat.
    seen.add(digest, input.timestampMillis());
    if (combiner.isFull()) {
      combiner.drain(this::send);
    }
    if (combiner.impossibleTimes() > 0) {
      impossibleTimes.increment((double) combiner.impossibleTimes());
    }
    impossibleValues.increment((double) combiner.takeImpossibleValues());
    refusedSampling.increment((double) combiner.takeRefusedSampling());
  }

  @Override
  public void beforeCommit() {
    combiner.drain(this::send);
    seen.write();
  }

  private void send(String service, byte[] partials) {
    context.send(SpanMetricsTopology.PARTIALS, service.getBytes(StandardCharsets.UTF_8), partials);
  }
}
