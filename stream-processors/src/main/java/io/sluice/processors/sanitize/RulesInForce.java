package io.sluice.processors.sanitize;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.processor.Definitions;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.settings.ConfigurationException;
import io.sluice.schemas.settings.Origin;
import io.sluice.schemas.settings.Problem;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rules that hold now, compiled once for all tasks of the process. A set that cannot be used is
 * counted and logged, and the rules before it stay. There is never a time without rules, nor with
 * others than were applied. Safe for use by several threads.
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
  private final FindingMeters findings;
  private TokenKeys tokenKeys;
  private volatile State state;

  /**
   * @param keySource asked now, so that a wrong one stops the start, and for each new rule set
   * @throws ConfigurationException when the set that holds cannot be used: no rules are before it,
   *     and the shipped ones would let pass what only the applied ones know
   */
  RulesInForce(Definitions definitions, MeterRegistry meters, Supplier<TokenKeys> keySource) {
    this.definitions = definitions;
    this.keySource = keySource;
    this.findings = new FindingMeters(meters);
    this.tokenKeys = keySource.get();
    this.refused =
        Counter.builder("sluice.sanitizer.rules.refused")
            .description("Rule sets that could not be used.")
            .register(meters);
    this.state = first(definitions.current(DefinitionKinds.REDACTION_RULES));
    Gauge.builder("sluice.sanitizer.rules.version", this, RulesInForce::version)
        .description("Version of the rule set in force; 0 for the shipped one.")
        .register(meters);
  }

  /** Cheap when nothing changed: called for each record. */
  Sanitizer current() {
    DefinitionSet set = definitions.current(DefinitionKinds.REDACTION_RULES);
    State now = state;
    return now.isOf(set) ? now.sanitizer() : change(set);
  }

  private State first(DefinitionSet set) {
    try {
      return new State(set, compile(set));
    } catch (ConfigurationException e) {
      refused.increment();
      throw e;
    }
  }

  private synchronized Sanitizer change(DefinitionSet set) {
    State before = state;
    if (before.isOf(set)) {
      return before.sanitizer();
    }
    Sanitizer sanitizer;
    try {
      tokenKeys = newestKeys();
      sanitizer = compile(set);
    } catch (ConfigurationException e) {
      refused.increment();
      sanitizer = before.sanitizer();
      log.error(
          "redaction rules of version {} cannot be used; version {} stays: {}",
          set.getVersion(),
          sanitizer.version(),
          e.getMessage());
    }
    state = new State(set, sanitizer);
    return sanitizer;
  }

  private Sanitizer compile(DefinitionSet set) {
    RedactionRules rules = RedactionRules.of(set);
    Sanitizer sanitizer;
    try {
      sanitizer = Sanitizer.of(rules, tokenKeys);
    } catch (IllegalArgumentException e) { // of another version of Sluice
      Origin origin = Origin.of("redaction rules of version " + set.getVersion());
      throw new ConfigurationException(
          List.of(new Problem(origin, "", String.valueOf(e.getMessage()))));
    }
    findings.begin(sanitizer);
    log.info("redaction rules in force: version {}", set.getVersion());
    if (tokenKeys.isEmpty() && rules.tokenize()) {
      log.error(
          "redaction rules of version {} tokenize, but processors.sanitizer.tokenKeys names no"
              + " keys: they redact",
          set.getVersion());
    }
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

  private double version() {
    return state.sanitizer().version();
  }
}
