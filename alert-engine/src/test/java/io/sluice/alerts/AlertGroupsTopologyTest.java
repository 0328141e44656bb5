package io.sluice.alerts;

import static io.sluice.alerts.SloFile.set;
import static io.sluice.alerts.SloFile.slo;
import static io.sluice.alerts.Windows.SLO;
import static io.sluice.alerts.Windows.lasting;
import static io.sluice.alerts.Windows.revision;
import static io.sluice.alerts.Windows.window;
import static io.sluice.schemas.AlertState.FIRING;
import static io.sluice.schemas.AlertState.RESOLVED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.sluice.schemas.Alert;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Backfill;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An SLO with a group for each tenant, over an hour. */
class AlertGroupsTopologyTest {

  private static final DefinitionSet SLOS =
      set(1, slo(SLO).groupBy("{keys: tenant}").page(5, "1m", "20s", "0s"));
  private static final String ACME = SLO + "[tenant=acme]";
  private static final String BROS = SLO + "[tenant=bros]";

  private final AlertsDriver driver = AlertsDriver.start(SLOS);

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void alertsForTheGroupThatBurns() {
    driver.play(of(BROS, window(0, 100)), of(ACME, window(0, 100, 20)));

    Alert firing = only();
    assertThat(firing.getState()).isEqualTo(FIRING);
    assertThat(firing.getLabels())
        .containsEntry("slo", SLO)
        .containsEntry("group", "tenant=acme")
        .containsEntry("service", "shop");
    assertThat(firing.getAnnotations().get("summary"))
        .isEqualTo("The checkout (tenant=acme): the error budget burns 20.0 times too fast");
    assertThat(firing.getAnnotations().get("dashboard_url"))
        .endsWith("/#/slos/checkout%5Btenant%3Dacme%5D");

    driver.play(of(BROS, window(10, 100, 20)));
    assertThat(only().getFingerprint()).isNotEqualTo(firing.getFingerprint());
  }

  /** A group's name is what a sender wrote. */
  @Test
  void letsNoNameOfAGroupBecomeMarkup() {
    driver.play(of(SLO + "[tenant=[x](http://evil.example) <b>]", window(0, 100, 20)));
    driver.waitUntil(30);

    Alert firing = only();
    String group = firing.getLabels().get("group");
    assertThat(series())
        .as("rules of Prometheus have these in their alerts")
        .containsExactly("slo:objective:ratio checkout[" + group + "] checkout " + group);
    assertThat(firing.getLabels().get("group"))
        .startsWith("tenant=")
        .doesNotContain("[", "(", "<", "://", ".example");
    assertThat(firing.getAnnotations().get("summary"))
        .doesNotContain("[", "(http", "<", "://", ".example");
    assertThat(firing.getAnnotations().get("dashboard_url")).doesNotContain("<", "evil.example)");
  }

  @Test
  void tellsOfEachGroupApartAndNothingOfTheWhole() {
    driver.play(of(ACME, window(0, 100)), of(BROS, window(0, 50, 1))).waitUntil(30);

    assertThat(series())
        .contains(
            "slo:objective:ratio checkout[tenant=acme] checkout tenant=acme",
            "slo:objective:ratio checkout[tenant=bros] checkout tenant=bros")
        .hasSize(2);
    assertThat(budgets()).containsExactly(ACME, BROS);
  }

  @Test
  void takesBackAGroupThatHadNoEventForThePeriod() {
    driver.play(of(ACME, window(0, 100, 20)));
    assertThat(only().getState()).isEqualTo(FIRING);
    driver.waitUntil(30);
    budgets();
    for (long second = 10; second <= 3600; second += 10) {
      driver.send(of(BROS, window(second, 100)), of(ACME, window(second, 0)));
      driver.waitUntil(second + 13);
    }
    driver.waitUntil(3640);
    driver.alerts();
    driver.inputAlerts();
    driver.stage().read(Topics.SERIES);

    // Windows without events go on for a while: they begin nothing.
    driver.send(of(ACME, window(3610, 0)), of(BROS, window(3610, 100))).waitUntil(3800);

    assertThat(gone()).as("of the budgets").contains(ACME);
    assertThat(series()).isNotEmpty().noneMatch(line -> line.contains("acme"));
    assertThat(driver.inputAlerts())
        .extracting(alert -> alert.getLabels().get("group"))
        .as("the windows of the other are late")
        .containsExactly("tenant=bros");
  }

