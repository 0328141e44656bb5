package io.sluice.alerts;

import static io.sluice.alerts.Windows.at;

import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.Alert;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topics;
import io.sluice.testkit.Telemetry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** The alert engine's topology as its tests drive it: windows in, transitions out. */
final class AlertsDriver implements AutoCloseable {

  private static final AvroSerde<SliWindow> WINDOWS = AvroSerde.of(SliWindow.getClassSchema());
  private static final AvroSerde<Alert> ALERTS = AvroSerde.of(Alert.getClassSchema());
  private static final Duration STEP = Duration.ofSeconds(1);

  private final List<Alert> unread = new ArrayList<>();
  private StageTestDriver driver;
  private Instant now;

  private AlertsDriver(StageTestDriver driver, Instant now) {
    this.driver = driver;
    this.now = now;
  }

  /** Starts at {@link Telemetry#START}. */
  static AlertsDriver start(DefinitionSet slos) {
    return start(slos, Telemetry.START, AlertsConfig.defaults());
  }

  static AlertsDriver start(DefinitionSet slos, Instant now, AlertsConfig config) {
    StageTestDriver driver =
        StageTestDriver.of(new AlertsProcessor()).config(config).at(now).define(slos).start();
    return new AlertsDriver(driver, now);
  }

  /** Sends a window as it is, without time going by. */
  AlertsDriver send(SliWindow... windows) {
    for (SliWindow window : windows) {
      driver.send(
          Topics.SLIS, window.getSloId().getBytes(StandardCharsets.UTF_8), WINDOWS.encode(window));
    }
    return this;
  }

  /** Sends each window three seconds after its end, as the SLI stage does. */
  AlertsDriver play(SliWindow... windows) {
    for (SliWindow window : windows) {
      until((window.getStartTimeUnixNano() + window.getLengthNanos()) / 1_000_000_000 + 3);
      send(window);
    }
    return this;
  }

  /** Lets time go by until so many seconds after the start. */
  AlertsDriver waitUntil(long second) {
    until(at(second).getEpochSecond());
    return this;
  }

  private void until(long epochSecond) {
    while (now.getEpochSecond() < epochSecond) {
      now = now.plus(STEP);
      driver.advance(STEP);
    }
  }

  /** Stops, and starts so many seconds after the start on the same state. */
  AlertsDriver restartAt(long second, DefinitionSet slos) {
    unread.addAll(driver.read(Topics.ALERTS, ALERTS));
    RestoredAlerts restored = new RestoredAlerts(driver);
    driver.close();
    now = at(second);
    driver = StageTestDriver.of(restored).at(now).define(slos).start();
    return this;
  }

  AlertsDriver define(DefinitionSet slos) {
    driver.define(slos);
    return this;
  }

  /** Transitions of alerts about burn rates since the last look. */
  List<Alert> alerts() {
    return take(alert -> alert.getInput() == null);
  }

  /** Transitions of alerts about input since the last look. */
  List<Alert> inputAlerts() {
    return take(alert -> alert.getInput() != null);
  }

  private List<Alert> take(Predicate<Alert> wanted) {
    unread.addAll(driver.read(Topics.ALERTS, ALERTS));
    List<Alert> taken = unread.stream().filter(wanted).toList();
    unread.removeAll(taken);
    return taken;
  }

  List<DeadLetter> deadLetters() {
    return driver.deadLetters();
  }

  StageTestDriver stage() {
    return driver;
  }

  @Override
  public void close() {
    driver.close();
  }
}
