package io.sluice.processors.traces;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sluice.schemas.CloseReason;
import io.sluice.schemas.Trace;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What one partition's assembler counts. */
final class AssemblerMeters {

  private static final Duration[] DELAY_BUCKETS = {
    Duration.ofMillis(600),
    Duration.ofSeconds(1),
    Duration.ofMillis(1500),
    Duration.ofSeconds(5),
    Duration.ofSeconds(11),
    Duration.ofMinutes(1),
    Duration.ofMinutes(6)
  };

  private final Map<CloseReason, Counter> closedBy = new EnumMap<>(CloseReason.class);
  private final Timer closeDelay;
  private final Counter duplicates;
  private final Counter orphans;
  private final Counter missingParents;

  AssemblerMeters(MeterRegistry registry) {
    this.closeDelay =
        Timer.builder("sluice.traces.close.delay")
            .serviceLevelObjectives(DELAY_BUCKETS)
            .register(registry);
    this.duplicates = registry.counter("sluice.traces.duplicate.spans");
    this.orphans = registry.counter("sluice.traces.orphan.spans");
    this.missingParents = registry.counter("sluice.traces.missing.parents");
    for (CloseReason reason : CloseReason.values()) {
      String label = reason.name().toLowerCase(Locale.ROOT);
      closedBy.put(reason, registry.counter("sluice.traces.closed", "reason", label));
    }
  }

  void duplicate() {
    duplicates.increment();
  }

  void closed(Trace record) {
    Objects.requireNonNull(closedBy.get(record.getCloseReason())).increment();
    orphans.increment(record.getOrphanCount());
    missingParents.increment(record.getMissingParentCount());
    closeDelay.record(Duration.ofMillis(record.getCloseDelayMillis()));
  }
}
