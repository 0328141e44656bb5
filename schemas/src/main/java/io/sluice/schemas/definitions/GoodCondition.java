package io.sluice.schemas.definitions;

/** When an event is good. */
public sealed interface GoodCondition permits EventCondition, NotBad, Threshold {

  /** Whether an event says what the condition asks for; one that does not is not counted. */
  boolean appliesTo(SloEvent event);

  /** Whether an event to which it applies is good. */
  boolean isMet(SloEvent event);
}
