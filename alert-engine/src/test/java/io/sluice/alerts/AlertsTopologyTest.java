package io.sluice.alerts;

import static io.sluice.alerts.SloFile.set;
import static io.sluice.alerts.SloFile.slo;
import static io.sluice.alerts.Windows.SLO;
import static io.sluice.alerts.Windows.at;
import static io.sluice.alerts.Windows.nanosAt;
import static io.sluice.alerts.Windows.revision;
import static io.sluice.alerts.Windows.trace;
import static io.sluice.alerts.Windows.window;
import static io.sluice.alerts.Windows.withBadTraces;
import static io.sluice.schemas.AlertState.FIRING;
import static io.sluice.schemas.AlertState.PENDING;
import static io.sluice.schemas.AlertState.RESOLVED;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.Alert;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Contributor;
import io.sluice.schemas.InputCause;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** From SLI windows to the transitions of an alert. */
class AlertsTopologyTest {

  private static final AvroSerde<SeriesPoint> SERIES = AvroSerde.of(SeriesPoint.getClassSchema());

  private AlertsDriver driver =
      AlertsDriver.start(set(1, slo(SLO).runbook("checkout-latency").page(5, "1m", "20s", "0s")));

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void isFoundByItsName() {
    assertThat(ServiceLoader.load(StreamProcessor.class))
        .filteredOn(processor -> processor.name().equals("alerts"))
        .hasSize(1);
  }

  @Test
  void firesWithTheNumbersThatDecided() {
    driver.play(window(0, 100), window(10, 100), withBadTraces(window(20, 200, 30), 1, 2));

    List<Alert> alerts = driver.alerts();

    assertThat(alerts).hasSize(1);
    Alert alert = alerts.get(0);
    assertThat(alert.getState()).isEqualTo(FIRING);
    assertThat(alert.getTransition()).isOne();
    assertThat(alert.getStartsAtUnixNano()).isEqualTo(nanosAt(33));
    assertThat(alert.getTimeUnixNano()).isEqualTo(nanosAt(33));
    assertThat(alert.getLabels())
        .isEqualTo(
            Map.of(
                "alertname", "ErrorBudgetBurn",
                "slo", SLO,
                "service", "shop",
                "severity", "page",
                "window", "1m"));
    assertThat(alert.getCause().getLongGood()).isEqualTo(370);
    assertThat(alert.getCause().getLongTotal()).isEqualTo(400);
    assertThat(alert.getCause().getShortGood()).isEqualTo(270);
    assertThat(alert.getCause().getShortTotal()).isEqualTo(300);
    assertThat(alert.getExampleTraces()).containsExactly(trace(1), trace(2));
    assertThat(alert.getAnnotations())
        .containsEntry("summary", "The checkout: the error budget burns 10.0 times too fast")
        .containsEntry("runbook_url", "http://localhost:8080/#/runbooks/checkout-latency")
        .containsEntry("dashboard_url", "http://localhost:8080/#/slos/checkout");
    assertThat(alert.getAnnotations().get("description"))
        .contains("30 of 400 events were bad in the last 1m and 30 of 300 in the last 20s")
        .contains(" The budget is overspent by 650.0 %.");
  }

  @Test
  void hasTheAddressOfARunbookThatIsElsewhere() {
    driver.close();
    String address = "https://wiki.example/pay?page=1#slow";
    driver =
        AlertsDriver.start(
            set(1, slo(SLO).runbook('"' + address + '"').page(5, "1m", "20s", "0s")));
    driver.play(window(0, 100, 20));

    assertThat(driver.alerts().get(0).getAnnotations()).containsEntry("runbook_url", address);
  }

  @Test
  void saysHowMuchOfTheBudgetIsLeftAndHowLongItLasts() {
    for (long second = 0; second < 600; second += 10) {
      driver.play(window(second, 1000));
    }
    driver.play(window(600, 1000, 400));

    assertThat(driver.alerts().get(0).getAnnotations().get("description"))
        .contains(" Of the budget 34.4 % is left, at this rate until 2026-01-01T00:");
  }

