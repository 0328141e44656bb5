package io.sluice.processors.spanmetrics;

import io.sluice.processor.InputRecord;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.otlp.Slice;
import java.nio.charset.StandardCharsets;

/** First step: combines a batch and sends the parts to the owners of the services. */
final class CombineStep implements Step {

  private static final AvroSerde<SeriesPoint> SERDE = AvroSerde.of(SeriesPoint.getClassSchema());

  private final SpanMetricsConfig config;

  @SuppressWarnings("NullAway.Init") // init comes first
  private StepContext context;

  CombineStep(SpanMetricsConfig config) {
    this.config = config;
  }

  @Override
  public void init(StepContext stepContext) {
    context = stepContext;
  }

  @Override
  public void process(InputRecord input) {
    BatchMetrics batch =
        new BatchMetrics(config, input.timestampMillis() * 1_000_000).add(Slice.of(input.value()));
    for (SeriesPoint partial : batch.partials()) {
      String service = partial.getLabels().getOrDefault(SeriesLabels.SERVICE, "");
      context.send(
          SpanMetricsTopology.PARTIALS,
          service.getBytes(StandardCharsets.UTF_8),
          SERDE.encode(partial));
    }
  }
}
