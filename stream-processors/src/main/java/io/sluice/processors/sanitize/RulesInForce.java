package io.sluice.processors.sanitize;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.processor.Definitions;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.definitions.ShippedDefinitions;
import io.sluice.schemas.settings.ConfigurationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules that hold now, compiled once for all tasks of the process. A set that cannot be used is
 * counted and logged, and the rules before it stay: there is never a time without rules. Safe for
 * use by several threads.
 */
final class RulesInForce {

  private static final Logger log = LoggerFactory.getLogger(RulesInForce.class);

  /** What was compiled, or refused, and what holds since. */
  private record State(DefinitionSet set, Sanitizer sanitizer) {

    /** By identity: comparing the text of all rules for each record would cost more than them. */
    @SuppressWarnings("ReferenceEquality")
    boolean isOf(DefinitionSet other) {
      return set == other;
    }
  }

  private final Definitions definitions;
  private final Counter refused;
  private volatile @Nullable State state;

  RulesInForce(Definitions definitions, MeterRegistry meters) {
    this.definitions = definitions;
    this.refused =
        Counter.builder("sluice.sanitizer.rules.refused")
            .description("Rule sets that could not be used; the rules before them stayed.")
            .register(meters);
    Gauge.builder("sluice.sanitizer.rules.version", this, RulesInForce::version)
        .description("Version of the rule set in force; 0 for the shipped one.")
        .register(meters);
  }

  /** Cheap when nothing changed: called for each record. */
  Sanitizer current() {
    DefinitionSet set = definitions.current(DefinitionKinds.REDACTION_RULES);
    State now = state;
    return now != null && now.isOf(set) ? now.sanitizer() : change(set);
  }

  private synchronized Sanitizer change(DefinitionSet set) {
    State before = state;
    if (before != null && before.isOf(set)) {
      return before.sanitizer();
    }
    Sanitizer sanitizer;
    try {
      sanitizer = Sanitizer.of(RedactionRules.of(set));
      log.info("redaction rules in force: version {}", set.getVersion());
    } catch (ConfigurationException | IllegalArgumentException e) {
      refused.increment();
      sanitizer = before != null ? before.sanitizer() : shipped();
      log.error(
          "redaction rules of version {} cannot be used; version {} stays: {}",
          set.getVersion(),
          sanitizer.version(),
          e.getMessage());
    }
    state = new State(set, sanitizer);
    return sanitizer;
  }

  private static Sanitizer shipped() {
    return Sanitizer.of(RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES)));
  }

  private double version() {
    State now = state;
    return now == null ? Double.NaN : now.sanitizer().version();
  }
}
