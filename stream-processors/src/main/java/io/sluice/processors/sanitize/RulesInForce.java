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
import java.io.UncheckedIOException;
import java.util.function.Supplier;
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
  private final Supplier<TokenKeys> keySource;
  private TokenKeys tokenKeys;
  private volatile @Nullable State state;

  /**
   * @param keySource asked now, so that a wrong one stops the start, and for each new rule set
   */
  RulesInForce(Definitions definitions, MeterRegistry meters, Supplier<TokenKeys> keySource) {
    this.definitions = definitions;
    this.keySource = keySource;
    this.tokenKeys = keySource.get();
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
      RedactionRules rules = RedactionRules.of(set);
      tokenKeys = newestKeys();
      sanitizer = Sanitizer.of(rules, tokenKeys);
      log.info("redaction rules in force: version {}", set.getVersion());
      if (tokenKeys.isEmpty() && rules.tokenize()) {
        log.error(
            "redaction rules of version {} tokenize, but processors.sanitizer.tokenKeys names no"
                + " keys: they redact",
            set.getVersion());
      }
    } catch (ConfigurationException | IllegalArgumentException e) {
      refused.increment();
      sanitizer = before != null ? before.sanitizer() : shipped(tokenKeys);
      log.error(
          "redaction rules of version {} cannot be used; version {} stays: {}",
          set.getVersion(),
          sanitizer.version(),
          e.getMessage());
    }
    state = new State(set, sanitizer);
    return sanitizer;
  }

  /** Those before when the new ones cannot be read: a half-written file must not end joining. */
  private TokenKeys newestKeys() {
    try {
      return keySource.get();
    } catch (IllegalArgumentException | UncheckedIOException e) {
      log.error("token keys cannot be read, those read before stay: {}", e.getMessage());
      return tokenKeys;
    }
  }

  private static Sanitizer shipped(TokenKeys tokenKeys) {
    return Sanitizer.of(
        RedactionRules.of(ShippedDefinitions.of(DefinitionKinds.REDACTION_RULES)), tokenKeys);
  }

  private double version() {
    State now = state;
    return now == null ? Double.NaN : now.sanitizer().version();
  }
}