  @Test
  void isASeriesWhileItFires() {
    driver.play(window(0, 100, 20));

    List<TestRecord<byte[], byte[]>> firing = firingSeries();

    assertThat(firing).hasSize(1);
    SeriesPoint point = SERIES.decode(firing.get(0).value());
    assertThat(point.getValue()).isEqualTo(1);
    assertThat(point.getLabels()).isEqualTo(driver.alerts().get(0).getLabels());

    driver.play(window(10, 100), window(20, 100), window(30, 100));

    List<TestRecord<byte[], byte[]>> over = firingSeries();
    assertThat(over).hasSize(1);
    assertThat(over.get(0).key()).isEqualTo(firing.get(0).key());
    assertThat(over.get(0).value()).isNull();
  }

  private List<TestRecord<byte[], byte[]>> firingSeries() {
    return driver.stage().read(Topics.SERIES).stream()
        .filter(
            record ->
                new String(record.key(), StandardCharsets.UTF_8).startsWith("sluice_alert_firing"))
        .toList();
  }

  @Test
  void linksToTheConsoleHoweverItsAddressEnds() {
    driver.close();
    AlertsConfig defaults = AlertsConfig.defaults();
    driver =
        AlertsDriver.start(
            set(1, slo(SLO).page(5, "1m", "20s", "0s")),
            at(0),
            new AlertsConfig(
                defaults.evaluationInterval(),
                defaults.inputLateAfter(),
                defaults.minimumBadEvents(),
                defaults.keepFiringFor(),
                defaults.corrections(),
                "https://ops.example/sluice/"));
    driver.play(window(0, 100, 20));

    assertThat(driver.alerts().get(0).getAnnotations())
        .containsEntry("dashboard_url", "https://ops.example/sluice/#/slos/checkout")
        .containsEntry("runbook_url", "https://ops.example/sluice/#/runbooks/ErrorBudgetBurn");
  }

  @Test
  void writesTransitionsUnderTheirFingerprint() {
    driver.play(window(0, 100, 20), window(10, 100), window(20, 100), window(30, 100));

    List<TestRecord<byte[], byte[]>> records = driver.stage().read(Topics.ALERTS);

    assertThat(records)
        .hasSize(2)
        .extracting(record -> new String(record.key(), StandardCharsets.UTF_8))
        .allMatch(key -> key.matches("[0-9a-f]{32}"))
        .containsOnly(new String(records.get(0).key(), StandardCharsets.UTF_8));
  }

  @Test
  void resolvesWhenTheShortWindowIsWellAgain() {
    driver.play(withBadTraces(window(0, 100, 20), 1), window(10, 100, 20));
    Alert firing = driver.alerts().get(0);

    driver.play(window(20, 100));
    assertThat(driver.alerts()).as("20 of 200 are still bad in the last 20 s").isEmpty();
    driver.play(window(30, 100), window(40, 100), window(50, 100));

    List<Alert> alerts = driver.alerts();
    assertThat(alerts).extracting(Alert::getState).containsExactly(RESOLVED);
    Alert resolved = alerts.get(0);
    assertThat(resolved.getFingerprint()).isEqualTo(firing.getFingerprint());
    assertThat(resolved.getTransition()).isEqualTo(2);
    assertThat(resolved.getStartsAtUnixNano()).isEqualTo(firing.getStartsAtUnixNano());
    assertThat(resolved.getEndsAtUnixNano()).isEqualTo(nanosAt(43));
    assertThat(resolved.getCause().getShortTotal()).isEqualTo(200);
    assertThat(resolved.getCause().getShortBurnRate()).isZero();
    assertThat(resolved.getExampleTraces()).containsExactly(trace(1));
    assertThat(resolved.getAnnotations())
        .containsEntry("summary", "The checkout: the error budget no longer burns too fast")
        .containsEntry("runbook_url", "http://localhost:8080/#/runbooks/checkout-latency");
  }

  @Test
  void saysEachTransitionOnceHoweverLongItLasts() {
    for (long second = 0; second < 300; second += 10) {
      driver.play(window(second, 100, 20));
    }

    assertThat(driver.alerts()).extracting(Alert::getState).containsExactly(FIRING);
  }

  @Test
  void waitsAsLongAsThePolicySays() {
    driver.close();
    driver = AlertsDriver.start(set(1, slo(SLO).page(5, "1m", "20s", "30s")));
    for (long second = 0; second < 60; second += 10) {
      driver.play(window(second, 100, 20));
    }

    List<Alert> alerts = driver.alerts();

    assertThat(alerts).extracting(Alert::getState).containsExactly(PENDING, FIRING);
    assertThat(alerts).extracting(Alert::getStartsAtUnixNano).containsOnly(nanosAt(13));
    assertThat(alerts.get(1).getTimeUnixNano()).isEqualTo(nanosAt(43));
  }

