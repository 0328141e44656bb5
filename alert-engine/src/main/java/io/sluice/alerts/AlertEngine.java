package io.sluice.alerts;

import io.sluice.schemas.Alert;
import io.sluice.schemas.Contributor;
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
  private final Map<String, Slo> slos = new LinkedHashMap<>();
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
   * @return true when they are new: nothing is known of them until what is kept is put again
   */
  boolean define(Slos newSlos) {
    if (slosVersion != null && newSlos.version() == slosVersion) {
      return false;
    }
    slosVersion = newSlos.version();
    slos.clear();
    histories.clear();
    rulesBySlo = new LinkedHashMap<>();
    for (Slo slo : newSlos.slos()) {
      slos.put(slo.id(), slo);
      if (!slo.policies().isEmpty()) {
        rulesBySlo.put(slo.id(), rules(slo));
      }
    }
    return true;
  }

  /** How far back the SLO with the longest period looks. */
  Duration longestPeriod() {
    return slos.values().stream().map(Slo::period).max(Duration::compareTo).orElse(Duration.ZERO);
  }

  Set<String> sloIds() {
    return Set.copyOf(slos.keySet());
  }

  /** The SLOs of which something is known. */
  List<Slo> known() {
    return slos.values().stream().filter(slo -> histories.containsKey(slo.id())).toList();
  }

  /** What is known of an SLO that {@link #known} names. */
  SliHistory historyOf(Slo slo) {
    return history(slo.id());
  }

  /**
   * Takes a window over. One of no SLO does nothing.
   *
   * @param difference what it adds to its earlier revision
   */
  void put(SliWindow window, Counts difference) {
    if (slos.containsKey(window.getSloId())) {
      history(window.getSloId()).put(window, difference);
    }
  }

  /** Replaces what the bad events of an SLO in the hour of a time have in common. */
  void putContributors(String sloId, long timeNanos, List<Contributor> contributors) {
    if (slos.containsKey(sloId)) {
      history(sloId).putContributors(timeNanos, contributors);
    }
  }

  /** Adds what was kept of a slot of an SLO, after the windows that are kept one by one. */
  void restore(String sloId, long slotStartNanos, Counts counts) {
    if (slos.containsKey(sloId)) {
      history(sloId).restore(slotStartNanos, counts);
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
          Slo slo = slos.get(sloId);
          if (slo == null) {
            throw new IllegalArgumentException("not defined: " + sloId);
          }
          return new SliHistory(slo.period());
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
