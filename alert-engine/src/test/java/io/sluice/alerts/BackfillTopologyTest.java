package io.sluice.alerts;

import static io.sluice.alerts.SloFile.set;
import static io.sluice.alerts.SloFile.slo;
import static io.sluice.alerts.Windows.SLO;
import static io.sluice.alerts.Windows.at;
import static io.sluice.alerts.Windows.lasting;
import static io.sluice.alerts.Windows.nanosAt;
import static io.sluice.alerts.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Backfill;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.SloBudget;
import io.sluice.schemas.Topics;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the engine makes of SLOs whose history comes, two days after the start of time. */
class BackfillTopologyTest {

  private static final AvroSerde<SloBudget> BUDGETS = AvroSerde.of(SloBudget.getClassSchema());
  private static final AvroSerde<SeriesPoint> SERIES = AvroSerde.of(SeriesPoint.getClassSchema());
  private static final long NOW = Duration.ofDays(2).toSeconds();
  private static final Duration HOUR = Duration.ofHours(1);
  private static final DefinitionSet SLOS =
      set(1, slo(SLO).period("3d").page(5, "1h", "5m", "0s").page(1, "1d", "2h", "0s"));

  private final AlertsDriver driver = AlertsDriver.start(SLOS, at(NOW), AlertsConfig.defaults());

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void aBurnOfYesterdayIsInTheBudgetAndRaisesNoPage() {
    live(0, 60, 1, Backfill.READING, 0);
    for (long hour = 0; hour < 46; hour++) {
      driver.send(history(1, hour * 3600, 1000, hour == 20 ? 900 : 0));
      live(60 + hour * 10, 70 + hour * 10, 1, Backfill.SENDING, 0);
    }
    live(520, 600, 1, Backfill.NONE, 0);
    driver.waitUntil(NOW + 640);

    assertThat(driver.alerts()).isEmpty();
    assertThat(driver.inputAlerts()).isEmpty();
    assertThat(budget().getTotal()).isEqualTo(46_000 + 60 * 100);
    assertThat(budget().getTotal() - budget().getGood()).isEqualTo(900);
    assertThat(budget().getSinceUnixNano()).isEqualTo(nanosAt(0));
  }

  @Test
  void anAlertStaysAsItIsWhileTheHistoryOfAChangedDefinitionComes() {
    live(0, 300, 0, Backfill.NONE, 50);
    assertThat(states()).contains(AlertState.FIRING);

    // By the new definition all is well; but that is not known before its history is there.
    live(300, 360, 1, Backfill.READING, 0);
    for (long hour = 0; hour < 46; hour++) {
      driver.send(history(1, hour * 3600, 1000, 0));
    }
    live(360, 420, 1, Backfill.SENDING, 0);
    assertThat(states()).isEmpty();

    live(420, 440, 1, Backfill.NONE, 0);
    driver.waitUntil(NOW + 700);
    assertThat(states()).containsOnly(AlertState.RESOLVED);
    assertThat(budget().getTotal()).isEqualTo(46_000 + 1400);
  }

  @Test
  void anAlertOfAChangedSloWithoutAHistoryFiresUntilItsShortWindowIsKnown() {
    live(0, 300, 0, Backfill.NONE, 50);
    assertThat(states()).containsExactly(AlertState.FIRING, AlertState.FIRING);

    live(300, 590, 1, Backfill.NONE, 0);
    assertThat(states()).isEmpty();

    live(590, 600, 1, Backfill.NONE, 0);
    assertThat(states()).as("the one over 1 h and 5 min").containsExactly(AlertState.RESOLVED);
  }

  @Test
  void firesByWhatIsKnownWhileTheHistoryIsRead() {
    live(0, 300, 1, Backfill.READING, 50);

    assertThat(states()).contains(AlertState.FIRING);
  }

  @Test
  void windowsOfADefinitionThatHoldsNoMoreAreLeftOut() {
    live(0, 100, 1, Backfill.NONE, 10);
    live(100, 120, 2, Backfill.NONE, 0);
    live(120, 140, 1, Backfill.NONE, 10);
    driver.waitUntil(NOW + 180);

    assertThat(budget().getTotal()).isEqualTo(200);
    assertThat(budget().getGood()).isEqualTo(200);
  }

