package io.sluice.alerts;

import io.sluice.schemas.Alert;
import io.sluice.schemas.Backfill;
import io.sluice.schemas.Contributor;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.definitions.BurnRatePolicy;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.SloGroup;
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
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates the alerts of the SLOs whose windows it has seen. Holds nothing that cannot be rebuilt
 * from the windows and the last transitions: both are handed in again after a restart.
 */
final class AlertEngine {

  /** How long the stage before may have been stopped. */
  private static final Duration STOPPED_AT_MOST = Duration.ofDays(1);

  private final AlertsConfig config;
  private final Links links;
  private final Map<String, SliHistory> histories = new HashMap<>();

  /** SLOs of the files that have groups, by id: only the groups have windows. */
  private final Map<String, Slo> grouped = new HashMap<>();

  /** By id, with the groups of which something is known. */
  private final Map<String, Slo> slos = new LinkedHashMap<>();

  private final Map<String, Alert> lastTransitions = new HashMap<>();

  /** By SLO id, of those whose history is not all there. */
  private final Map<String, Backfill> backfills = new HashMap<>();

  /**
   * What is asked of one SLO.
   *
   * @param late whether its input is late: then nothing else is asked
   * @param others by fingerprint, the rules of this fingerprint: any of them makes the alert due
   */
  private record Rules(AlertRule late, Map<String, List<AlertRule>> others) {

    Set<String> fingerprints() {
      Set<String> all = new HashSet<>(others.keySet());
      all.add(late.fingerprint());
      return all;
    }
  }

  /** By SLO id. */
  private final Map<String, Rules> rulesBySlo = new LinkedHashMap<>();

  private @Nullable Slos defined;

  /** Records that changed without a transition since they were last taken. */
  private final List<Alert> held = new ArrayList<>();

  AlertEngine(AlertsConfig config) {
    this.config = config;
    this.links = new Links(config.consoleUrl());
  }

  /** Whether there ever was a usable set of SLOs. Without, nothing is decided. */
  boolean isDefined() {
    return defined != null;
  }

  /**
   * The SLOs that hold from now on. Cheap when they are those already in use.
   *
   * @return true when they are new: nothing is known of them until what is kept is put again
   */
  boolean define(Slos newSlos) {
    if (Objects.equals(newSlos, defined)) {
      return false;
    }
    defined = newSlos;
    slos.clear();
    grouped.clear();
    histories.clear();
    rulesBySlo.clear();
    for (Slo slo : newSlos.slos()) {
      if (slo.groupBy() == null) {
        add(slo);
      } else {
        grouped.put(slo.id(), slo);
      }
    }
    return true;
  }

  private void add(Slo slo) {
    slos.put(slo.id(), slo);
    if (!slo.policies().isEmpty()) {
      rulesBySlo.put(slo.id(), rules(slo));
    }
  }

  /** A group becomes an SLO when it is first asked for. */
  private boolean has(String sloId) {
    if (slos.containsKey(sloId)) {
      return true;
    }
    Slo group = SloGroup.find(sloId, grouped::get);
    if (group == null) {
      return false;
    }
    add(group);
    return true;
  }

  /** Whether a window says something: a group begins with an event. */
  boolean begins(SliWindow window) {
    return window.getTotal() > 0 || slos.containsKey(window.getSloId());
  }

  /**
   * Forgets the groups that are over.
   *
   * @param knownNanos end of the newest window of all
   * @return their ids
   */
  List<String> endGroups(long knownNanos) {
    List<String> over =
        slos.values().stream()
            .filter(slo -> slo.group() != null && isOver(slo, knownNanos))
            .map(Slo::id)
            .toList();
    over.forEach(
        id -> {
          slos.remove(id);
          histories.remove(id);
          rulesBySlo.remove(id);
          backfills.remove(id);
        });
    return over;
  }

  /**
   * A group without events in its whole period has nothing left in its budget; but while its
   * history comes nobody knows what there was. One whose windows have ceased for longer than any
   * stop explains is as good as that. One that begins anew with another definition is not over.
   */
  private boolean isOver(Slo group, long knownNanos) {
    SliHistory history = histories.get(group.id());
    if (history == null) {
      return false;
    }
    long silentNanos = knownNanos - history.newestEndNanos();
    boolean known = backfills.getOrDefault(group.id(), Backfill.NONE) == Backfill.NONE;
    return (known && history.last(group.period().toNanos()).total() == 0)
        || silentNanos > group.period().plus(STOPPED_AT_MOST).toNanos();
  }

