package io.sluice.schemas.definitions;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.settings.ConfigurationException;
import java.util.List;

/** What becomes of one file {@code slo.yaml}. */
final class SloFiles {

  private SloFiles() {}

  static List<Slo> read(String file) {
    return Slos.of(set(file)).slos();
  }

  /** For who applies it. */
  static String problems(String file) {
    ConfigurationException e =
        catchThrowableOfType(
            ConfigurationException.class, () -> DefinitionKinds.validate(set(file)));
    return String.valueOf(e.getMessage());
  }

  private static DefinitionSet set(String file) {
    return new DefinitionSet(
        DefinitionKinds.SLOS, 1L, 0L, List.of(new DefinitionDocument("slo.yaml", file)));
  }
}
