package io.sluice.sinks.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.testkit.MovingClock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SteadyClockTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final MovingClock wall = new MovingClock(Instant.parse("2026-03-01T00:00:00Z"));
  private long ticks = 5;
  private final SteadyClock clock = new SteadyClock(wall, () -> ticks);

  @Test
  void isBelievedAnHourAfterTheStart() {
    assertThat(clock.isBelieved()).isFalse(); // it may have been wrong before this began
    assertThat(afterMinutes(59)).isFalse();
    assertThat(afterMinutes(1)).isTrue();
  }

  @Test
  void isNotBelievedForAnHourAfterAStep() {
    assertThat(afterMinutes(60)).isTrue();
    wall.advance(Duration.ofDays(400));
    assertThat(clock.isBelieved()).isFalse();
    assertThat(afterMinutes(59)).isFalse();
    assertThat(afterMinutes(1)).isTrue();
  }

  @Test
  void isNotBelievedForAnHourAfterItWasPutRight() {
    assertThat(afterMinutes(60)).isTrue();
    wall.advance(Duration.ofDays(400));
    assertThat(afterMinutes(30)).isFalse();
    wall.advance(Duration.ofDays(-400));
    assertThat(afterMinutes(59)).isFalse();
    assertThat(afterMinutes(2)).isTrue();
  }

  @Test
  void staysBelievedWhileItIsOnlyKeptInTime() {
    assertThat(afterMinutes(60)).isTrue();
    for (int i = 0; i < 200; i++) {
      wall.advance(Duration.ofSeconds(2)); // as a time server does, little by little
      assertThat(afterMinutes(1)).isTrue();
    }
  }

  private boolean afterMinutes(int minutes) {
    boolean believed = false;
    for (int i = 0; i < minutes; i++) {
      wall.advance(MINUTE);
      ticks += MINUTE.toMillis();
      believed = clock.isBelieved();
    }
    return believed;
  }
}
