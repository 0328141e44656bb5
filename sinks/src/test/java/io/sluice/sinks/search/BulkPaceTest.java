package io.sluice.sinks.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BulkPaceTest {

  private static final Duration SOON = Duration.ofMillis(100);

  private final BulkPace pace = new BulkPace(4);

  @Test
  void oneMoreGoesAtATimeAfterAllThatGoAtATimeWereTaken() {
    assertThat(pace.concurrency()).isEqualTo(2);
    taken(2);
    assertThat(pace.concurrency()).isEqualTo(3);
    taken(3);
    assertThat(pace.concurrency()).isEqualTo(4);
    taken(10);
    assertThat(pace.concurrency()).isEqualTo(4);
  }

  @Test
  void halfGoesWhenItIsTooMuchAndOneAtLeast() {
    taken(10);
    int before = pace.bytes();
    pace.tooMuch();
    assertThat(pace.concurrency()).isEqualTo(2);
    assertThat(pace.bytes()).isEqualTo(before / 2);
    for (int i = 0; i < 10; i++) {
      pace.tooMuch();
    }
    assertThat(pace.concurrency()).isEqualTo(1);
    assertThat(pace.bytes()).isEqualTo(BulkPace.MIN_BYTES);
  }

  @Test
  void requestsGrowToTheirLimitWhileTheyAreTakenSoon() {
    taken(200);
    assertThat(pace.bytes()).isEqualTo(BulkPace.MAX_BYTES);
    pace.taken(Duration.ofSeconds(2));
    assertThat(pace.bytes()).isEqualTo(BulkPace.MAX_BYTES);
    pace.taken(Duration.ofSeconds(6));
    assertThat(pace.bytes()).isEqualTo(BulkPace.MAX_BYTES / 2);
  }

  private void taken(int requests) {
    for (int i = 0; i < requests; i++) {
      pace.taken(SOON);
    }
  }
}
