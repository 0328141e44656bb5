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
import java.util.List;
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
  private final Counter refused;

  /** None until a set can be used: spans are no dead letters for a fault of the SLOs. */
  private SloIndex slos = new SloIndex(new Slos(0, List.of()));

  private long triedVersion = -1;

  @SuppressWarnings("NullAway.Init") // init comes first
  private StepContext context;

  CountStep(SliConfig config, Stage stage) {
    this.config = config;
    this.definitions = stage.definitions();
    this.tooLate = SliTopology.events(stage, "too_late");
    this.future = SliTopology.events(stage, "future");
    this.refused = stage.meters().counter("sluice.sli.slos.refused");
  }

  @Override
  public void init(StepContext stepContext) {
    context = stepContext;
    slos(); // to fall back on, when the set after it cannot be used
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
    if (triedVersion != set.getVersion()) {
      triedVersion = set.getVersion();
      try {
        slos = new SloIndex(Slos.of(set));
      } catch (ConfigurationException | IllegalArgumentException e) {
        refused.increment();
        log.error(
            "SLOs of version {} cannot be used, those before them stay: {}",
            set.getVersion(),
            e.getMessage());
      }
    }
    return slos;
  }
}
