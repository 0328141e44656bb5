package io.sluice.alerts;

import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.Slos;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Evaluates the alerts of the SLOs whose windows it has seen. Holds nothing that cannot be rebuilt
 * from the windows and the last transitions: both are handed in again after a restart.
 */
final class AlertEngine {

  private final AlertsConfig config;
  private final Map<String, SliHistory> histories = new HashMap<>();
  private final Map<String, Alert> lastTransitions = new HashMap<>();
  private Map<String, List<AlertRule>> rulesBySlo = Map.of();
  private long slosVersion = -1;

  AlertEngine(AlertsConfig config) {
    this.config = config;
  }

  /** The SLOs that hold from now on. Cheap when the version is the one already in use. */
  void define(Slos slos) {
    if (slos.version() == slosVersion) {
      return;
    }
    slosVersion = slos.version();
    Map<String, List<AlertRule>> rules = new LinkedHashMap<>();
    for (Slo slo : slos.slos()) {
      rules.put(
          slo.id(), slo.policies().stream().map(policy -> new AlertRule(slo, policy)).toList());
    }
    rulesBySlo = rules;
    histories.forEach((sloId, history) -> history.follow(lengths(sloId)));
  }

  /** How far back the alert that looks back farthest does. */
  Duration longestWindow() {
    return rulesBySlo.values().stream()
        .flatMap(List::stream)
        .map(rule -> rule.burnRate().longWindow())
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  /**
   * Takes a window over.
   *
   * @return false when this or a later revision was there already
   */
  boolean put(SliWindow window) {
    SliHistory history =
        histories.computeIfAbsent(
            window.getSloId(),
            sloId -> {
              SliHistory fresh = new SliHistory();
              fresh.follow(lengths(sloId));
              return fresh;
            });
    return history.put(window);
  }

  /** A transition that was decided before, by this process or another. */
  void restore(Alert transition) {
    lastTransitions.put(transition.getFingerprint(), transition);
  }

  /** Decides what is due now. What it returns is already taken for decided. */
  List<Alert> evaluate(Instant now) {
    List<Alert> transitions = new ArrayList<>();
    Set<String> ruled = new HashSet<>();
    Instant knownUntil = now.minus(config.windowDelay());
    for (Map.Entry<String, SliHistory> entry : histories.entrySet()) {
      SliHistory history = entry.getValue();
      history.knownUntil(nanos(knownUntil));
      for (AlertRule rule : rulesBySlo.getOrDefault(entry.getKey(), List.of())) {
        ruled.add(rule.fingerprint());
        evaluate(rule, history, now).ifPresent(transitions::add);
      }
    }
    transitions.addAll(resolveWithoutRule(ruled, now));
    transitions.forEach(this::restore);
    return transitions;
  }

  private Optional<Alert> evaluate(AlertRule rule, SliHistory history, Instant now) {
    BurnRate.Reading reading = rule.burnRate().read(history);
    AlertLifecycle.Observation observation =
        new AlertLifecycle.Observation(
            rule.burnRate().isDue(reading),
            rule.holdFor(),
            now,
            rule.burnRate().cause(reading),
            rule.annotations(reading, config.consoleUrl()),
            history.badTraces(rule.burnRate().longWindow().toNanos()));
    return AlertLifecycle.next(
        rule.fingerprint(), rule.labels(), lastTransitions.get(rule.fingerprint()), observation);
  }

  /** An alert whose SLO or policy was taken away is over. */
  private List<Alert> resolveWithoutRule(Set<String> ruled, Instant now) {
    List<Alert> resolved = new ArrayList<>();
    for (Alert last : lastTransitions.values()) {
      if (last.getState() != AlertState.RESOLVED && !ruled.contains(last.getFingerprint())) {
        AlertLifecycle.Observation gone =
            new AlertLifecycle.Observation(
                false,
                Duration.ZERO,
                now,
                last.getCause(),
                Map.of("summary", "The SLO or its policy was removed"),
                List.of());
        AlertLifecycle.next(last.getFingerprint(), last.getLabels(), last, gone)
            .ifPresent(resolved::add);
      }
    }
    return resolved;
  }

  private Set<Long> lengths(String sloId) {
    Set<Long> lengths = new HashSet<>();
    for (AlertRule rule : rulesBySlo.getOrDefault(sloId, List.of())) {
      lengths.add(rule.burnRate().longWindow().toNanos());
      lengths.add(rule.burnRate().shortWindow().toNanos());
    }
    return lengths;
  }

  private static long nanos(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
  }
}
