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
import org.jspecify.annotations.Nullable;

/**
 * One alert's way from PENDING over FIRING to RESOLVED. A pure function of the last transition and
 * what is observed now: nothing is remembered but the {@link Alert} record itself, so that a
 * restart goes on exactly where the store says.
 */
final class AlertLifecycle {

  /** What is seen of an alert's condition at one moment. */
  record Observation(
      boolean due,
      Duration waitFor,
      Instant now,
      BurnRateCause cause,
      Map<String, String> annotations,
      List<TraceId> exampleTraces) {}

  private AlertLifecycle() {}

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
    boolean open = last != null && last.getState() != AlertState.RESOLVED;
    if (!observation.due()) {
      return open
          ? Optional.of(transition(fingerprint, labels, last, AlertState.RESOLVED, observation))
          : Optional.empty();
    }
    if (last == null || !open) {
      AlertState first = observation.waitFor().isZero() ? AlertState.FIRING : AlertState.PENDING;
      return Optional.of(transition(fingerprint, labels, last, first, observation));
    }
    Duration pendingFor = Duration.ofNanos(nanos(observation.now()) - last.getStartsAtUnixNano());
    boolean fires =
        last.getState() == AlertState.PENDING && pendingFor.compareTo(observation.waitFor()) >= 0;
    return fires
        ? Optional.of(transition(fingerprint, labels, last, AlertState.FIRING, observation))
        : Optional.empty();
  }

  private static Alert transition(
      String fingerprint,
      Map<String, String> labels,
      @Nullable Alert last,
      AlertState state,
      Observation observation) {
    Alert open = last != null && last.getState() != AlertState.RESOLVED ? last : null;
    long now = nanos(observation.now());
    return Alert.newBuilder()
        .setFingerprint(fingerprint)
        .setTransition(last == null ? 1 : last.getTransition() + 1)
        .setState(state)
        .setLabels(labels)
        .setAnnotations(observation.annotations())
        .setStartsAtUnixNano(open != null ? open.getStartsAtUnixNano() : now)
        .setEndsAtUnixNano(state == AlertState.RESOLVED ? now : 0)
        .setTimeUnixNano(now)
        .setCause(observation.cause())
        .setExampleTraces(
            observation.exampleTraces().isEmpty() && open != null
                ? open.getExampleTraces()
                : observation.exampleTraces())
        .build();
  }

  private static long nanos(Instant instant) {
    return Math.addExact(
        Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
  }
}
