package io.sluice.processors.sli;

import io.micrometer.core.instrument.Counter;
import io.sluice.processor.InputRecord;
import io.sluice.processor.Stage;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.definitions.EventSignal;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * First step: counts the events of a record and sends the partial counts to the owners of the SLOs.
 */
final class CountStep implements Step {

  private static final AvroSerde<SliWindow> SERDE = AvroSerde.of(SliWindow.getClassSchema());

  private final SliConfig config;
  private final CurrentSlos slos;
  private final Counter tooLate;
  private final Counter future;

  @SuppressWarnings("NullAway.Init") // init comes first
  private StepContext context;

  @SuppressWarnings("NullAway.Init")
  private LastPoints lastPoints;

  @SuppressWarnings("NullAway.Init")
  private MetricEvents metrics;

  /** Those by which points are remembered; null when that has to be looked at. */
  private @Nullable SloIndex known;

  CountStep(SliConfig config, Stage stage, CurrentSlos slos) {
    this.config = config;
    this.slos = slos;
    this.tooLate = SliTopology.events(stage, "too_late");
    this.future = SliTopology.events(stage, "future");
  }

  @Override
  public void init(StepContext stepContext) {
    context = stepContext;
    lastPoints = new LastPoints(context.store(SliTopology.LAST_POINTS));
    metrics = new MetricEvents(lastPoints);
    known = null;
    slos.index(); // to fall back on, when the set after it cannot be used
  }

  @Override
  public void process(InputRecord input) {
    SloIndex current = slos.index();
    if (current != known && slos.areUsable()) { // else nobody knows what is counted
      known = current;
      lastPoints.keepOnly(event -> current.counts(EventSignal.METRICS, event));
    }
    BatchCount batch =
        new BatchCount(current, config, input.timestampMillis() * 1_000_000)
            .add(Events.signal(input.topic()), input.value(), metrics);
    Map<String, String> source =
        Map.of(
            CountSource.HEADER,
            new CountSource(input.topic().name(), input.partition(), input.offset()).toString());
    for (BatchCount.Partial partial : batch.partials()) {
      context.send(
          SliTopology.COUNTS,
          partial.sloId().getBytes(StandardCharsets.UTF_8),
          SERDE.encode(partial.window()),
          source);
    }
    tooLate.increment((double) batch.tooLate());
    future.increment((double) batch.future());
  }
}
