package io.sluice.schemas.definitions;

import io.sluice.schemas.Signal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Where a redaction rule looks.
 *
 * @param signals at least one
 * @param fields paths as the ledger writes them, {@code *} for any characters; a path also stands
 *     for everything below it ({@code log.attributes} for {@code log.attributes.http.url}); empty
 *     for all fields
 */
public record RuleScope(Set<Signal> signals, List<String> fields) {

  /** Every field of every signal. */
  public static final RuleScope EVERYWHERE = new RuleScope(EnumSet.allOf(Signal.class), List.of());

  public RuleScope {
    signals = Set.copyOf(signals);
    fields = List.copyOf(fields);
  }
}
