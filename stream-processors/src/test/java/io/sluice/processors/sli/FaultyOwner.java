package io.sluice.processors.sli;

import io.sluice.processor.StreamProcessor;
import io.sluice.processors.faults.FaultyStep;
import io.sluice.processors.faults.RewiredProcessor;
import java.util.List;

/** The stage with an owner of the windows that can be killed and whose transactions can fail. */
final class FaultyOwner {

  private FaultyOwner() {}

  /**
   * @param steps gets each owner that is made, the newest last
   */
  static StreamProcessor<SliConfig> in(List<FaultyStep> steps) {
    return new RewiredProcessor<>(
        new SliProcessor(),
        (config, stage) ->
            SliTopology.of(
                config,
                stage,
                slos -> {
                  Upstream upstream = new Upstream(stage);
                  FaultyStep owner =
                      new FaultyStep(
                          () ->
                              new WindowStep(
                                  config,
                                  stage,
                                  slos,
                                  new BackfillMeters(stage.meters()),
                                  upstream));
                  steps.add(owner);
                  return owner;
                }));
  }
}
