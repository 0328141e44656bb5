package io.sluice.schemas.ledger;

import io.sluice.schemas.Redaction;

/**
 * How often a rule changed something in a place.
 *
 * @param rulesVersion the newest version of the rule set that did
 * @param count how often
 * @param firstNanos start of the first of these windows
 * @param lastNanos end of the last
 */
public record RedactedTotal(
    RedactedPlace place, long rulesVersion, long count, long firstNanos, long lastNanos) {

  static RedactedTotal of(Redaction entry) {
    return new RedactedTotal(
        RedactedPlace.of(entry),
        entry.getRuleSetVersion(),
        entry.getCount(),
        entry.getWindowStartUnixNano(),
        entry.getWindowStartUnixNano() + entry.getWindowLengthNanos());
  }

  RedactedTotal at(RedactedPlace other) {
    return new RedactedTotal(other, rulesVersion, count, firstNanos, lastNanos);
  }

  RedactedTotal plus(RedactedTotal more) {
    return new RedactedTotal(
        place,
        Math.max(rulesVersion, more.rulesVersion),
        count + more.count,
        Math.min(firstNanos, more.firstNanos),
        Math.max(lastNanos, more.lastNanos));
  }
}
