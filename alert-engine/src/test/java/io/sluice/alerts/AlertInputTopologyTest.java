package io.sluice.alerts;

import static io.sluice.alerts.SloFile.set;
import static io.sluice.alerts.SloFile.slo;
import static io.sluice.alerts.Windows.SLO;
import static io.sluice.alerts.Windows.lasting;
import static io.sluice.alerts.Windows.revision;
import static io.sluice.alerts.Windows.window;
import static io.sluice.schemas.AlertState.FIRING;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.Alert;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Reason;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What may stand on the topic, and what is kept of it. */
class AlertInputTopologyTest {

  private final AlertsDriver driver =
      AlertsDriver.start(set(1, slo(SLO).page(5, "1m", "20s", "0s")));

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void writesPoisonToDeadLettersAndGoesOn() {
    byte[] poison = "not a window".getBytes(StandardCharsets.UTF_8);
    driver.waitUntil(12);
    driver.stage().send(Topics.SLIS, new byte[0], poison);
    driver.play(window(0, 100, 20));

    List<DeadLetter> letters = driver.deadLetters();
    assertThat(letters).hasSize(1);
    DeadLetter letter = letters.get(0);
    assertThat(letter.getStage()).isEqualTo("alerts");
    assertThat(letter.getReason()).isEqualTo(Reason.MALFORMED);
    assertThat(letter.getTopic()).isEqualTo("sluice.slis");
    assertThat(letter.getMessage()).doesNotContain("not a window");
    assertThat(Objects.requireNonNull(letter.getValue()).array()).isEqualTo(poison);
    assertThat(driver.alerts()).extracting(Alert::getState).containsExactly(FIRING);
  }

  static Stream<SliWindow> impossible() {
    return Stream.of(
        window(0, 10, 11),
        window(0, 10, -1),
        window(0, -10),
        lasting(Duration.ZERO, window(0, 10)),
        lasting(Duration.ofSeconds(-10), window(0, 10)),
        lasting(
            Duration.ofDays(20_000),
            SliWindow.newBuilder(window(0, 10)).setStartTimeUnixNano(0).build()),
        SliWindow.newBuilder(window(0, 10)).setStartTimeUnixNano(-1).build(),
        SliWindow.newBuilder(window(0, 10)).setStartTimeUnixNano(Long.MIN_VALUE).build(),
        SliWindow.newBuilder(window(0, 10)).setStartTimeUnixNano(Long.MAX_VALUE).build(),
        window(Duration.ofDays(3650).toSeconds(), 10));
  }

  @ParameterizedTest
  @MethodSource("impossible")
  void refusesAnImpossibleWindowAndLosesNothingByIt(SliWindow window) {
    driver.play(window(0, 100));
    driver.send(window);
    driver.play(window(10, 100, 20));

    assertThat(driver.deadLetters())
        .extracting(DeadLetter::getReason)
        .containsExactly(Reason.INVALID);
    List<Alert> alerts = driver.alerts();
    assertThat(alerts).extracting(Alert::getState).containsExactly(FIRING);
    assertThat(alerts.get(0).getCause().getLongTotal()).isEqualTo(200);
  }

  @Test
  void acceptsAWindowOfAMachineWhoseClockIsAheadByHours() {
    driver.send(window(Duration.ofHours(14).toSeconds(), 100, 20));

    assertThat(driver.deadLetters()).isEmpty();
    assertThat(driver.alerts()).extracting(Alert::getState).containsExactly(FIRING);
  }

  @Test
  void keepsWindowsByThemselvesWhileTheyMayBeCorrected() {
    long day = Duration.ofDays(1).toSeconds();
    driver.play(window(0, 100), window(10, 100));
    driver.play(window(day, 100)).waitUntil(day + 100);
    assertThat(keptWindows()).hasSize(3);

    driver.play(window(day + 3640, 100)).waitUntil(day + 3800);

    assertThat(keptWindows()).as("25 hours").hasSize(2);
  }

  @Test
  void leavesOutACorrectionOfAWindowThatIsNoLongerKept() {
    long twoDays = Duration.ofDays(2).toSeconds();
    driver.restartAt(twoDays, set(1, slo(SLO)));
    driver.send(window(twoDays - 3600, 100), window(0, 100), revision(1, window(10, 100, 50)));

    assertThat(driver.stage().meters().counter("sluice.alerts.corrections.too.late").count())
        .as("whether they are in the sums is not known any more")
        .isEqualTo(2);
  }

  @Test
  void keepsWindowsInASilence() {
    driver.play(window(0, 100), window(10, 100));
    driver.waitUntil(7200);

    assertThat(keptWindows()).hasSize(2);
  }

  private List<byte[]> keptWindows() {
    List<byte[]> keys = new ArrayList<>();
    KeyValueStore<byte[], byte[]> store = driver.stage().store(AlertsTopology.WINDOWS);
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      all.forEachRemaining(entry -> keys.add(entry.key));
    }
    return keys;
  }
}
