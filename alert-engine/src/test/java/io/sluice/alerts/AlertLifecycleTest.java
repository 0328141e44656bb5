package io.sluice.alerts;

import static io.sluice.alerts.Windows.at;
import static io.sluice.alerts.Windows.nanosAt;
import static io.sluice.alerts.Windows.trace;
import static io.sluice.schemas.AlertState.FIRING;
import static io.sluice.schemas.AlertState.PENDING;
import static io.sluice.schemas.AlertState.RESOLVED;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Alert;
import io.sluice.schemas.BurnRateCause;
import io.sluice.schemas.TraceId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AlertLifecycleTest {

  private static final Map<String, String> LABELS = Map.of("slo", "checkout");
  private static final Duration AT_ONCE = Duration.ZERO;
  private static final Duration MINUTE = Duration.ofMinutes(1);

  @Test
  void firesAtOnceWithoutAWait() {
    Alert alert = next(null, true, AT_ONCE, at(7)).orElseThrow();

    assertThat(alert.getState()).isEqualTo(FIRING);
    assertThat(alert.getTransition()).isOne();
    assertThat(alert.getFingerprint()).isEqualTo("f1");
    assertThat(alert.getLabels()).isEqualTo(LABELS);
    assertThat(alert.getStartsAtUnixNano()).isEqualTo(nanosAt(7));
    assertThat(alert.getTimeUnixNano()).isEqualTo(nanosAt(7));
    assertThat(alert.getEndsAtUnixNano()).isZero();
    assertThat(alert.getExampleTraces()).containsExactly(trace(1));
    assertThat(alert.getAnnotations()).containsEntry("summary", "due true");
    assertThat(alert.getCause().getLongTotal()).isEqualTo(100);
  }

  @Test
  void firesWhenItWasDueForTheWholeWait() {
    Alert pending = next(null, true, MINUTE, at(0)).orElseThrow();
    assertThat(pending.getState()).isEqualTo(PENDING);

    assertThat(next(pending, true, MINUTE, at(59))).isEmpty();
    Alert firing = next(pending, true, MINUTE, at(60)).orElseThrow();

    assertThat(firing.getState()).isEqualTo(FIRING);
    assertThat(firing.getTransition()).isEqualTo(2);
    assertThat(firing.getStartsAtUnixNano()).isEqualTo(nanosAt(0));
    assertThat(firing.getTimeUnixNano()).isEqualTo(nanosAt(60));
  }

  @Test
  void doesNotFireWhenItWasNotDueInBetween() {
    Alert pending = next(null, true, MINUTE, at(0)).orElseThrow();
    Alert resolved = next(pending, false, MINUTE, at(30)).orElseThrow();
    Alert again = next(resolved, true, MINUTE, at(60)).orElseThrow();

    assertThat(resolved.getState()).isEqualTo(RESOLVED);
    assertThat(again.getState()).isEqualTo(PENDING);
    assertThat(again.getStartsAtUnixNano()).isEqualTo(nanosAt(60));
    assertThat(next(again, true, MINUTE, at(119))).isEmpty();
  }

  @Test
  void tellsNothingTwice() {
    assertThat(next(null, false, AT_ONCE, at(0))).isEmpty();
    Alert firing = next(null, true, AT_ONCE, at(0)).orElseThrow();
    assertThat(next(firing, true, AT_ONCE, at(100))).isEmpty();
    Alert resolved = next(firing, false, AT_ONCE, at(200)).orElseThrow();
    assertThat(next(resolved, false, AT_ONCE, at(300))).isEmpty();
  }

  @Test
  void keepsTheBeginAndTheTracesWhenItEnds() {
    Alert firing = next(null, true, AT_ONCE, at(0)).orElseThrow();

    Alert resolved = next(firing, false, AT_ONCE, at(90)).orElseThrow();

    assertThat(resolved.getStartsAtUnixNano()).isEqualTo(nanosAt(0));
    assertThat(resolved.getEndsAtUnixNano()).isEqualTo(nanosAt(90));
    assertThat(resolved.getExampleTraces()).containsExactly(trace(1));
  }

  @Test
  void beginsANewEpisodeAfterTheEnd() {
    Alert firing = next(null, true, AT_ONCE, at(0)).orElseThrow();
    Alert resolved = next(firing, false, AT_ONCE, at(90)).orElseThrow();

    Alert again = next(resolved, true, AT_ONCE, at(100)).orElseThrow();

    assertThat(again.getTransition()).isEqualTo(3);
    assertThat(again.getStartsAtUnixNano()).isEqualTo(nanosAt(100));
    assertThat(again.getEndsAtUnixNano()).isZero();
  }

  @Test
  void doesNotEndBeforeItBeganWhenTheClockIsSetBack() {
    Alert firing = next(null, true, AT_ONCE, at(3600)).orElseThrow();

    Alert resolved = next(firing, false, AT_ONCE, at(0)).orElseThrow();

    assertThat(resolved.getEndsAtUnixNano()).isEqualTo(nanosAt(3600));
  }

  @Test
  void firesOnForAsLongAsItIsToBeKept() {
    Alert firing = next(null, true, AT_ONCE, at(0)).orElseThrow();
    AlertLifecycle.Decision clear = decide(firing, false, AT_ONCE, MINUTE, at(100)).orElseThrow();
    assertThat(clear.isTransition()).isFalse();
    assertThat(clear.alert().getState()).isEqualTo(FIRING);

    assertThat(decide(clear.alert(), false, AT_ONCE, MINUTE, at(159))).isEmpty();
    Alert resolved = decide(clear.alert(), false, AT_ONCE, MINUTE, at(160)).orElseThrow().alert();

    assertThat(resolved.getState()).isEqualTo(RESOLVED);
    assertThat(resolved.getEndsAtUnixNano()).isEqualTo(nanosAt(160));
    assertThat(resolved.getClearSinceUnixNano()).isZero();
  }

  @Test
  void beginsToWaitAgainWhenTheConditionCameBackInBetween() {
    Alert firing = next(null, true, AT_ONCE, at(0)).orElseThrow();
    Alert clear = decide(firing, false, AT_ONCE, MINUTE, at(100)).orElseThrow().alert();

    AlertLifecycle.Decision due = decide(clear, true, AT_ONCE, MINUTE, at(110)).orElseThrow();

    assertThat(due.isTransition()).as("it never stopped firing").isFalse();
    Alert again = decide(due.alert(), false, AT_ONCE, MINUTE, at(150)).orElseThrow().alert();
    assertThat(decide(again, false, AT_ONCE, MINUTE, at(209))).isEmpty();
    assertThat(decide(again, false, AT_ONCE, MINUTE, at(210))).isPresent();
  }

  /** With a hold of 10 s at first, and a minute in which coming back is no chance. */
  @Test
  void isKeptLongerEachTimeItComesBackSoon() {
    Alert alert = next(null, true, AT_ONCE, at(0)).orElseThrow();
    alert = next(alert, false, AT_ONCE, at(10)).orElseThrow();
    assertThat(alert.getState()).as("the first time at once").isEqualTo(RESOLVED);

    long second = 20;
    for (long hold : new long[] {10, 20, 40, 60, 60}) {
      alert = next(alert, true, AT_ONCE, at(second)).orElseThrow();
      Alert clear = next(alert, false, AT_ONCE, at(second + 1)).orElseThrow();
      assertThat(next(clear, false, AT_ONCE, at(second + hold))).isEmpty();
      alert = next(clear, false, AT_ONCE, at(second + 1 + hold)).orElseThrow();
      assertThat(alert.getState()).isEqualTo(RESOLVED);
      second += hold + 11;
    }
    Alert later = next(alert, true, AT_ONCE, at(second + 61)).orElseThrow();
    assertThat(later.getFlaps()).as("it was well for long").isZero();
  }

  @Test
  void doesNotCountAsFlappingWhatWasOnlyPending() {
    Alert alert = null;
    for (long second = 0; second < 30; second += 10) {
      alert = next(alert, true, MINUTE, at(second)).orElseThrow();
      assertThat(alert.getFlaps()).isZero();
      alert = next(alert, false, MINUTE, at(second + 5)).orElseThrow();
      assertThat(alert.getState()).isEqualTo(RESOLVED);
    }
    alert = next(alert, true, AT_ONCE, at(30)).orElseThrow();
    assertThat(alert.getState()).isEqualTo(FIRING);
    alert = next(alert, false, AT_ONCE, at(31)).orElseThrow();
    assertThat(alert.getState()).as("it fires for the first time").isEqualTo(RESOLVED);

    alert = next(alert, true, MINUTE, at(40)).orElseThrow();
    alert = next(alert, false, MINUTE, at(45)).orElseThrow();
    alert = next(alert, true, AT_ONCE, at(50)).orElseThrow();
    assertThat(alert.getFlaps()).as("since it fired before").isOne();
  }

  private static Optional<Alert> next(
      @Nullable Alert last, boolean due, Duration waitFor, Instant now) {
    return decide(last, due, waitFor, Duration.ZERO, now).map(AlertLifecycle.Decision::alert);
  }

  private static Optional<AlertLifecycle.Decision> decide(
      @Nullable Alert last, boolean due, Duration waitFor, Duration keepFor, Instant now) {
    List<TraceId> traces = due ? List.of(trace(1)) : List.of();
    BurnRateCause cause =
        BurnRateCause.newBuilder()
            .setObjective(0.9)
            .setThreshold(2)
            .setLongWindowSeconds(60)
            .setLongBurnRate(5)
            .setLongGood(50)
            .setLongTotal(100)
            .setShortWindowSeconds(5)
            .setShortBurnRate(5)
            .setShortGood(5)
            .setShortTotal(10)
            .build();
    AlertLifecycle.Evidence evidence =
        new AlertLifecycle.Evidence(
            cause, null, 0L, Map.of("summary", "due " + due), traces, List.of(), 0.5);
    return AlertLifecycle.next(
        "f1",
        LABELS,
        last,
        new AlertLifecycle.Observation(
            due, waitFor, keepFor, Duration.ofSeconds(10), MINUTE, now, () -> evidence));
  }
}
