package io.sluice.alerts;

import static io.sluice.alerts.Windows.LENGTH;
import static io.sluice.alerts.Windows.SLO;
import static io.sluice.alerts.Windows.at;
import static io.sluice.alerts.Windows.window;
import static io.sluice.schemas.AlertState.FIRING;
import static io.sluice.schemas.AlertState.PENDING;
import static io.sluice.schemas.AlertState.RESOLVED;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.BurnRateCause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Whatever a service goes through, its alert tells a story that makes sense. */
class AlertLifecyclePropertiesTest {

  private static final long EVENTS = 100;

  /** Bad events of a hundred, window by window; less than none for a window that never comes. */
  @Provide
  Arbitrary<List<Integer>> badEvents() {
    return Arbitraries.integers().between(-3, 12).list().ofMaxSize(60);
  }

  @Property
  void goesThroughItsStatesInOrder(
      @ForAll("badEvents") List<Integer> badEvents, @ForAll @IntRange(max = 30) int holdFor) {
    AlertState before = RESOLVED;
    long startsAt = 0;
    long transition = 0;
    String fingerprint = "";
    for (Alert alert : run(badEvents, holdFor)) {
      assertThat(alert.getTransition()).isEqualTo(++transition);
      assertThat(alert.getState())
          .isIn(
              switch (before) {
                case RESOLVED -> List.of(holdFor == 0 ? FIRING : PENDING);
                case PENDING -> List.of(FIRING, RESOLVED);
                case FIRING -> List.of(RESOLVED);
              });
      if (before == RESOLVED) {
        startsAt = alert.getStartsAtUnixNano();
        assertThat(startsAt).as("a new episode begins now").isEqualTo(alert.getTimeUnixNano());
      }
      assertThat(alert.getStartsAtUnixNano()).as("one begin an episode").isEqualTo(startsAt);
      if (alert.getState() == FIRING) {
        assertThat(alert.getTimeUnixNano() - startsAt)
            .isGreaterThanOrEqualTo(Duration.ofSeconds(holdFor).toNanos());
      }
      assertThat(alert.getEndsAtUnixNano())
          .isEqualTo(alert.getState() == RESOLVED ? alert.getTimeUnixNano() : 0);
      fingerprint = fingerprint.isEmpty() ? alert.getFingerprint() : fingerprint;
      assertThat(alert.getFingerprint()).isEqualTo(fingerprint);
      before = alert.getState();
    }
  }

  @Property
  void isOpenOnlyWhileBothWindowsAreOverTheThreshold(
      @ForAll("badEvents") List<Integer> badEvents, @ForAll @IntRange(max = 30) int holdFor) {
    for (Alert alert : run(badEvents, holdFor)) {
      BurnRateCause cause = alert.getCause();
      double longRate = rate(cause.getLongGood(), cause.getLongTotal());
      double shortRate = rate(cause.getShortGood(), cause.getShortTotal());
      assertThat(longRate > 5 && shortRate > 5)
          .as("%s at %s", alert.getState(), cause)
          .isEqualTo(alert.getState() != RESOLVED);
    }
  }

  /** Counts of whole numbers, so that five percent is exactly five percent. */
  private static double rate(long good, long total) {
    return total == 0 ? 0 : 100.0 * (double) (total - good) / (double) total;
  }

  /** One alert at five times a budget of one percent, over a minute and twenty seconds. */
  private static List<Alert> run(List<Integer> badEvents, int holdFor) {
    AlertEngine engine = new AlertEngine(AlertsConfig.defaults());
    engine.define(SloFile.slos(SloFile.slo(SLO).page(5, "1m", "20s", holdFor + "s")));
    Feed feed = new Feed();
    List<Alert> transitions = new ArrayList<>();
    long second = 0;
    for (int bad : badEvents) {
      if (bad >= 0) {
        feed.put(engine, window(second, EVENTS, bad));
      }
      second += LENGTH.toSeconds();
      transitions.addAll(engine.evaluate(at(second + 3)));
      transitions.addAll(engine.evaluate(at(second + 8)));
    }
    transitions.removeIf(alert -> alert.getInput() != null);
    return transitions;
  }
}