  @Test
  void keepsAQuietGroupUntilItsHistoryIsThere() {
    driver.play(of(ACME, window(0, 100, 20)));
    assertThat(only().getState()).isEqualTo(FIRING);
    for (long second = 10; second <= 60; second += 10) {
      driver.play(of(BROS, window(second, 100)), changed(window(second, 0), Backfill.READING));
    }
    SliWindow oldest = lasting(Duration.ofMinutes(10), window(-3600, 0));
    driver.send(changed(oldest, Backfill.HISTORY)).waitUntil(90);
    assertThat(driver.alerts()).as("what comes next may be bad events").isEmpty();

    driver.play(changed(window(70, 0), Backfill.NONE), of(BROS, window(80, 100)));
    assertThat(driver.alerts()).extracting(Alert::getState).containsExactly(RESOLVED);
  }

  @Test
  void goesOnWithTheGroupsAfterARestart() {
    driver.play(of(ACME, window(0, 100, 20)), of(BROS, window(0, 100)));
    Alert firing = only();

    driver.restartAt(20, SLOS).play(of(ACME, window(10, 100)), of(ACME, window(20, 100)));

    assertThat(driver.alerts())
        .extracting(Alert::getFingerprint, Alert::getState)
        .containsExactly(tuple(firing.getFingerprint(), RESOLVED));
    driver.waitUntil(50);
    assertThat(budgets()).containsExactly(ACME, BROS);
  }

  /** What comes first of another definition may be a window that is not over. */
  @Test
  void firesOnWhileWindowsOfAnotherDefinitionAreNotOver() {
    driver.play(of(ACME, window(0, 100, 20)));
    assertThat(only().getState()).isEqualTo(FIRING);

    driver.send(changed(revision(-1, window(10, 100, 20)), Backfill.READING)).waitUntil(17);
    assertThat(driver.alerts()).isEmpty();

    driver.restartAt(18, SLOS).waitUntil(22);
    assertThat(driver.alerts()).isEmpty();
  }

  @Test
  void firesOnWhileOnlyPartsAreKnownOfAnotherDefinition() {
    driver.play(of(ACME, window(0, 100, 20)));
    assertThat(only().getState()).isEqualTo(FIRING);

    SliWindow part = SliWindow.newBuilder(window(0, 10)).setComplete(false).build();
    driver.send(changed(part, Backfill.HISTORY)).waitUntil(17);

    assertThat(driver.alerts()).isEmpty();
  }

  private static SliWindow changed(SliWindow window, Backfill backfill) {
    return SliWindow.newBuilder(of(ACME, window)).setGeneration(1).setBackfill(backfill).build();
  }

  @Test
  void endsTheAlertsAndBudgetsOfAllGroupsWithTheirSlo() {
    driver.play(of(ACME, window(0, 100, 20)), of(BROS, window(0, 100))).waitUntil(30);
    Alert firing = only();
    budgets();

    driver.define(set(2, slo("other").page(5, "1m", "20s", "0s"))).waitUntil(60);

    assertThat(driver.alerts())
        .extracting(Alert::getFingerprint, Alert::getState)
        .containsExactly(tuple(firing.getFingerprint(), RESOLVED));
    assertThat(gone()).containsExactly(ACME, BROS);
  }

  private Alert only() {
    var alerts = driver.alerts();
    assertThat(alerts).hasSize(1);
    return alerts.get(0);
  }

  private static SliWindow of(String id, SliWindow window) {
    return Windows.of(id, window);
  }

  private Set<String> budgets() {
    Set<String> ids = new TreeSet<>();
    for (TestRecord<byte[], byte[]> record : driver.stage().read(Topics.BUDGETS)) {
      ids.add(new String(record.key(), StandardCharsets.UTF_8));
    }
    return ids;
  }

  private Set<String> gone() {
    Set<String> ids = new TreeSet<>();
    for (TestRecord<byte[], byte[]> record : driver.stage().read(Topics.BUDGETS)) {
      if (record.value() == null) {
        ids.add(new String(record.key(), StandardCharsets.UTF_8));
      }
    }
    return ids;
  }

  /** The objectives that are shown: {@code sloth_slo sluice_slo sluice_group}. */
  private Set<String> series() {
    AvroSerde<SeriesPoint> serde = AvroSerde.of(SeriesPoint.getClassSchema());
    Set<String> lines = new TreeSet<>();
    for (TestRecord<byte[], byte[]> record : driver.stage().read(Topics.SERIES)) {
      SeriesPoint point = record.value() == null ? null : serde.decode(record.value());
      if (point != null && point.getName().equals("slo:objective:ratio")) {
        lines.add(
            String.join(
                " ",
                point.getName(),
                point.getLabels().get("sloth_slo"),
                point.getLabels().get("sluice_slo"),
                point.getLabels().get("sluice_group")));
      }
    }
    return lines;
  }
}
