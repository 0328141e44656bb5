package io.sluice.alerts;

import static io.sluice.alerts.SloFile.set;
import static io.sluice.alerts.SloFile.slo;
import static io.sluice.alerts.SloFile.unusable;
import static io.sluice.alerts.Windows.SLO;
import static io.sluice.alerts.Windows.revision;
import static io.sluice.alerts.Windows.window;
import static io.sluice.schemas.AlertState.FIRING;
import static io.sluice.schemas.AlertState.RESOLVED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.schemas.Alert;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** SLOs that change while their alerts are open. */
class AlertDefinitionsTopologyTest {

  private final AlertsDriver driver =
      AlertsDriver.start(set(1, slo(SLO).runbook("checkout-latency").page(5, "1m", "20s", "0s")));

  /** Past the delay after the start, in which nothing resolves. */
  @BeforeEach
  void settle() {
    driver.waitUntil(30);
  }

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void resolvesTheAlertOfADeletedSloOnce() {
    Alert firing = fire();

    driver.define(set(2, slo("other").page(5, "1m", "20s", "0s"))).waitUntil(60);

    Alert resolved = only();
    assertThat(resolved.getState()).isEqualTo(RESOLVED);
    assertThat(resolved.getFingerprint()).isEqualTo(firing.getFingerprint());
    assertThat(resolved.getLabels()).isEqualTo(firing.getLabels());
    assertThat(resolved.getCause()).isEqualTo(firing.getCause());
    assertThat(resolved.getAnnotations())
        .containsEntry("summary", "The SLO or its policy was removed")
        .containsEntry("runbook_url", "http://localhost:8080/#/runbooks/checkout-latency");
  }

  @Test
  void resolvesTheAlertOfADeletedPolicy() {
    Alert firing = fire();

    driver.define(set(2, slo(SLO).page(5, "2m", "30s", "0s")));
    driver.play(window(40, 100, 20));

    assertThat(driver.alerts())
        .as("another window is another alert")
        .extracting(Alert::getState, alert -> alert.getLabels().get("window"))
        .containsExactlyInAnyOrder(
            tuple(RESOLVED, firing.getLabels().get("window")), tuple(FIRING, "2m"));
  }

  /** Two people applied at once: the last one's set holds everywhere. */
  @Test
  void takesOverASetOfTheSameVersion() {
    Alert firing = fire();

    driver.define(set(1, slo("other").page(5, "1m", "20s", "0s"))).waitUntil(60);

    Alert resolved = only();
    assertThat(resolved.getState()).isEqualTo(RESOLVED);
    assertThat(resolved.getFingerprint()).isEqualTo(firing.getFingerprint());
  }

  @Test
  void raisesNothingForADeletedSlo() {
    driver.define(set(2));
    driver.play(window(30, 100, 20), window(40, 100, 20));

    assertThat(driver.alerts()).isEmpty();
  }

  @Test
  void decidesTheSameAlertByItsNewThreshold() {
    Alert firing = fire();

    driver.define(set(2, slo(SLO).runbook("checkout-latency").page(50, "1m", "20s", "0s")));
    driver.play(window(40, 100, 20));

    Alert resolved = only();
    assertThat(resolved.getFingerprint()).isEqualTo(firing.getFingerprint());
    assertThat(resolved.getState()).isEqualTo(RESOLVED);
    assertThat(resolved.getCause().getThreshold()).isEqualTo(50);
  }

  @Test
  void keepsTheOldSlosWhenTheNewOnesAreUnusable() {
    fire();

    driver.define(unusable(2)).play(window(40, 100, 20));
    assertThat(driver.alerts()).isEmpty();

    driver.play(window(50, 100), window(60, 100));
    assertThat(only().getState()).isEqualTo(RESOLVED);
  }

  @Test
  void looksBackFartherThanBeforeAtWindowsItHas() {
    driver.play(window(30, 300), window(100, 100, 3));
    driver.define(set(2, slo(SLO).page(2, "2m", "20s", "0s")));
    driver.play(window(110, 100, 15));

    assertThat(only().getCause().getLongTotal()).isEqualTo(500);
  }

  @Test
  void keepsTheLastCorrectionOfWindowsThatNoAlertLooksBackTo() {
    driver.play(revision(1, window(30, 300)), window(100, 100));
    driver.send(window(30, 250));
    driver.define(set(2, slo(SLO).page(2, "2m", "20s", "0s")));
    driver.play(window(110, 100, 15));

    assertThat(only().getCause().getLongTotal()).isEqualTo(500);
  }

  @Test
  void countsWindowsThatCameBeforeTheirSlo() {
    driver.define(set(2));
    driver.play(window(30, 100), window(40, 100, 30));
    driver.define(set(3, slo(SLO).page(5, "1m", "20s", "0s"))).waitUntil(54);

    assertThat(only().getCause().getLongTotal()).isEqualTo(200);
  }

  @Test
  void asksForAsManyBadEventsAsItsPolicySays() {
    driver.define(set(2, slo(SLO).page(5, "1m", "20s", "0s", "minimumBadEvents: 30")));
    driver.play(window(30, 100, 20));
    assertThat(driver.alerts()).isEmpty();

    driver.play(window(40, 100, 20));
    assertThat(only().getState()).isEqualTo(FIRING);
  }

  @Test
  void keepsFiringForAsLongAsItsPolicySays() {
    driver.define(set(2, slo(SLO).page(5, "1m", "20s", "0s", "keepFiringFor: 40s")));
    fire();

    driver.play(window(40, 100), window(50, 100), window(60, 100), window(70, 100));
    assertThat(driver.alerts()).isEmpty();
    driver.play(window(80, 100), window(90, 100), window(100, 100));
    assertThat(only().getState()).isEqualTo(RESOLVED);
  }

  /** Equal labels are one alert to whoever is told: any of the conditions makes it due. */
  @Test
  void raisesOneAlertForPoliciesOfEqualLabels() {
    driver.define(set(2, slo(SLO).page(50, "1m", "10s", "0s").page(5, "1m", "20s", "0s")));
    driver.play(window(30, 100, 20), window(40, 100, 20), window(50, 100, 20));

    Alert firing = only();
    assertThat(firing.getState()).isEqualTo(FIRING);
    assertThat(firing.getCause().getThreshold()).as("the one that is due").isEqualTo(5);

    driver.play(window(60, 100), window(70, 100));
    assertThat(only().getState()).isEqualTo(RESOLVED);
  }

  @Test
  void keepsAlertsOfDifferentSlosApart() {
    driver.define(
        set(2, slo(SLO).page(5, "1m", "20s", "0s"), slo("cart").page(5, "1m", "20s", "0s")));
    driver.play(window(30, 100, 20), Windows.of("cart", window(30, 100)));
    assertThat(only().getLabels()).containsEntry("slo", SLO);

    driver.play(window(40, 100, 20), Windows.of("cart", window(40, 100, 50)));
    assertThat(only().getLabels()).containsEntry("slo", "cart");
  }

  private Alert fire() {
    driver.play(window(30, 100, 20));
    Alert firing = only();
    assertThat(firing.getState()).isEqualTo(FIRING);
    return firing;
  }

  private Alert only() {
    List<Alert> alerts = driver.alerts();
    assertThat(alerts).hasSize(1);
    return alerts.get(0);
  }
}
