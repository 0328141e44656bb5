package io.sluice.schemas.ledger;

import io.sluice.schemas.Redaction;
import io.sluice.schemas.RedactionAction;
import io.sluice.schemas.Signal;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** Ledger entries. */
final class Entries {

  static final Instant NOW = Instant.parse("2026-01-31T12:30:00Z");

  private Entries() {}

  /** One of a window of ten seconds that began so long before {@link #NOW}. */
  static Redaction entry(Duration ago, String rule, String service, String field, long count) {
    return Redaction.newBuilder()
        .setRuleId(rule)
        .setRuleSetVersion(7)
        .setSignal(Signal.LOGS)
        .setService(service)
        .setFieldPath(field)
        .setAction(RedactionAction.REDACT)
        .setCount(count)
        .setWindowStartUnixNano(TimeUnit.MILLISECONDS.toNanos(NOW.minus(ago).toEpochMilli()))
        .setWindowLengthNanos(TimeUnit.SECONDS.toNanos(10))
        .build();
  }
}
