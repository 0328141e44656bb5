package io.sluice.schemas.definitions;

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
}
