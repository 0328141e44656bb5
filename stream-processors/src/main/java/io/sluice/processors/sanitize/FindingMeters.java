package io.sluice.processors.sanitize;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.processors.sanitize.SanitizedRequest.Count;
import java.util.List;

/**
 * Counts findings as {@code sluice_sanitizer_findings_total{rule,mode}}; the mode {@code shadow}
 * tells what a rule would change if it were enforced. Safe for use by several threads.
 */
final class FindingMeters {

  private final MeterRegistry registry;

  FindingMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  void count(List<Count> counts) {
    for (Count count : counts) {
      Counter.builder("sluice.sanitizer.findings")
          .description("What redaction rules found.")
          .tag("rule", count.ruleId())
          .tag("mode", count.enforced() ? "enforce" : "shadow")
          .register(registry)
          .increment((double) count.count());
    }
  }
}
