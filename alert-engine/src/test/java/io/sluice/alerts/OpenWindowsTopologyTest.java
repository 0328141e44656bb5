package io.sluice.alerts;

import static io.sluice.alerts.SloFile.set;
import static io.sluice.alerts.SloFile.slo;
import static io.sluice.alerts.Windows.SLO;
import static io.sluice.alerts.Windows.nanosAt;
import static io.sluice.alerts.Windows.revision;
import static io.sluice.alerts.Windows.trace;
import static io.sluice.alerts.Windows.window;
import static io.sluice.alerts.Windows.withBadTraces;
import static io.sluice.schemas.AlertState.FIRING;
import static io.sluice.schemas.AlertState.RESOLVED;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Alert;
import io.sluice.schemas.Contributor;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.SliWindow;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Windows that are not over let alerts fire, and change nothing else. */
class OpenWindowsTopologyTest {

  private static final DefinitionSet SLOS = set(1, slo(SLO).page(5, "1m", "20s", "0s"));

  private AlertsDriver driver = AlertsDriver.start(SLOS);

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void firesBeforeTheWindowIsOver() {
    quietMinute();
    SliWindow open = open(60, 40, 40);
    driver
        .waitUntil(73)
        .send(
            SliWindow.newBuilder(withBadTraces(open, 7))
                .setContributors(List.of(new Contributor("route", "/pay", 40L)))
                .build());

    Alert firing = only();
    assertThat(firing.getState()).isEqualTo(FIRING);
    assertThat(firing.getExampleTraces()).containsExactly(trace(7));
    assertThat(firing.getContributors()).containsExactly(new Contributor("route", "/pay", 40L));
    assertThat(firing.getCountedUntilUnixNano()).isEqualTo(nanosAt(70));
    assertThat(firing.getCause().getLongTotal()).isEqualTo(640);
    assertThat(firing.getCause().getLongGood()).isEqualTo(600);
    assertThat(firing.getBudgetRemaining()).as("of windows that are over").isEqualTo(1);
  }

  @Test
  void isJudgedWithTheEventsBeforeItAndNotByItself() {
    quietMinute();
    driver.send(open(60, 2, 2), open(60, 10, 10), open(60, 30, 30));

    assertThat(driver.alerts()).as("30 of 630").isEmpty();
  }

  @Test
  void isNotJudgedWhereNothingIsKnownFromBefore() {
    driver.send(open(0, 2, 2)).waitUntil(5);

    assertThat(driver.alerts()).isEmpty();
  }

  @Test
  void needsAsManyBadEventsAsEver() {
    for (long second = 0; second < 60; second += 10) {
      driver.play(window(second, 0));
    }
    driver.send(open(60, 1, 1));
    assertThat(driver.alerts()).isEmpty();

    driver.send(open(60, 2, 2));
    assertThat(only().getCause().getLongTotal()).isEqualTo(2);
  }

  @Test
  void doesNotEndByTheWindowsFromBeforeWhatDecided() {
    quietMinute();
    driver.send(open(60, 100), open(70, 50, 50));
    assertThat(only().getState()).isEqualTo(FIRING);

    driver.play(window(60, 100));
    driver.send(open(70, 5000, 50));
    driver.waitUntil(75);
    assertThat(driver.alerts()).as("only what is over ends it").isEmpty();

    driver.play(window(70, 10_000, 50));
    assertThat(only().getState()).isEqualTo(RESOLVED);
  }

  @Test
  void fallsBackToWhatIsOverAfterARestart() {
    quietMinute();
    driver.send(open(60, 100), open(70, 50, 50));
    assertThat(only().getState()).isEqualTo(FIRING);

    driver.restartAt(72, SLOS).play(window(60, 100)).waitUntil(75);
    assertThat(driver.alerts()).as("the window before knows nothing of it").isEmpty();

    driver.play(window(70, 100, 100));
    assertThat(driver.alerts()).as("it fires already").isEmpty();
    driver.play(window(80, 100), window(90, 100), window(100, 100));
    assertThat(only().getTransition()).isEqualTo(2);
  }

  @Test
  void isNoWindowThatHasCome() {
    quietMinute();
    for (long second = 60; second < 240; second += 10) {
      driver.waitUntil(second + 5).send(open(second, 10, 1));
    }

    assertThat(driver.inputAlerts())
        .extracting(alert -> alert.getLabels().get("alertname"))
        .containsExactly("SliInputLate");
  }

  @Test
  void isForgottenOnceItIsOver() {
    quietMinute();
    driver.send(open(60, 10, 10));
    driver.play(window(60, 100));
    driver.send(open(60, 100, 100)); // the topic is read again
    driver.play(window(70, 100)).waitUntil(90);

    assertThat(driver.alerts()).isEmpty();
  }

  private void quietMinute() {
    for (long second = 0; second < 60; second += 10) {
      driver.play(window(second, 100));
    }
  }

  private static SliWindow open(long second, long total) {
    return open(second, total, 0);
  }

  private static SliWindow open(long second, long total, long bad) {
    return revision(-1, window(second, total, bad));
  }

  private Alert only() {
    List<Alert> alerts = driver.alerts();
    assertThat(alerts).hasSize(1);
    return alerts.get(0);
  }
}
