package io.sluice.alerts;

import static io.sluice.alerts.SloFile.set;
import static io.sluice.alerts.SloFile.slo;
import static io.sluice.alerts.Windows.SLO;
import static io.sluice.alerts.Windows.lasting;
import static io.sluice.alerts.Windows.nanosAt;
import static io.sluice.alerts.Windows.revision;
import static io.sluice.alerts.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.BudgetBurn;
import io.sluice.schemas.Contributor;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.SloBudget;
import io.sluice.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the console and the sinks are told of error budgets. */
class BudgetTopologyTest {

  private static final AvroSerde<SloBudget> BUDGETS = AvroSerde.of(SloBudget.getClassSchema());
  private static final AvroSerde<SeriesPoint> SERIES = AvroSerde.of(SeriesPoint.getClassSchema());
  private static final DefinitionSet SLOS = set(1, slo(SLO));

  private final AlertsDriver driver = AlertsDriver.start(SLOS);

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void saysWhatIsLeftAndWhenItWillBeGone() {
    driver.play(window(0, 9900), window(1200, 100, 10)).waitUntil(1230);

    SloBudget budget = newest();

    assertThat(budget.getSloId()).isEqualTo(SLO);
    assertThat(budget.getGood()).isEqualTo(9990);
    assertThat(budget.getTotal()).isEqualTo(10_000);
    assertThat(budget.getSinceUnixNano()).isEqualTo(nanosAt(0));
    assertThat(budget.getRemaining())
        .as("10 of the 100 that may be bad")
        .isCloseTo(0.9, within(1e-9));
    assertThat(budget.getBurnRateSeconds()).as("a 720th of an hour").isEqualTo(5);
    assertThat(budget.getBurnRate()).isCloseTo(10, within(1e-9));
    assertThat(budget.getExhaustedAtUnixNano())
        .as("an hour's budget burns in 6 minutes, nine tenths are left")
        .isCloseTo(nanosAt(1210 + 324), within(1_000_000_000L));
  }

  @Test
  void namesWhatBurnedHowMuchAndWhen() {
    for (long second = 0; second < 1800; second += 10) {
      driver.play(window(second, 100, second >= 600 && second < 1100 ? 3 : 0));
    }
    driver.waitUntil(1830);

    List<BudgetBurn> burns = newest().getBurns();

    assertThat(burns).hasSize(1);
    BudgetBurn burn = burns.get(0);
    assertThat(burn.getStartUnixNano()).isEqualTo(nanosAt(600));
    assertThat(burn.getEndUnixNano()).as("whole slots").isEqualTo(nanosAt(1200));
    assertThat(burn.getBad()).isEqualTo(150);
    assertThat(burn.getTotal()).isEqualTo(6000);
    assertThat(burn.getShare()).as("150 of 180").isCloseTo(150 / 180.0, within(1e-9));
  }

  @Test
  void namesWhatBadEventsHaveInCommon() {
    SliWindow first =
        by(window(0, 100, 9), route("/a", 5), route("/b", 4), new Contributor("error", "500", 9L));
    driver.play(first, by(window(10, 100, 3), route("/b", 3)));
    driver.send(by(revision(1, window(0, 110, 10)), route("/a", 1), route("/b", 9)));
    driver.restartAt(20, SLOS).play(by(window(20, 100, 1), route("/c", 1))).waitUntil(40);

    assertThat(newest().getContributors())
        .as("the correction instead of the window")
        .containsExactly(route("/b", 12), route("/a", 1), route("/c", 1));
  }

  private static SliWindow by(SliWindow window, Contributor... contributors) {
    return SliWindow.newBuilder(window).setContributors(List.of(contributors)).build();
  }

  private static Contributor route(String value, long bad) {
    return new Contributor("route", value, bad);
  }

  @Test
  void goesOnExactlyAfterARestart() {
    driver.play(window(0, 1000, 5), window(600, 1000, 3)).waitUntil(620);
    newest();

    driver
        .restartAt(625, SLOS)
        .play(revision(1, window(0, 1100, 7)), window(1200, 1000))
        .waitUntil(1230);

    SloBudget budget = newest();
    assertThat(budget.getTotal()).isEqualTo(3100);
    assertThat(budget.getTotal() - budget.getGood()).isEqualTo(10);
    assertThat(value(series(), "sluice_slo_events_total", "outcome", "bad")).isEqualTo(10);
    assertThat(value(series(), "sluice_slo_events_total", "outcome", "good")).isEqualTo(3090);
  }

