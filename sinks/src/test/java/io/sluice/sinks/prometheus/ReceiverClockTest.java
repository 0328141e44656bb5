package io.sluice.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.MovingClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ReceiverClockTest {

  private static final Instant TRUE = Instant.parse("2026-03-01T00:00:00Z");
  private static final long MILLIS = TRUE.toEpochMilli();

  private final MovingClock own = new MovingClock(TRUE);
  private long ticks = 5;
  private final ReceiverClock clock = new ReceiverClock(own, () -> ticks);

  @Test
  void isThisMachinesUntilTheReceiverAnswers() {
    assertThat(clock.millis()).isEqualTo(MILLIS);
    own.advance(Duration.ofHours(1));
    clock.answered(TRUE);
    assertThat(clock.millis()).isEqualTo(MILLIS);
  }

  @Test
  void goesOnWhateverTheMachinesIsSetTo() {
    clock.answered(TRUE);
    own.advance(Duration.ofHours(-1));
    ticks += 1_000;
    assertThat(clock.millis()).isEqualTo(MILLIS + 1_000);
    own.advance(Duration.ofHours(2));
    assertThat(clock.millis()).isEqualTo(MILLIS + 1_000);
  }

  /** The clock of who wrote it may be right where this one is not. */
  @Test
  void judgesARecordByItsOwnTimeWhileTheReceiverDidNotAnswer() {
    own.advance(Duration.ofHours(-1));
    assertThat(clock.millisFor(MILLIS)).isEqualTo(MILLIS);
    assertThat(clock.millisFor(0)).isEqualTo(own.millis());
    clock.answered(TRUE);
    assertThat(clock.millisFor(MILLIS + 3_600_000)).isEqualTo(MILLIS);
  }
}
