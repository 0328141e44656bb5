package io.sluice.processor;

import io.sluice.schemas.DefinitionSet;

/**
 * What users define, as it is now. A set is one versioned record: it changes as a whole, between
 * two records of the stream and never within one. Safe for use by any thread; cheap enough to ask
 * for each record.
 */
@FunctionalInterface
public interface Definitions {

  /**
   * The current set of a kind ({@code redaction-rules}, {@code slos}): the last one applied, or the
   * one that Sluice ships (version 0) when none was. Never null, so that a stage is never without
   * rules.
   */
  DefinitionSet current(String kind);
}
