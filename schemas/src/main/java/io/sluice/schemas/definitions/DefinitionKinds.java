package io.sluice.schemas.definitions;

import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.settings.ConfigurationException;
import java.util.List;

/** The kinds of definition: keys of the records on {@code sluice.definitions}. */
public final class DefinitionKinds {

  public static final String REDACTION_RULES = "redaction-rules";
  public static final String SLOS = "slos";

  private static final List<String> ALL = List.of(REDACTION_RULES, SLOS);

  private DefinitionKinds() {}

  public static List<String> all() {
    return ALL;
  }

  /**
   * Checks a whole set that is to be applied: as the stages will read it, and no less.
   *
   * @throws ConfigurationException with every problem of the set: file, line, path
   * @throws IllegalArgumentException when there is no such kind
   */
  public static void validate(DefinitionSet set) {
    switch (set.getKind()) {
      case REDACTION_RULES -> RedactionRules.of(set);
      case SLOS -> Slos.check(set);
      default -> throw new IllegalArgumentException("no kind of definition: " + set.getKind());
    }
  }
}