  /** How far back the SLO with the longest period looks. */
  Duration longestPeriod() {
    return Stream.concat(slos.values().stream(), grouped.values().stream())
        .map(Slo::period)
        .max(Duration::compareTo)
        .orElse(Duration.ZERO);
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

  /** End of the newest window of an SLO of which something is known. */
  OptionalLong newestEndNanos(String sloId) {
    SliHistory history = histories.get(sloId);
    return history == null ? OptionalLong.empty() : OptionalLong.of(history.newestEndNanos());
  }

  /** What was known of an SLO holds no more. */
  void forget(String sloId) {
    histories.remove(sloId);
  }

  /**
   * How far the backfill of an SLO is. While it is read, alerts decide by what is known since the
   * new definition held, and none ends. While it is sent they stay as they are: sums over half of a
   * history would be wrong. Whether its live windows are late is asked all the time.
   */
  void backfill(String sloId, Backfill backfill) {
    backfills.put(sloId, backfill);
  }

  /**
   * Takes a window over. One of no SLO does nothing.
   *
   * @param difference what it adds to its earlier revision
   */
  void put(SliWindow window, Counts difference) {
    if (has(window.getSloId())) {
      history(window.getSloId()).put(window, difference);
    }
  }

  /**
   * Takes over what is said of a window that was put before: whether it has all its events.
   *
   * @return whether more is known than before, so that something may end
   */
  boolean know(SliWindow window) {
    SliHistory history = histories.get(window.getSloId());
    return history != null && history.know(window);
  }

  /**
   * Takes over what is known of a window that is not over. One of no SLO does nothing, and one of
   * an SLO of which nothing else is known: there is nothing to hold it against.
   */
  void putOpen(SliWindow window) {
    SliHistory history = histories.get(window.getSloId());
    if (history != null) {
      history.putOpen(window);
    }
  }

  /** Replaces what the bad events of an SLO in the hour of a time have in common. */
  void putContributors(String sloId, long timeNanos, List<Contributor> contributors) {
    if (has(sloId)) {
      history(sloId).putContributors(timeNanos, contributors);
    }
  }

  /** Adds what was kept of a slot of an SLO, after the windows that are kept one by one. */
  void restore(String sloId, long slotStartNanos, Counts counts) {
    if (has(sloId)) {
      history(sloId).restore(slotStartNanos, counts);
    }
  }

  /** A transition that was decided before, by this process or another. */
  void restore(Alert transition) {
    lastTransitions.put(transition.getFingerprint(), transition);
  }

  /** Decides what is due now. The transitions it returns are already taken for decided. */
  List<Alert> evaluate(Instant now) {
    if (!isDefined()) {
      return List.of();
    }
    List<Alert> transitions = new ArrayList<>();
    Set<String> ruled = new HashSet<>();
    rulesBySlo.forEach(
        (sloId, rules) -> {
          transitions.addAll(evaluate(sloId, rules, false, now));
          ruled.addAll(rules.fingerprints());
        });
    transitions.addAll(resolveWithoutRule(ruled, now));
    return transitions;
  }

  /**
   * Decides what is due now for one SLO of which a window has come. What it returns is already
   * taken for decided.
   */
  List<Alert> evaluate(String sloId, Instant now) {
    Rules rules = rulesBySlo.get(sloId);
    return rules == null ? List.of() : evaluate(sloId, rules, true, now);
  }

  /** The same for one of which more is known of a window that is not over: nothing ends by that. */
  List<Alert> evaluateOpen(String sloId, Instant now) {
    Rules rules = rulesBySlo.get(sloId);
    return rules == null ? List.of() : evaluate(sloId, rules, false, now);
  }

  /**
   * @param windowCame without one nothing ends: time alone makes nothing well
   */
  private List<Alert> evaluate(String sloId, Rules rules, boolean windowCame, Instant now) {
    SliHistory history = histories.get(sloId);
    Backfill backfill = backfills.getOrDefault(sloId, Backfill.NONE);
    boolean sending = backfill == Backfill.SENDING;
    if (history == null || (sending && !history.hasLiveWindow())) {
      return List.of();
    }
    boolean mayEnd = windowCame && backfill == Backfill.NONE;
    List<Alert> transitions = new ArrayList<>();
    Instant notBefore = notBeforeWindows(now, history);
    decide(List.of(rules.late()), history, true, notBefore).ifPresent(transitions::add);
    if (!sending && !InputRule.haveCeased(history, nanos(notBefore), config.inputLateAfter())) {
      for (List<AlertRule> sameAlert : rules.others().values()) {
        decide(sameAlert, history, mayEnd, notBefore).ifPresent(transitions::add);
      }
    }
    return transitions;
  }

  /** Records that are to be kept and that nobody is told of. */
  List<Alert> takeHeld() {
    List<Alert> taken = List.copyOf(held);
    held.clear();
    return taken;
  }

  /**
   * Forgets alerts of groups that have been over for long: there may be ever new ones. Until then
   * one that comes back goes on in its numbering, by which receivers know what they have seen.
   *
   * @return their fingerprints
   */
  List<String> forgetAlerts(long beforeNanos) {
    Set<String> ruled = new HashSet<>();
    rulesBySlo.values().forEach(rules -> ruled.addAll(rules.fingerprints()));
    List<String> forgotten =
        lastTransitions.values().stream()
            .filter(last -> last.getLabels().containsKey(AlertRule.GROUP))
            .filter(last -> !AlertLifecycle.isOpen(last) && last.getTimeUnixNano() < beforeNanos)
            .map(Alert::getFingerprint)
            .filter(fingerprint -> !ruled.contains(fingerprint))
            .toList();
    forgotten.forEach(lastTransitions::remove);
    return forgotten;
  }

  private Optional<Alert> decide(
      List<AlertRule> sameAlert, SliHistory history, boolean mayEnd, Instant now) {
    Alert last = lastTransitions.get(sameAlert.get(0).fingerprint());
    boolean isOpen = AlertLifecycle.isOpen(last);
    Optional<AlertRule> dueRule =
        sameAlert.stream()
            .filter(rule -> rule.isDue(history, isOpen, nanos(now)))
            .min(Comparator.comparing(AlertRule::holdFor));
    AlertRule rule = dueRule.orElse(sameAlert.get(0));
    boolean due = dueRule.isPresent();
    if (!due && !(mayEnd && knowsEnoughToEnd(last, history))) {
      return Optional.empty();
    }
    AlertLifecycle.Observation observation =
        new AlertLifecycle.Observation(
            due,
            rule.holdFor(),
            rule.keepFiringFor(),
            rule.flapHold(),
            rule.flapWindow(),
            now,
            () -> rule.evidence(history, due, nanos(now)));
    return decided(AlertLifecycle.next(rule.fingerprint(), rule.labels(), last, observation));
  }

  /**
   * Whether enough is known to end an alert. The newest window may lack events that a stage before
   * holds: what is bad by it is bad, but nothing is well. Windows from before the one that decided
   * know nothing of it. An SLO that began anew without a history knows nothing of what was before:
   * an alert from then waits until its short window is known, which would else be well with the
   * first good event.
   */
  private static boolean knowsEnoughToEnd(@Nullable Alert last, SliHistory history) {
    if (history.knownUntilNanos() < history.newestEndNanos()) {
      return false;
    }
    if (last == null) {
      return true;
    }
    long first = history.beginNanos() + history.bucketNanos(); // nothing is decided sooner
    long shortNanos = Duration.ofSeconds(last.getCause().getShortWindowSeconds()).toNanos();
    boolean isOlder = last.getInput() == null && last.getTimeUnixNano() < first;
    return history.newestEndNanos() >= last.getCountedUntilUnixNano()
        && !(isOlder && history.newestEndNanos() - history.beginNanos() < shortNanos);
  }

  private Optional<Alert> decided(Optional<AlertLifecycle.Decision> decision) {
    decision.ifPresent(made -> restore(made.alert()));
    decision.filter(made -> !made.isTransition()).ifPresent(made -> held.add(made.alert()));
    return decision.filter(AlertLifecycle.Decision::isTransition).map(made -> made.alert());
  }

  /** An alert whose SLO or policy was taken away is over, at once. */
  private List<Alert> resolveWithoutRule(Set<String> ruled, Instant now) {
    List<Alert> resolved = new ArrayList<>();
    for (Alert last : List.copyOf(lastTransitions.values())) {
      if (AlertLifecycle.isOpen(last) && !ruled.contains(last.getFingerprint())) {
        decided(
                AlertLifecycle.next(
                    last.getFingerprint(), last.getLabels(), last, withoutRule(last, now)))
            .ifPresent(resolved::add);
      }
    }
    return resolved;
  }

  private static AlertLifecycle.Observation withoutRule(Alert last, Instant now) {
    Map<String, String> annotations = new LinkedHashMap<>(last.getAnnotations());
    annotations.put("summary", "The SLO or its policy was removed");
    AlertLifecycle.Evidence evidence =
        new AlertLifecycle.Evidence(
            last.getCause(),
            last.getInput(),
            last.getCountedUntilUnixNano(),
            annotations,
            List.of(),
            List.of(),
            last.getBudgetRemaining());
    Duration none = Duration.ZERO;
    return new AlertLifecycle.Observation(false, none, none, none, none, now, () -> evidence);
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

  private Rules rules(Slo slo) {
    Map<String, List<AlertRule>> others = new LinkedHashMap<>();
    List<BurnRateRule> burnRates = new ArrayList<>();
    for (BurnRatePolicy policy : slo.policies()) {
      burnRates.add(new BurnRateRule(slo, policy, config, links));
    }
    BurnRate first = burnRates.get(0).burnRate();
    List<AlertRule> all = new ArrayList<>(burnRates);
    all.add(input(InputRule.Kind.ABSENT, slo, first));
    for (AlertRule rule : all) {
      others.computeIfAbsent(rule.fingerprint(), unused -> new ArrayList<>()).add(rule);
    }
    return new Rules(input(InputRule.Kind.LATE, slo, first), others);
  }

  private AlertRule input(InputRule.Kind kind, Slo slo, BurnRate first) {
    return new InputRule(kind, slo, config, first, links);
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
