package io.sluice.schemas.ledger;

import io.sluice.schemas.Redaction;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/**
 * Adds up the ledger's entries by place. Senders choose the names of services and attributes, so
 * only so many places are kept apart; what else a rule changed is counted for the rule as a whole.
 * Not safe for use by several threads.
 */
public final class LedgerTotals {

  private final int maxPlaces;
  private final Map<RedactedPlace, RedactedTotal> totals = new HashMap<>();

  /**
   * @param maxPlaces that are kept apart
   */
  public LedgerTotals(int maxPlaces) {
    this.maxPlaces = maxPlaces;
  }

  public void add(Redaction entry) {
    add(RedactedTotal.of(entry));
  }

  public void addAll(LedgerTotals others) {
    others.totals.values().forEach(this::add);
  }

  /** One for each place, in no order. */
  public Collection<RedactedTotal> all() {
    return totals.values();
  }

  private void add(RedactedTotal total) {
    boolean apart = totals.size() < maxPlaces || totals.containsKey(total.place());
    RedactedTotal kept = apart ? total : total.at(total.place().amongOthers());
    totals.merge(kept.place(), kept, RedactedTotal::plus);
  }
}
