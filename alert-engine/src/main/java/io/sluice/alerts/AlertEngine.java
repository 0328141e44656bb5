package io.sluice.alerts;

import io.sluice.schemas.Alert;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.definitions.BurnRatePolicy;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.Slos;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the alerts of the SLOs whose windows it has seen. Holds nothing that cannot be rebuilt
 * from the windows and the last transitions: both are handed in again after a restart.
 */
final class AlertEngine {

  private final AlertsConfig config;
  private final Instant settlesAt;
  private final Map<String, SliHistory> histories = new HashMap<>();
  private final Map<String, Alert> lastTransitions = new HashMap<>();

  /** SLO id, fingerprint, and the rules of this fingerprint: any of them makes the alert due. */
  private Map<String, Map<String, List<AlertRule>>> rulesBySlo = Map.of();

  private @Nullable Long slosVersion;
  private boolean settled;

  /**
   * @param startedAt windows that others sent in the meantime are still to come: until the delay
   *     has gone by, what is missing is not taken for a recovery
   */
  AlertEngine(AlertsConfig config, Instant startedAt) {
    this.config = config;
    this.settlesAt = startedAt.plus(config.windowDelay());
  }

  /** Whether there ever was a usable set of SLOs. Without, nothing is decided. */
  boolean isDefined() {
    return slosVersion != null;
  }

  /**
   * The SLOs that hold from now on. Cheap when the version is the one already in use.
   *
   * @return true when an alert looks back farther than before: {@link #put} earlier windows again
   */
  boolean define(Slos slos) {
    if (slosVersion != null && slos.version() == slosVersion) {
      return false;
    }
    slosVersion = slos.version();
    Map<String, Map<String, List<AlertRule>>> before = rulesBySlo;
    rulesBySlo = new LinkedHashMap<>();
    boolean farther = false;
    for (Slo slo : slos.slos()) {
      if (!slo.policies().isEmpty()) {
        rulesBySlo.put(slo.id(), rules(slo));
        farther |= longest(rulesBySlo, slo.id()).compareTo(longest(before, slo.id())) > 0;
      }
    }
    histories.keySet().retainAll(rulesBySlo.keySet());
    histories.forEach((sloId, history) -> history.follow(lengths(sloId)));
    return farther;
  }

