package io.sluice.alerts;

import static io.sluice.alerts.SloFile.set;
import static io.sluice.alerts.SloFile.slo;
import static io.sluice.alerts.SloFile.unusable;
import static io.sluice.alerts.Windows.SLO;
import static io.sluice.alerts.Windows.nanosAt;
import static io.sluice.alerts.Windows.window;
import static io.sluice.schemas.AlertState.FIRING;
import static io.sluice.schemas.AlertState.PENDING;
import static io.sluice.schemas.AlertState.RESOLVED;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Alert;
import io.sluice.schemas.DefinitionSet;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Restarts and wrong clocks change neither what is decided nor how often it is said. */
class AlertRecoveryTopologyTest {

  private static final DefinitionSet SLOS = set(1, slo(SLO).page(5, "1m", "20s", "0s"));
  private static final DefinitionSet PATIENT = set(1, slo(SLO).page(5, "1m", "20s", "1m"));

  private AlertsDriver driver = AlertsDriver.start(SLOS);

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void goesOnAfterARestartWithoutSayingItAgain() {
    driver.play(window(0, 100), window(10, 100, 20));
    Alert firing = only();

    driver.restartAt(25, SLOS).play(window(20, 100, 20), window(30, 100, 20));
    driver.waitUntil(50);
    assertThat(driver.alerts()).isEmpty();

    driver.play(window(40, 100), window(50, 100), window(60, 100));
    Alert resolved = only();
    assertThat(resolved.getState()).isEqualTo(RESOLVED);
    assertThat(resolved.getTransition()).isEqualTo(2);
    assertThat(resolved.getFingerprint()).isEqualTo(firing.getFingerprint());
    assertThat(resolved.getStartsAtUnixNano()).isEqualTo(firing.getStartsAtUnixNano());
  }

  @Test
  void addsTheWindowsFromBeforeTheRestart() {
    driver.play(window(0, 300), window(10, 100, 15));
    assertThat(driver.alerts()).as("15 of 400").isEmpty();

    driver.restartAt(25, SLOS).play(window(20, 100, 15));

    assertThat(only().getCause().getLongTotal()).isEqualTo(500);
  }

  @Test
  void firesWhenTheWaitThatBeganBeforeTheRestartIsOver() {
    driver.close();
    driver = AlertsDriver.start(PATIENT);
    driver.play(window(0, 100, 20), window(10, 100, 20));
    assertThat(only().getState()).isEqualTo(PENDING);

    driver.restartAt(25, PATIENT);
    for (long second = 20; second <= 60; second += 10) {
      driver.play(window(second, 100, 20));
    }

    Alert firing = only();
    assertThat(firing.getState()).isEqualTo(FIRING);
    assertThat(firing.getStartsAtUnixNano()).isEqualTo(nanosAt(13));
    assertThat(firing.getTimeUnixNano()).isEqualTo(nanosAt(73));
  }

  @Test
  void keepsAnAlertUntilTheWindowsOfTheTimeOutHaveCome() {
    driver.play(window(0, 100, 20));
    assertThat(only().getState()).isEqualTo(FIRING);

    driver.restartAt(600, SLOS).waitUntil(605);
    for (long second = 560; second < 600; second += 10) {
      driver.send(window(second, 100, 20));
    }
    driver.waitUntil(619);

    assertThat(driver.alerts()).as("it never stopped burning").isEmpty();
  }

  @Test
  void resolvesWhatEndedDuringTheTimeOutWhenItsWindowsHaveCome() {
    driver.play(window(0, 100, 20));
    assertThat(only().getState()).isEqualTo(FIRING);

    driver.restartAt(600, SLOS).waitUntil(621);
    assertThat(driver.alerts()).as("unknown, not over").isEmpty();
    for (long second = 10; second < 610; second += 10) {
      driver.send(window(second, 100));
    }

    assertThat(only().getState()).isEqualTo(RESOLVED);
  }

  @Test
  void keepsHowLongAnAlertIsHeldOverARestart() {
    // Fires, is over, and comes back soon: the second time it is held for 20 s.
    driver.play(window(0, 100, 20), window(10, 100), window(20, 100), window(30, 100, 30));
    assertThat(driver.alerts())
        .extracting(Alert::getState)
        .containsExactly(FIRING, RESOLVED, FIRING);
    driver.play(window(40, 100), window(50, 100));

    driver.restartAt(64, SLOS).play(window(60, 100));
    assertThat(driver.alerts()).as("clear since 63 s").isEmpty();
    driver.play(window(70, 100)).waitUntil(84);

    assertThat(only().getEndsAtUnixNano()).isEqualTo(nanosAt(83));
  }

  @Test
  void endsNothingWhileNoWindowComes() {
    driver.play(window(0, 100, 20), window(10, 100), window(20, 100), window(30, 100, 30));
    driver.play(window(40, 100), window(50, 100));
    assertThat(driver.alerts())
        .extracting(Alert::getState)
        .containsExactly(FIRING, RESOLVED, FIRING);

    driver.waitUntil(110);
    assertThat(driver.alerts()).as("held since 63 s for 20 s, and nothing came since").isEmpty();

    driver.send(window(60, 100), window(70, 100), window(80, 100), window(90, 100));
    assertThat(only().getState()).isEqualTo(RESOLVED);
  }

  @Test
  void keepsAlertsAndWindowsWhenTheSlosAreUnusableAtTheStart() {
    DefinitionSet slos = set(1, slo(SLO).page(5, "10m", "20s", "0s"));
    driver.restartAt(0, slos);
    driver.play(window(0, 300), window(10, 100, 25));
    Alert firing = only();

    driver.restartAt(25, unusable(2)).play(window(100, 50), window(150, 50)).waitUntil(200);
    assertThat(driver.alerts()).as("nobody knows whether it is over").isEmpty();

    driver.define(slos).play(window(200, 0));
    Alert resolved = only();
    assertThat(resolved.getFingerprint()).isEqualTo(firing.getFingerprint());
    assertThat(resolved.getCause().getLongTotal()).as("the old windows count").isEqualTo(500);
  }

  @Test
  void decidesByItsWindowsWhereTheClockIsBehind() {
    driver.close();
    driver = AlertsDriver.start(PATIENT);
    driver.play(window(0, 100, 20));
    assertThat(only().getState()).isEqualTo(PENDING);

    driver.restartAt(-3600, PATIENT);
    for (long second = 10; second <= 70; second += 10) {
      driver.send(window(second, 100, 20));
    }

    Alert firing = only();
    assertThat(firing.getState()).isEqualTo(FIRING);
    assertThat(firing.getStartsAtUnixNano()).isEqualTo(nanosAt(13));
  }

  private Alert only() {
    List<Alert> alerts = driver.alerts();
    assertThat(alerts).hasSize(1);
    return alerts.get(0);
  }
}
