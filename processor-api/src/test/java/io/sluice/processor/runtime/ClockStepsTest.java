package io.sluice.processor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClockStepsTest {

  private long wallMillis = 1_700_000_000_000L;
  private long nanos = -5;
  private final ClockSteps steps = new ClockSteps(() -> wallMillis, () -> nanos);

  @Test
  void noticesOnceThatTheClockIsSetBack() {
    assertThat(wentBack(Duration.ofSeconds(2), Duration.ofSeconds(2))).isFalse();
    assertThat(wentBack(Duration.ofSeconds(2), Duration.ofHours(-1))).isTrue();
    assertThat(wentBack(Duration.ofSeconds(2), Duration.ofSeconds(2))).isFalse();
  }

  @Test
  void letsAStepForwardBeAndNoticesTheWayBack() {
    assertThat(wentBack(Duration.ofSeconds(2), Duration.ofHours(1))).isFalse();
    assertThat(wentBack(Duration.ofSeconds(2), Duration.ofMinutes(-59))).isTrue();
  }

  @Test
  void aClockThatIsSetBackByWhatItMakesUpForAtOnceIsLeftAlone() {
    assertThat(wentBack(Duration.ofSeconds(2), Duration.ofSeconds(1))).isFalse();
    assertThat(wentBack(Duration.ofHours(1), Duration.ofMinutes(59))).isTrue();
  }

  private boolean wentBack(Duration passed, Duration shown) {
    nanos += passed.toNanos();
    wallMillis += shown.toMillis();
    return steps.wentBack();
  }
}
