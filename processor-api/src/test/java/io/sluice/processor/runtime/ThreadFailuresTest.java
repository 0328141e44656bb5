package io.sluice.processor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ThreadFailuresTest {

  private long nanos = Long.MAX_VALUE - 7; // it wraps
  private final ThreadFailures failures = new ThreadFailures(() -> nanos);

  @Test
  void countsThoseWithinAMinuteOfTheOneBefore() {
    assertThat(failures.inARow()).isZero();
    assertThat(failures.another()).isEqualTo(1);
    nanos += Duration.ofSeconds(59).toNanos();
    assertThat(failures.another()).isEqualTo(2);
    assertThat(failures.inARow()).isEqualTo(2);
  }

  @Test
  void beginsAgainAfterAMinuteWithout() {
    failures.another();
    nanos += Duration.ofSeconds(61).toNanos();
    assertThat(failures.inARow()).isZero();
    assertThat(failures.another()).isEqualTo(1);
  }
}
