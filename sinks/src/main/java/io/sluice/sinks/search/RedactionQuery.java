package io.sluice.sinks.search;

import org.jspecify.annotations.Nullable;

/**
 * Which lines of the redaction ledger to find, newest first.
 *
 * @param ruleId exact, or null
 * @param service exact, or null
 * @param fromUnixNano earliest start of the window
 * @param toUnixNano latest start of the window, not included
 * @param limit most lines, 1 to 1000
 */
public record RedactionQuery(
    @Nullable String ruleId,
    @Nullable String service,
    long fromUnixNano,
    long toUnixNano,
    int limit) {

  /** Everything, the newest hundred. */
  public static RedactionQuery all() {
    return new RedactionQuery(null, null, Long.MIN_VALUE, Long.MAX_VALUE, 100);
  }
}