  @Test
  void showsTheSeriesThatSlothRecords() {
    driver.play(window(0, 900), window(700, 100, 2)).waitUntil(720);

    Map<String, SeriesPoint> series = series();

    assertThat(value(series, "slo:sli_error:ratio_rate5m", "sloth_window", "5m"))
        .isCloseTo(0.02, within(1e-12));
    assertThat(value(series, "slo:sli_error:ratio_rate30m", "sloth_window", "30m"))
        .isCloseTo(0.002, within(1e-12));
    assertThat(value(series, "slo:sli_error:ratio_rate1h", "sloth_window", "1h"))
        .isCloseTo(0.002, within(1e-12));
    assertThat(value(series, "slo:objective:ratio", "sloth_slo", SLO)).isEqualTo(0.99);
    assertThat(value(series, "sloth_slo_info", "sloth_objective", "99")).isEqualTo(1);
    assertThat(value(series, "slo:error_budget:ratio", "sloth_service", "shop"))
        .isCloseTo(0.01, within(1e-12));
    assertThat(value(series, "slo:current_burn_rate:ratio", "sloth_id", "shop-" + SLO))
        .isCloseTo(2, within(1e-9));
    assertThat(value(series, "slo:period_error_budget_remaining:ratio", "sloth_slo", SLO))
        .isCloseTo(0.8, within(1e-9));
    assertThat(series).as("longer than its period").doesNotContainKey("slo:sli_error:ratio_rate6h");
  }

  @Test
  void keepsWhatAnSloHadWhileOthersWereInForceForAMoment() {
    DefinitionSet months = set(1, slo(SLO).period("30d"));
    driver.define(months).play(window(0, 1000, 5));
    long days = Duration.ofDays(3).toSeconds();
    driver.restartAt(days, months).play(window(days, 1000));

    driver.define(set(2)).waitUntil(days + 200);
    driver.define(set(3, slo("other"))).waitUntil(days + 400);
    driver.stage().read(Topics.BUDGETS);
    driver.define(set(4, slo(SLO).period("30d"))).waitUntil(days + 430);

    SloBudget budget = newest();
    assertThat(budget.getTotal()).isEqualTo(2000);
    assertThat(budget.getTotal() - budget.getGood()).isEqualTo(5);
  }

  @Test
  void countsASliceOnceHoweverItIsJudgedLater() {
    driver.play(window(0, 1), window(10, 1, 1));
    driver.send(revision(1, window(0, 1, 1)), revision(1, window(10, 1))).waitUntil(40);

    assertThat(newest().getGood()).isEqualTo(1);
    assertThat(value(series(), "sluice_slo_events_total", "outcome", "good")).isEqualTo(1);
    assertThat(value(series(), "sluice_slo_events_total", "outcome", "bad")).isEqualTo(1);

    driver.send(revision(2, window(10, 1, 1))).waitUntil(60);
    assertThat(newest().getGood()).isZero();
    assertThat(value(series(), "sluice_slo_events_total", "outcome", "good")).isEqualTo(1);
  }

  @Test
  void addsNothingWhenItsInputIsReadAgain() {
    DefinitionSet months = set(1, slo(SLO).period("30d"));
    driver.define(months).play(window(0, 1000, 5));
    long days = Duration.ofDays(2).toSeconds();
    driver.restartAt(days, months).play(window(days, 1000)).waitUntil(days + 200);

    driver.restartAt(days + 200, months);
    driver.send(window(0, 1000, 5), window(days, 1000)).waitUntil(days + 230);

    assertThat(newest().getTotal()).isEqualTo(2000);
    assertThat(driver.stage().meters().counter("sluice.alerts.corrections.too.late").count())
        .isEqualTo(1);
  }

  @Test
  void leavesOutTheCorrectionOfAWindowThatBeganBeforeWhatIsKept() {
    DefinitionSet months = set(1, slo(SLO).period("30d"));
    SliWindow hour = lasting(Duration.ofHours(1), window(0, 1000, 5));
    driver.define(months).play(hour);
    long later = Duration.ofMinutes(25 * 60 + 30).toSeconds();
    driver.restartAt(later, months).play(window(later, 1000)).waitUntil(later + 200);

    driver.send(revision(1, hour), window(later + 10, 1000)).waitUntil(later + 230);

    assertThat(newest().getTotal()).isEqualTo(3000);
  }

