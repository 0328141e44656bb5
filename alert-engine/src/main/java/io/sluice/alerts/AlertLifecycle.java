package io.sluice.alerts;

import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.BurnRateCause;
import io.sluice.schemas.Contributor;
import io.sluice.schemas.InputCause;
import io.sluice.schemas.TraceId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One alert's way from PENDING over FIRING to RESOLVED. A pure function of the last transition and
 * what is observed now: nothing is remembered but the {@link Alert} record itself, so that a
 * restart goes on exactly where the store says.
 */
final class AlertLifecycle {

  /**
   * What is seen of an alert's condition at one moment.
   *
   * @param waitFor how long it must be due before the alert fires
   * @param keepFor how long the alert fires on after the condition has ended
   * @param flapHold how much longer when it came back soon: twice that the next time, and so on
   * @param flapWindow what soon is, and the longest that it is kept firing for that
   * @param evidence asked for only when there is a transition to explain
   */
  record Observation(
      boolean due,
      Duration waitFor,
      Duration keepFor,
      Duration flapHold,
      Duration flapWindow,
      Instant now,
      Supplier<Evidence> evidence) {}

  /**
   * What a transition tells people.
   *
   * @param countedUntilNanos end of the newest window that decided
   */
  record Evidence(
      BurnRateCause cause,
      @Nullable InputCause input,
      long countedUntilNanos,
      Map<String, String> annotations,
      List<TraceId> exampleTraces,
      List<Contributor> contributors,
      @Nullable Double budgetRemaining) {}

  /**
   * The record to keep from now on.
   *
   * @param isTransition whether anybody is told of it
   */
  record Decision(Alert alert, boolean isTransition) {}

  private AlertLifecycle() {}

  /** Whether the alert is pending or fires. */
  static boolean isOpen(@Nullable Alert last) {
    return last != null && last.getState() != AlertState.RESOLVED;
  }

  /**
   * What the observation changes, or nothing.
   *
   * @param last the last record of this fingerprint, null for an alert never seen
   */
  static Optional<Decision> next(
      String fingerprint,
      Map<String, String> labels,
      @Nullable Alert last,
      Observation observation) {
    long now = notBefore(last, nanos(observation.now()));
    if (!observation.due()) {
      return last == null || !isOpen(last) ? Optional.empty() : ended(last, observation, now);
    }
    if (last == null || !isOpen(last)) {
      AlertState state = observation.waitFor().isZero() ? AlertState.FIRING : AlertState.PENDING;
      Alert.Builder begun =
          transition(fingerprint, labels, last, state, observation, now)
              .setStartsAtUnixNano(now)
              .setFlaps(flaps(last, observation, now));
      return Optional.of(new Decision(begun.build(), true));
    }
    Duration pendingFor = Duration.ofNanos(now - last.getStartsAtUnixNano());
    if (last.getState() == AlertState.PENDING && pendingFor.compareTo(observation.waitFor()) >= 0) {
      Alert.Builder fires =
          transition(fingerprint, labels, last, AlertState.FIRING, observation, now);
      return Optional.of(new Decision(continued(fires, last).build(), true));
    }
    return last.getClearSinceUnixNano() == 0 ? Optional.empty() : Optional.of(clear(last, 0));
  }

  /** The condition does not hold. A firing alert may have to be kept for a while. */
  private static Optional<Decision> ended(Alert last, Observation observation, long now) {
    Duration hold = last.getState() == AlertState.FIRING ? hold(last, observation) : Duration.ZERO;
    long clearSince = last.getClearSinceUnixNano() == 0 ? now : last.getClearSinceUnixNano();
    if (now - clearSince < hold.toNanos()) {
      return last.getClearSinceUnixNano() == 0 ? Optional.of(clear(last, now)) : Optional.empty();
    }
    Alert.Builder resolved =
        transition(
            last.getFingerprint(), last.getLabels(), last, AlertState.RESOLVED, observation, now);
    continued(resolved, last).setEndsAtUnixNano(now);
    if (last.getState() == AlertState.PENDING) { // it did not come back: the next time counts
      resolved.setFlaps(last.getFlaps() - 1);
    }
    return Optional.of(new Decision(resolved.build(), true));
  }

  private static Decision clear(Alert last, long sinceNanos) {
    return new Decision(Alert.newBuilder(last).setClearSinceUnixNano(sinceNanos).build(), false);
  }

  private static Duration hold(Alert last, Observation observation) {
    if (last.getFlaps() == 0) {
      return observation.keepFor();
    }
    Duration damped = observation.flapHold().multipliedBy(1L << Math.min(last.getFlaps() - 1, 10));
    Duration longest = observation.flapWindow();
    return observation.keepFor().plus(damped.compareTo(longest) > 0 ? longest : damped);
  }

  /**
   * How often in a row it came back firing: within the time after its end in which that is no
   * chance.
   */
  private static int flaps(@Nullable Alert last, Observation observation, long now) {
    if (last == null || now - last.getEndsAtUnixNano() > observation.flapWindow().toNanos()) {
      return 0;
    }
    return last.getFlaps() + 1;
  }

  private static Alert.Builder transition(
      String fingerprint,
      Map<String, String> labels,
      @Nullable Alert last,
      AlertState state,
      Observation observation,
      long now) {
    Evidence evidence = observation.evidence().get();
    return Alert.newBuilder()
        .setFingerprint(fingerprint)
        .setTransition(last == null ? 1 : last.getTransition() + 1)
        .setState(state)
        .setLabels(labels)
        .setAnnotations(evidence.annotations())
        .setTimeUnixNano(now)
        .setCause(evidence.cause())
        .setInput(evidence.input())
        .setCountedUntilUnixNano(evidence.countedUntilNanos())
        .setExampleTraces(evidence.exampleTraces())
        .setContributors(evidence.contributors())
        .setBudgetRemaining(evidence.budgetRemaining());
  }

  /** What an episode keeps from its begin to its end. */
  private static Alert.Builder continued(Alert.Builder next, Alert last) {
    next.setStartsAtUnixNano(last.getStartsAtUnixNano()).setFlaps(last.getFlaps());
    return next.getExampleTraces().isEmpty()
        ? next.setExampleTraces(last.getExampleTraces())
        : next;
  }

  /** A clock that was set back must not end an alert before it began: receivers refuse that. */
  private static long notBefore(@Nullable Alert last, long now) {
    return last == null ? now : Math.max(now, last.getTimeUnixNano());
  }

  private static long nanos(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
  }
}
