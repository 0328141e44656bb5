package io.sluice.alerts;

import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.BurnRateCause;
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
   * @param evidence asked for only when there is a transition to explain
   */
  record Observation(boolean due, Duration waitFor, Instant now, Supplier<Evidence> evidence) {}

  /** What a transition tells people. */
  record Evidence(
      BurnRateCause cause, Map<String, String> annotations, List<TraceId> exampleTraces) {}

  private AlertLifecycle() {}

  /** Whether the alert is pending or fires. */
  static boolean isOpen(@Nullable Alert last) {
    return last != null && last.getState() != AlertState.RESOLVED;
  }

  /**
   * The transition that the observation makes due, or none.
   *
   * @param last the last transition of this fingerprint, null for an alert never seen
   */
  static Optional<Alert> next(
      String fingerprint,
      Map<String, String> labels,
      @Nullable Alert last,
      Observation observation) {
    long now = notBefore(last, nanos(observation.now()));
    AlertState state = state(last, observation, now);
    if (state == null) {
      return Optional.empty();
    }
    Alert episode = isOpen(last) ? last : null;
    Evidence evidence = observation.evidence().get();
    return Optional.of(
        Alert.newBuilder()
            .setFingerprint(fingerprint)
            .setTransition(last == null ? 1 : last.getTransition() + 1)
            .setState(state)
            .setLabels(labels)
            .setAnnotations(evidence.annotations())
            .setStartsAtUnixNano(episode != null ? episode.getStartsAtUnixNano() : now)
            .setEndsAtUnixNano(state == AlertState.RESOLVED ? now : 0)
            .setTimeUnixNano(now)
            .setCause(evidence.cause())
            .setExampleTraces(
                evidence.exampleTraces().isEmpty() && episode != null
                    ? episode.getExampleTraces()
                    : evidence.exampleTraces())
            .build());
  }

  /** The state that is due now, null when it is the one that holds. */
  private static @Nullable AlertState state(
      @Nullable Alert last, Observation observation, long now) {
    if (!observation.due()) {
      return isOpen(last) ? AlertState.RESOLVED : null;
    }
    if (last == null || !isOpen(last)) {
      return observation.waitFor().isZero() ? AlertState.FIRING : AlertState.PENDING;
    }
    Duration pendingFor = Duration.ofNanos(now - last.getStartsAtUnixNano());
    boolean fires =
        last.getState() == AlertState.PENDING && pendingFor.compareTo(observation.waitFor()) >= 0;
    return fires ? AlertState.FIRING : null;
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
