package io.sluice.schemas.definitions;

/**
 * Good is what does not fulfil a condition: an SLI that says which events are bad.
 *
 * @param bad when an event is bad
 */
public record NotBad(EventCondition bad) implements GoodCondition {

  @Override
  public boolean appliesTo(SloEvent event) {
    return bad.appliesTo(event);
  }

  @Override
  public boolean isMet(SloEvent event) {
    return !bad.isMet(event);
  }
}