  @Test
  void saysTheSameSinceAfterARestart() {
    DefinitionSet months = set(1, slo(SLO).period("30d"));
    driver.define(months).play(window(1500, 0), window(5000, 100));
    long days = Duration.ofDays(2).toSeconds();
    driver.restartAt(days, months).play(window(days, 100)).waitUntil(days + 200);
    long since = newest().getSinceUnixNano();

    driver.restartAt(days + 200, months).play(window(days + 200, 100)).waitUntil(days + 230);

    assertThat(newest().getSinceUnixNano()).isEqualTo(since);
  }

  @Test
  void readsAtAStartOnlyWindowsThatAreLookedBackToOneByOne() {
    driver.play(window(0, 1000, 5));
    long later = Duration.ofHours(8).toSeconds();
    driver.restartAt(later, SLOS).play(window(later, 1000));
    KeyValueStore<byte[], byte[]> windows = driver.stage().store(AlertsTopology.WINDOWS);
    try (KeyValueIterator<byte[], byte[]> oldestFirst = windows.all()) {
      windows.put(oldestFirst.next().key, new byte[] {9, 9, 9});
    }

    driver.restartAt(later + 20, SLOS).play(window(later + 20, 1000)).waitUntil(later + 50);

    assertThat(newest().getTotal()).isEqualTo(2000);
  }

  @Test
  void takesBackWhatItToldOfAnSloThatIsGone() {
    driver.play(window(0, 100)).waitUntil(20);
    newest();
    int told = series().size();

    driver.define(set(2)).waitUntil(40);

    List<TestRecord<byte[], byte[]>> budgets = driver.stage().read(Topics.BUDGETS);
    assertThat(budgets).hasSize(1);
    assertThat(new String(budgets.get(0).key(), StandardCharsets.UTF_8)).isEqualTo(SLO);
    assertThat(budgets.get(0).value()).isNull();
    assertThat(driver.stage().read(Topics.SERIES))
        .hasSize(told)
        .allSatisfy(record -> assertThat(record.value()).isNull());
  }

  /** What was last known would look as if it were so now. */
  @Test
  void takesTheGaugesBackWhileTheInputIsLateAndKeepsTheCounters() {
    driver.play(window(0, 100, 1)).waitUntil(80);
    assertThat(series()).containsKeys("slo:sli_error:ratio_rate5m", "sluice_slo_events_totalbad");

    driver.waitUntil(100);
    Set<String> gone = new TreeSet<>();
    for (TestRecord<byte[], byte[]> record : driver.stage().read(Topics.SERIES)) {
      String identity = new String(record.key(), StandardCharsets.UTF_8);
      boolean stays =
          identity.contains("sluice_slo_events_total") || identity.contains("sloth_slo_info");
      assertThat(record.value() == null).isNotEqualTo(stays);
      gone.add(identity);
    }
    assertThat(gone).anyMatch(identity -> identity.contains("slo:sli_error:ratio_rate5m"));

    driver.waitUntil(140);
    assertThat(driver.stage().read(Topics.SERIES)).as("once").isEmpty();
    for (long second = 10; second < 130; second += 10) {
      driver.send(window(second, 100));
    }
    shown.clear();
    driver.waitUntil(160);
    assertThat(series()).containsKey("slo:sli_error:ratio_rate5m");
  }

  private SloBudget newest() {
    List<SloBudget> budgets = driver.stage().read(Topics.BUDGETS, BUDGETS);
    assertThat(budgets).isNotEmpty();
    return budgets.get(budgets.size() - 1);
  }

  private final Map<String, SeriesPoint> shown = new HashMap<>();

  private Map<String, SeriesPoint> series() {
    driver
        .stage()
        .read(Topics.SERIES)
        .forEach(
            record -> {
              if (record.value() != null) {
                SeriesPoint point = SERIES.decode(record.value());
                shown.put(point.getName() + point.getLabels().getOrDefault("outcome", ""), point);
              }
            });
    return shown;
  }

  private static double value(
      Map<String, SeriesPoint> series, String name, String label, String labelValue) {
    SeriesPoint point =
        Objects.requireNonNull(
            series.get(name + (label.equals("outcome") ? labelValue : "")), name);
    assertThat(point.getLabels()).containsEntry(label, labelValue);
    return point.getValue();
  }
}
