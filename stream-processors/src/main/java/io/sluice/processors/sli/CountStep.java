package io.sluice.processors.sli;

import io.micrometer.core.instrument.Counter;
import io.sluice.processor.Definitions;
import io.sluice.processor.InputRecord;
import io.sluice.processor.Stage;
import io.sluice.processor.Step;
import io.sluice.processor.StepContext;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.Slos;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.settings.ConfigurationException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** First step: counts a batch of spans and sends the partial counts to the owners of the SLOs. */
final class CountStep implements Step {

  private static final Logger log = LoggerFactory.getLogger(CountStep.class);
  private static final AvroSerde<SliWindow> SERDE = AvroSerde.of(SliWindow.getClassSchema());

  private final SliConfig config;
  private final Definitions definitions;
  private final Counter tooLate;
  private final Counter future;
  private @Nullable SloIndex slos;
  private long triedVersion = -1;

  @SuppressWarnings("NullAway.Init") // init comes first
  private StepContext context;

  CountStep(SliConfig config, Stage stage) {
    this.config = config;
    this.definitions = stage.definitions();
    this.tooLate = SliTopology.events(stage, "too_late");
    this.future = SliTopology.events(stage, "future");
  }

  @Override
  public void init(StepContext stepContext) {
    context = stepContext;
  }

  @Override
  public void process(InputRecord input) {
    SloIndex index = slos();
    BatchCount batch =
        new BatchCount(index, config, input.timestampMillis() * 1_000_000)
            .add(Slice.of(input.value()));
    for (SliWindow partial : batch.windows()) {
      context.send(
          SliTopology.COUNTS,
          partial.getSloId().getBytes(StandardCharsets.UTF_8),
          SERDE.encode(partial));
    }
    tooLate.increment((double) batch.tooLate());
    future.increment((double) batch.future());
  }

  private SloIndex slos() {
    DefinitionSet set = definitions.current(DefinitionKinds.SLOS);
    SloIndex current = slos;
    if (current != null && triedVersion == set.getVersion()) {
      return current;
    }
    triedVersion = set.getVersion();
    try {
      current = new SloIndex(Slos.of(set));
    } catch (ConfigurationException e) {
      if (current == null) {
        throw e;
      }
      log.error(
          "SLOs version {} are not usable, the old ones stay: {}",
          set.getVersion(),
          e.getMessage());
    }
    slos = current;
    return current;
  }
}
