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

  /** Begins at 0 for each rule: where a counter begins with what was found, no rate sees that. */
  void begin(Sanitizer rules) {
    for (int i = 0; i < rules.ruleCount(); i++) {
      counter(rules.rule(i).id(), rules.rule(i).enforced());
    }
  }

  void count(List<Count> counts) {
    for (Count count : counts) {
      counter(count.ruleId(), count.enforced()).increment((double) count.count());
    }
  }

  private Counter counter(String rule, boolean enforced) {
    return Counter.builder("sluice.sanitizer.findings")
        .description("What redaction rules found.")
        .tag("rule", rule)
        .tag("mode", enforced ? "enforce" : "shadow")
        .register(registry);
  }
}
