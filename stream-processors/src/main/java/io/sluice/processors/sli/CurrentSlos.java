package io.sluice.processors.sli;

import io.micrometer.core.instrument.Counter;
import io.sluice.processor.Definitions;
import io.sluice.processor.Stage;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.Slos;
import io.sluice.schemas.settings.ConfigurationException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SLOs that hold now, read once for all tasks of this process. A set that cannot be used is
 * counted, and the one before it stays. Safe for use by several threads.
 */
final class CurrentSlos {

  private static final Logger log = LoggerFactory.getLogger(CurrentSlos.class);

  private final Definitions definitions;
  private final Counter refused;

  /** None until a set can be used: spans are no dead letters for a fault of the SLOs. */
  private SloIndex index = new SloIndex(new Slos(0, List.of()));

  private @Nullable DefinitionSet tried;
  private boolean usable;

  CurrentSlos(Stage stage) {
    definitions = stage.definitions();
    refused = stage.meters().counter("sluice.sli.slos.refused");
  }

  synchronized SloIndex index() {
    DefinitionSet set = definitions.current(DefinitionKinds.SLOS);
    DefinitionSet before = tried;
    tried = set;
    if (!Objects.equals(set, before)) {
      try {
        index = new SloIndex(Slos.of(set));
        usable = true;
      } catch (ConfigurationException | IllegalArgumentException e) {
        refused.increment();
        log.error(
            "SLOs of version {} cannot be used, those before them stay: {}",
            set.getVersion(),
            e.getMessage());
      }
    }
    return index;
  }

  /** Whether any set could be used yet. Until then nobody knows which SLOs there are. */
  synchronized boolean areUsable() {
    index();
    return usable;
  }
}