  @Test
  void countsNothingTwiceWhenTheTopicIsReadAgainOrTheEngineRestarts() {
    live(0, 60, 1, Backfill.READING, 0);
    for (long hour = 0; hour < 20; hour++) {
      driver.send(history(1, hour * 3600, 1000, 1));
    }
    driver.restartAt(NOW + 100, SLOS);
    for (long hour = 0; hour < 46; hour++) {
      driver.send(history(1, hour * 3600, 1000, 1));
    }
    live(100, 120, 1, Backfill.NONE, 0);
    driver.waitUntil(NOW + 200);
    assertThat(budget().getTotal()).isEqualTo(46_000 + 800);

    driver.restartAt(NOW + 210, SLOS);
    live(210, 220, 1, Backfill.NONE, 0);
    driver.waitUntil(NOW + 250);
    assertThat(budget().getTotal()).isEqualTo(46_000 + 900);
    assertThat(driver.alerts()).isEmpty();
  }

  @Test
  void countsAllOfAnotherHistoryThatComesBeforeAnyLiveWindow() {
    for (long generation = 1; generation <= 2; generation++) {
      for (long hour = 0; hour < 46; hour++) {
        driver.send(history(generation, hour * 3600, 1000, 1));
      }
    }
    live(0, 20, 2, Backfill.NONE, 0);
    driver.waitUntil(NOW + 60);

    assertThat(budget().getTotal()).isEqualTo(46_000 + 200);
  }

  @Test
  void aHistoryWithoutLiveWindowsIsNoLateInput() {
    for (long hour = 0; hour < 20; hour++) {
      driver.send(history(1, hour * 3600, 1000, 500));
    }
    driver.restartAt(NOW + 600, SLOS).waitUntil(NOW + 1200);

    assertThat(driver.alerts()).isEmpty();
    assertThat(driver.inputAlerts()).isEmpty();
  }

  @Test
  void saysThatLiveWindowsAreLateThoughTheHistoryIsNotSentToItsEnd() {
    live(0, 60, 1, Backfill.READING, 0);
    for (long hour = 0; hour < 20; hour++) {
      driver.send(history(1, hour * 3600, 1000, 500));
    }
    driver.restartAt(NOW + 70, SLOS).waitUntil(NOW + 200);

    assertThat(driver.inputAlerts()).extracting(Alert::getState).containsExactly(AlertState.FIRING);
    assertThat(driver.alerts()).isEmpty();
  }

  @Test
  void leavesWindowsOutOfTheBudgetWhoseEventsMayBeGone() {
    driver.send(
        SliWindow.newBuilder(history(1, 0, 1000, 500)).setComplete(false).build(),
        history(1, 3600, 1000, 5));
    live(0, 20, 1, Backfill.NONE, 0);
    driver.waitUntil(NOW + 60);

    assertThat(budget().getTotal()).isEqualTo(1200);
    assertThat(budget().getSinceUnixNano()).isEqualTo(nanosAt(3600));
  }

  @Test
  void theCountersDoNotShowAHistoryAsOfNow() {
    live(0, 20, 1, Backfill.READING, 0);
    driver.send(
        SliWindow.newBuilder(window(NOW - 100, 1000, 10))
            .setGeneration(1)
            .setBackfill(Backfill.HISTORY)
            .build());
    live(20, 40, 1, Backfill.NONE, 0);
    driver.waitUntil(NOW + 80);

    double counted =
        driver.stage().read(Topics.SERIES, SERIES).stream()
            .filter(point -> point.getName().equals("sluice_slo_events_total"))
            .filter(point -> point.getLabels().containsValue("good"))
            .reduce((before, last) -> last)
            .orElseThrow()
            .getValue();
    assertThat(counted).isEqualTo(400);
    assertThat(budget().getTotal()).isEqualTo(1400);
  }

  /** Windows of ten seconds with a hundred events, from so many seconds after now. */
  private void live(long from, long until, long generation, Backfill backfill, long bad) {
    for (long second = from; second < until; second += 10) {
      driver.play(
          SliWindow.newBuilder(window(NOW + second, 100, bad))
              .setGeneration(generation)
              .setBackfill(backfill)
              .build());
    }
  }

  private static SliWindow history(long generation, long second, long total, long bad) {
    return SliWindow.newBuilder(lasting(HOUR, window(second, total, bad)))
        .setGeneration(generation)
        .setBackfill(Backfill.HISTORY)
        .build();
  }

  private List<AlertState> states() {
    return driver.alerts().stream().map(Alert::getState).toList();
  }

  private SloBudget newest = new SloBudget();

  private SloBudget budget() {
    driver.stage().read(Topics.BUDGETS, BUDGETS).forEach(budget -> newest = budget);
    return newest;
  }
}