  @Test
  void countsACorrectionInsteadOfTheWindow() {
    driver.play(window(0, 100), window(10, 100));
    assertThat(driver.alerts()).isEmpty();

    SliWindow corrected = revision(1, window(10, 120, 20));
    driver.send(corrected, corrected, window(10, 100));

    List<Alert> alerts = driver.alerts();
    assertThat(alerts).extracting(Alert::getState).containsExactly(FIRING);
    assertThat(alerts.get(0).getCause().getLongGood()).isEqualTo(200);
    assertThat(alerts.get(0).getCause().getLongTotal()).isEqualTo(220);
  }

  @Test
  void saysNothingWithoutData() {
    driver.waitUntil(600);
    driver.play(window(600, 0), window(610, 0));

    assertThat(driver.alerts()).isEmpty();
  }

  @Test
  void resolvesWhenTheServiceFallsSilent() {
    driver.play(window(0, 100, 20), window(10, 0));
    assertThat(driver.alerts()).as("the last 20 s are bad").hasSize(1);

    driver.play(window(20, 0));

    assertThat(driver.alerts()).extracting(Alert::getState).containsExactly(RESOLVED);
  }

  @Test
  void saysThatAnSloIsUnknownWhileItsInputIsLate() {
    driver.play(window(0, 100, 20));
    driver.alerts();

    driver.waitUntil(79);
    assertThat(driver.inputAlerts()).as("a minute after the next window").isEmpty();
    driver.waitUntil(90);

    Alert late = driver.inputAlerts().get(0);
    assertThat(late.getState()).isEqualTo(FIRING);
    assertThat(late.getLabels())
        .containsEntry("alertname", "SliInputLate")
        .containsEntry("slo", SLO)
        .containsEntry("severity", "ticket");
    InputCause cause = Objects.requireNonNull(late.getInput());
    assertThat(cause.getKnownUntilUnixNano()).isEqualTo(nanosAt(10));
    assertThat(cause.getLimitSeconds()).isEqualTo(60);
    assertThat(cause.getSeconds()).isEqualTo(71);
    assertThat(driver.alerts()).as("it may burn on: nobody knows").isEmpty();

    for (long second = 10; second <= 90; second += 10) {
      driver.send(window(second, 100));
    }
    assertThat(driver.inputAlerts()).extracting(Alert::getState).containsExactly(RESOLVED);
    assertThat(driver.alerts()).extracting(Alert::getState).containsExactly(RESOLVED);
  }

  @Test
  void firesThoughTheClockWasSetForward() {
    driver.play(window(0, 100), window(10, 100));
    driver.stage().setClock(Duration.ofHours(1));
    driver.play(window(20, 100, 20));

    assertThat(driver.alerts()).extracting(Alert::getState).containsExactly(FIRING);
    assertThat(driver.inputAlerts()).as("the windows come as ever").isEmpty();
    driver.waitUntil(130);
    assertThat(driver.inputAlerts()).extracting(Alert::getState).containsExactly(FIRING);
  }

  /** The clock that nobody can set stands still meanwhile. */
  @Test
  void saysThatInputIsLateAfterTheMachineWasAsleep() {
    driver.play(window(0, 100));
    driver.stage().setClock(Duration.ofHours(8));
    driver.send(window(8 * 3600, 100));
    driver.inputAlerts();
    driver.waitUntil(13 + 90);

    assertThat(driver.inputAlerts()).extracting(Alert::getState).containsExactly(FIRING);
  }

  @Test
  void decidesNothingOfThePastWhileItCatchesUp() {
    driver.play(window(0, 100));
    driver.waitUntil(3600);
    for (long second = 10; second < 3500; second += 10) {
      driver.send(window(second, 100, second < 1000 ? 50 : 0));
    }

    assertThat(driver.alerts()).isEmpty();
    assertThat(driver.inputAlerts()).extracting(Alert::getState).containsExactly(FIRING);
  }

