package io.sluice.alerts;

import static io.sluice.alerts.SloFile.slo;
import static io.sluice.alerts.Windows.SLO;
import static io.sluice.alerts.Windows.at;
import static io.sluice.alerts.Windows.lasting;
import static io.sluice.alerts.Windows.window;
import static io.sluice.schemas.AlertState.FIRING;
import static io.sluice.schemas.AlertState.PENDING;
import static io.sluice.schemas.AlertState.RESOLVED;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Alert;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.definitions.Slos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the engine does with a clock that jumps while it runs, and before it has any rules. */
class AlertEngineTest {

  private final AlertEngine engine = new AlertEngine(AlertsConfig.defaults());
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Feed feed = new Feed();

  @Test
  void decidesNothingBeforeThereAreSlos() {
    feed.put(engine, window(0, 100, 100));

    assertThat(engine.isDefined()).isFalse();
    assertThat(engine.evaluate(at(13))).isEmpty();
  }

  @Test
  void knowsNothingOfNewSlosUntilTheWindowsArePutAgain() {
    Slos slos = SloFile.slos(slo(SLO).page(5, "1m", "20s", "0s"));
    assertThat(engine.define(slos)).isTrue();
    engine.put(window(0, 100, 20), Counts.NONE);
    assertThat(engine.define(slos)).as("the same version").isFalse();
    assertThat(engine.define(new Slos(3, slos.slos()))).isTrue();
    assertThat(engine.evaluate(at(13))).isEmpty();

    engine.put(window(0, 100, 20), Counts.NONE);
    assertThat(engine.evaluate(at(14))).extracting(Alert::getState).containsExactly(FIRING);
  }

  @Test
  void leavesAnAlertAsItIsWhileNothingIsKnownOfItsSlo() {
    engine.define(SloFile.slos(slo(SLO).page(5, "1m", "20s", "0s")));
    feed.put(engine, window(0, 100, 20));
    Alert firing = engine.evaluate(at(13)).get(0);
    AlertEngine another = new AlertEngine(AlertsConfig.defaults());
    another.restore(firing);
    another.define(SloFile.slos(slo(SLO).page(5, "1m", "20s", "0s")));

    assertThat(another.evaluate(at(14))).isEmpty();
  }

  @Test
  void saysWhatItCounts() {
    assertThat(described("Timeslices", "timeSliceTarget: 0.9, timeSliceWindow: 1m", 1))
        .startsWith("1 of 3 slices of 1m were bad in the last 5m and 1 of 1 in the last 1m;");
    assertThat(described("RatioTimeslices", "timeSliceWindow: 1m", 250_000))
        .startsWith(
            "8.333 % of the events in slices of 1m was, on average, bad in the last 5m"
                + " and 25.00 % in the last 1m;");
  }

  private static String described(String method, String slices, long bad) {
    AlertEngine alerts = new AlertEngine(withOneBad());
    alerts.define(SloFile.slos(slo(SLO).budgeting(method, slices).page(5, "5m", "1m", "0s")));
    long whole = method.equals("Timeslices") ? 1 : 1_000_000;
    for (long second = 0; second < 180; second += 60) {
      SliWindow window = lasting(MINUTE, window(second, whole, second == 120 ? bad : 0));
      alerts.put(window, Counts.of(window));
    }
    return alerts.evaluate(SLO, at(183)).get(0).getAnnotations().getOrDefault("description", "");
  }

  private static AlertsConfig withOneBad() {
    AlertsConfig defaults = AlertsConfig.defaults();
    return new AlertsConfig(
        defaults.evaluationInterval(),
        defaults.inputLateAfter(),
        1,
        defaults.keepFiringFor(),
        defaults.corrections(),
        defaults.consoleUrl());
  }

  @Test
  void keepsTheWaitGoingByTheWindowsWhenTheClockIsSetBack() {
    engine.define(SloFile.slos(slo(SLO).page(5, "1m", "20s", "1m")));
    feed.put(engine, window(0, 100, 20));
    assertThat(engine.evaluate(at(13))).extracting(Alert::getState).containsExactly(PENDING);

    List<Alert> alerts = new ArrayList<>();
    for (long second = 10; second <= 70; second += 10) {
      feed.put(engine, window(second, 100, 20));
      alerts.addAll(engine.evaluate(SLO, at(second - 3600)));
    }

    assertThat(alerts).extracting(Alert::getState).containsExactly(FIRING);
  }

  @Test
  void endsAfterItBeganWhenTheClockIsSetBack() {
    engine.define(SloFile.slos(slo(SLO).page(5, "1m", "20s", "0s")));
    feed.put(engine, window(0, 100, 20));
    engine.evaluate(at(13));
    for (long second = 10; second <= 30; second += 10) {
      feed.put(engine, window(second, 100));
    }

    List<Alert> alerts = engine.evaluate(SLO, at(-3600));

    assertThat(alerts).extracting(Alert::getState).containsExactly(RESOLVED);
    assertThat(alerts.get(0).getEndsAtUnixNano())
        .isGreaterThan(alerts.get(0).getStartsAtUnixNano());
  }

  @Test
  void firesAsSoonAsAClockThatRanAheadIsSetRight() {
    engine.define(SloFile.slos(slo(SLO).page(5, "1m", "20s", "0s")));
    feed.put(engine, window(0, 100));
    engine.evaluate(at(3600));
    feed.put(engine, window(10, 100, 30));

    List<Alert> alerts = engine.evaluate(at(23));

    assertThat(alerts).extracting(Alert::getState).containsExactly(RESOLVED, FIRING);
    assertThat(alerts.get(0).getLabels()).containsEntry("alertname", "SliInputLate");
    assertThat(alerts.get(1).getCause().getLongTotal()).isEqualTo(200);
  }
}
