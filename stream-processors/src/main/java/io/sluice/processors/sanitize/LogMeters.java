package io.sluice.processors.sanitize;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.processors.sanitize.logs.LogChange;
import java.util.EnumMap;
import java.util.Map;

/**
 * Counts log records that were brought into shape, as {@code
 * sluice_sanitizer_log_changes_total{kind}}. Safe for use by several threads.
 */
final class LogMeters {

  private final Map<LogChange, Counter> counters;

  LogMeters(MeterRegistry registry) {
    Map<LogChange, Counter> all = new EnumMap<>(LogChange.class);
    for (LogChange change : LogChange.values()) {
      all.put(
          change,
          Counter.builder("sluice.sanitizer.log.changes")
              .description("Log records that were brought into shape, by what was done.")
              .tag("kind", change.label())
              .register(registry));
    }
    counters = Map.copyOf(all);
  }

  void count(Map<LogChange, Long> changes) {
    counters.forEach(
        (change, counter) -> counter.increment((double) changes.getOrDefault(change, 0L)));
  }
}