  /** How far back the alert that looks back farthest does. */
  Duration longestWindow() {
    return rulesBySlo.keySet().stream()
        .map(sloId -> longest(rulesBySlo, sloId))
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  /** Takes a window over. One that no alert looks at, or that was there already, does nothing. */
  void put(SliWindow window) {
    if (rulesBySlo.containsKey(window.getSloId())) {
      history(window.getSloId()).put(window);
    }
  }

  /** A transition that was decided before, by this process or another. */
  void restore(Alert transition) {
    lastTransitions.put(transition.getFingerprint(), transition);
  }

  /** Decides what is due now. What it returns is already taken for decided. */
  List<Alert> evaluate(Instant now) {
    if (!isDefined()) {
      return List.of();
    }
    List<Alert> transitions = new ArrayList<>();
    Set<String> ruled = new HashSet<>();
    rulesBySlo.forEach(
        (sloId, rules) -> {
          transitions.addAll(evaluate(sloId, now));
          ruled.addAll(rules.keySet());
        });
    List<Alert> gone = resolveWithoutRule(ruled, now);
    gone.forEach(this::restore);
    transitions.addAll(gone);
    return transitions;
  }

  /** Decides what is due now for one SLO. What it returns is already taken for decided. */
  List<Alert> evaluate(String sloId, Instant now) {
    Map<String, List<AlertRule>> rules = rulesBySlo.getOrDefault(sloId, Map.of());
    boolean open =
        rules.keySet().stream().anyMatch(key -> AlertLifecycle.isOpen(lastTransitions.get(key)));
    if (!open && !histories.containsKey(sloId)) {
      return List.of();
    }
    settled |= !now.isBefore(settlesAt);
    SliHistory history = history(sloId);
    history.knownUntil(nanos(now.minus(config.windowDelay())));
    List<Alert> transitions = new ArrayList<>();
    for (List<AlertRule> sameAlert : rules.values()) {
      evaluate(sameAlert, history, notBeforeWindows(now, history)).ifPresent(transitions::add);
    }
    transitions.forEach(this::restore);
    return transitions;
  }

  private Optional<Alert> evaluate(List<AlertRule> sameAlert, SliHistory history, Instant now) {
    Optional<AlertRule> dueRule =
        sameAlert.stream()
            .filter(rule -> rule.burnRate().isDue(rule.burnRate().read(history)))
            .min(Comparator.comparing(AlertRule::holdFor));
    boolean due = dueRule.isPresent();
    if (!due && !settled) {
      return Optional.empty();
    }
    AlertRule rule = dueRule.orElse(sameAlert.get(0));
    AlertLifecycle.Observation observation =
        new AlertLifecycle.Observation(
            due, rule.holdFor(), now, () -> rule.evidence(history, due, config.consoleUrl()));
    return AlertLifecycle.next(
        rule.fingerprint(), rule.labels(), lastTransitions.get(rule.fingerprint()), observation);
  }

  /** An alert whose SLO or policy was taken away is over. */
  private List<Alert> resolveWithoutRule(Set<String> ruled, Instant now) {
    List<Alert> resolved = new ArrayList<>();
    for (Alert last : lastTransitions.values()) {
      if (AlertLifecycle.isOpen(last) && !ruled.contains(last.getFingerprint())) {
        Map<String, String> annotations = new LinkedHashMap<>(last.getAnnotations());
        annotations.put("summary", "The SLO or its policy was removed");
        AlertLifecycle.Evidence evidence =
            new AlertLifecycle.Evidence(last.getCause(), annotations, List.of());
        AlertLifecycle.next(
                last.getFingerprint(),
                last.getLabels(),
                last,
                new AlertLifecycle.Observation(false, Duration.ZERO, now, () -> evidence))
            .ifPresent(resolved::add);
      }
    }
    return resolved;
  }

  private SliHistory history(String sloId) {
    return histories.computeIfAbsent(
        sloId,
        unused -> {
          SliHistory fresh = new SliHistory();
          fresh.follow(lengths(sloId));
          return fresh;
        });
  }

  private static Map<String, List<AlertRule>> rules(Slo slo) {
    Map<String, List<AlertRule>> rules = new LinkedHashMap<>();
    for (BurnRatePolicy policy : slo.policies()) {
      AlertRule rule = new AlertRule(slo, policy);
      rules.computeIfAbsent(rule.fingerprint(), unused -> new ArrayList<>()).add(rule);
    }
    return rules;
  }

  private static Duration longest(
      Map<String, Map<String, List<AlertRule>>> rulesBySlo, String sloId) {
    return rulesBySlo.getOrDefault(sloId, Map.of()).values().stream()
        .flatMap(List::stream)
        .map(rule -> rule.burnRate().longWindow())
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
  }

  private Set<Long> lengths(String sloId) {
    Set<Long> lengths = new HashSet<>();
    for (List<AlertRule> sameAlert : rulesBySlo.getOrDefault(sloId, Map.of()).values()) {
      for (AlertRule rule : sameAlert) {
        lengths.add(rule.burnRate().longWindow().toNanos());
        lengths.add(rule.burnRate().shortWindow().toNanos());
      }
    }
    return lengths;
  }

  /** A window is sent when it is over: a clock that says otherwise is behind. */
  private static Instant notBeforeWindows(Instant now, SliHistory history) {
    return nanos(now) >= history.newestEndNanos()
        ? now
        : Instant.EPOCH.plusNanos(history.newestEndNanos());
  }

  private static long nanos(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
  }
}
