package io.sluice.schemas.ledger;

import io.sluice.schemas.Redaction;
import io.sluice.schemas.RedactionAction;
import io.sluice.schemas.Signal;
import java.util.function.Predicate;

/** Where a rule changes something, and how. */
public record RedactedPlace(
    String ruleId, Signal signal, String service, String fieldPath, RedactionAction action) {

  /** Stands for the services and fields of places that are not kept apart. */
  static final String OTHERS = "…";

  /**
   * Places of one service or rule.
   *
   * @param service its name; empty for any
   * @param rule its id, or what all ids of a family begin with up to a dot; empty for any
   */
  public static Predicate<RedactedPlace> matching(String service, String rule) {
    return place ->
        (service.isEmpty() || place.service().equals(service))
            && (rule.isEmpty()
                || place.ruleId().equals(rule)
                || place.ruleId().startsWith(rule + "."));
  }

  static RedactedPlace of(Redaction entry) {
    return new RedactedPlace(
        entry.getRuleId(),
        entry.getSignal(),
        entry.getService(),
        entry.getFieldPath(),
        entry.getAction());
  }

  RedactedPlace amongOthers() {
    return new RedactedPlace(ruleId, signal, OTHERS, OTHERS, action);
  }

  boolean isOthers() {
    return service.equals(OTHERS) && fieldPath.equals(OTHERS);
  }
}
