package io.sluice.alerts;

import static io.sluice.alerts.SloFile.set;
import static io.sluice.alerts.SloFile.slo;
import static io.sluice.alerts.Windows.SLO;
import static io.sluice.alerts.Windows.nanosAt;
import static io.sluice.alerts.Windows.window;
import static io.sluice.schemas.AlertState.FIRING;
import static io.sluice.schemas.AlertState.RESOLVED;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Alert;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.SliWindow;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Windows of which nobody knows yet whether events of theirs are on their way. */
class KnownWindowsTopologyTest {

  private static final DefinitionSet SLOS = set(1, slo(SLO).page(5, "1m", "20s", "0s"));

  private final AlertsDriver driver = AlertsDriver.start(SLOS);

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void firesByAWindowThatMayLackEvents() {
    driver.play(known(0, window(0, 100)), known(0, window(10, 100, 40)));

    assertThat(driver.alerts()).extracting(Alert::getState).containsExactly(FIRING);
  }

  @Test
  void endsNothingByAWindowThatMayLackEventsUntilItIsKnownThatItHasThem() {
    driver.play(known(0, window(0, 100, 40)), known(10, window(10, 100)));
    driver.play(known(20, window(20, 100)), known(30, window(30, 100)));
    assertThat(driver.alerts()).extracting(Alert::getState).containsExactly(FIRING);

    driver.waitUntil(46).send(known(40, window(30, 100)));

    assertThat(driver.alerts()).extracting(Alert::getState).containsExactly(RESOLVED);
  }

  /** The bad ones are held up, and come as corrections. */
  @Test
  void doesNotEndWhileAPartitionStandsStill() {
    driver.play(known(0, window(0, 100, 40)), known(10, window(10, 100, 40)));
    for (long second = 20; second < 60; second += 10) {
      driver.play(known(20, window(second, 60)));
    }
    driver.restartAt(64, SLOS);
    driver.play(known(20, window(60, 60)));
    for (long second = 20; second < 70; second += 10) {
      driver.send(Windows.revision(1, known(20, window(second, 100, 40))));
    }
    driver.send(known(70, window(60, 100, 40)));

    assertThat(driver.alerts()).extracting(Alert::getState).containsExactly(FIRING);
  }

  @Test
  void saysThatAnSloIsUnknownAndStillFiresByWhatIsBad() {
    driver.play(known(10, window(0, 100)), known(10, window(10, 100)));
    long second = 20;
    for (; second < 120; second += 10) {
      driver.play(known(20, window(second, 60)));
    }
    Alert late = driver.inputAlerts().get(0);
    assertThat(late.getState()).isEqualTo(FIRING);
    assertThat(Objects.requireNonNull(late.getInput()).getKnownUntilUnixNano())
        .isEqualTo(nanosAt(20));

    driver.play(known(20, window(second, 60, 30)));
    assertThat(driver.alerts()).extracting(Alert::getState).containsExactly(FIRING);
    driver.restartAt(second + 15, SLOS);
    driver.play(known(20, window(second + 10, 60, 30)));
    assertThat(driver.inputAlerts()).as("a restart knows no more").isEmpty();

    driver.send(known(second + 20, window(second + 10, 60, 30)));
    assertThat(driver.inputAlerts()).extracting(Alert::getState).containsExactly(RESOLVED);
  }

  @Test
  void anSloThatJustBeganIsNotUnknown() {
    driver.play(known(0, window(0, 100)), known(0, window(10, 100))).waitUntil(30);

    assertThat(driver.inputAlerts()).isEmpty();
  }

  /** A window of which this was said: windows that end until then have all their events. */
  private static SliWindow known(long untilSecond, SliWindow window) {
    return SliWindow.newBuilder(window)
        .setKnownUntilUnixNano(untilSecond == 0 ? 0L : nanosAt(untilSecond))
        .build();
  }
}