  @Test
  void saysThatAnSloThatHadEventsAllDayHasNoneUntilOneComes() {
    driver.restartAt(26 * 3600, set(1, slo(SLO).page(5, "1m", "20s", "0s")));
    long second = 0;
    for (; second < 25 * 3600; second += 10) {
      driver.send(window(second, 1));
    }
    for (; second < 26 * 3600 - 20; second += 10) {
      driver.send(window(second, 0));
    }
    driver.inputAlerts();
    long fires = second + 10;
    for (; second < 29 * 3600; second += 10) {
      driver.play(window(second, 0));
    }

    List<Alert> absent = driver.inputAlerts();
    assertThat(absent).as("for three hours").extracting(Alert::getState).containsExactly(FIRING);
    assertThat(absent.get(0).getLabels()).containsEntry("alertname", "SliAbsent");
    assertThat(absent.get(0).getCountedUntilUnixNano()).isEqualTo(nanosAt(fires + 10));
    driver.play(window(second, 1));
    assertThat(driver.inputAlerts()).extracting(Alert::getState).containsExactly(RESOLVED);
  }

  /** The share of a slice is no number of events. */
  @Test
  void asksForSlicesWithBadEventsWhereTheirSharesAreBudgeted() {
    driver.restartAt(0, set(1, slo(SLO).budgeting(RATIO, SLICES).page(5, "10m", "1m", "0s")));
    driver.play(slice(0, 600_000), slice(60, 0), slice(120, 0));
    assertThat(driver.alerts()).as("it may have been one event").isEmpty();

    driver.play(slice(180, 200_000));
    assertThat(driver.alerts()).extracting(Alert::getState).containsExactly(FIRING);
  }

  @Test
  void saysNothingOfASilenceWhereFewSlicesHaveEvents() {
    driver.restartAt(
        26 * 3600, set(1, slo(SLO).budgeting(RATIO, SLICES).page(5, "1h", "1m", "0s")));
    for (long minute = 0; minute < 25 * 60; minute++) {
      driver.send(minute % 12 == 0 ? slice(60 * minute, 0) : emptySlice(60 * minute));
    }
    for (long minute = 25 * 60; minute < 26 * 60 + 5; minute++) {
      driver.send(emptySlice(60 * minute));
    }

    assertThat(driver.inputAlerts())
        .noneMatch(alert -> alert.getLabels().containsValue("SliAbsent"));
  }

  private static final String RATIO = "RatioTimeslices";
  private static final String SLICES = "timeSliceWindow: 1m";

  private static SliWindow slice(long second, long bad) {
    return Windows.lasting(Duration.ofMinutes(1), window(second, 1_000_000, bad));
  }

  private static SliWindow emptySlice(long second) {
    return Windows.lasting(Duration.ofMinutes(1), window(second, 0));
  }

  @Test
  void writesEachTransitionIntoTheHistoryToo() {
    driver.play(window(0, 100, 20), window(10, 100), window(20, 100), window(30, 100));

    List<TestRecord<byte[], byte[]>> history = driver.stage().read(Topics.ALERT_HISTORY);
    List<TestRecord<byte[], byte[]>> alerts = driver.stage().read(Topics.ALERTS);
    assertThat(history).hasSize(2);
    assertThat(history.get(1).value()).isEqualTo(alerts.get(1).value());
  }

  /** Values of attributes come from whoever sends telemetry. */
  @Test
  void letsNoAttributeBecomeMarkupOrALinkInAMessage() {
    String hostile = "<a href=\"https://evil.example\">x</a> [x](https://evil.example) <!channel>";
    driver.play(
        SliWindow.newBuilder(window(0, 100, 20))
            .setContributors(List.of(new Contributor("route", hostile, 20L)))
            .build());

    Alert alert = driver.alerts().get(0);
    assertThat(alert.getAnnotations().get("description"))
        .contains("route")
        .doesNotContain("<", ">", "[", "](", "://", "evil.example", "!", "\"");
    assertThat(alert.getContributors().get(0).getValue()).as("the record").isEqualTo(hostile);
  }

  @Test
  void firesThoughTheShortWindowIsShorterThanAnSliWindow() {
    driver.close();
    driver = AlertsDriver.start(set(1, slo(SLO).page(5, "1m", "5s", "0s")));
    driver.play(window(0, 100, 20), window(10, 100, 20));

    assertThat(driver.alerts()).extracting(Alert::getState).containsExactly(FIRING);
  }

  @Test
  void doesNotFlapBetweenSliWindowsThatAreLongerThanTheDelay() {
    for (long second = 0; second < 1800; second += 60) {
      driver.play(Windows.lasting(Duration.ofMinutes(1), window(second, 100, 20)));
    }

    assertThat(driver.alerts()).extracting(Alert::getState).containsExactly(FIRING);
  }
}
