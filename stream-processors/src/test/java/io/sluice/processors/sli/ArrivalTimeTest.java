package io.sluice.processors.sli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ArrivalTimeTest {

  private static final long SECOND = 1_000_000_000;
  private static final long HOUR = 3600 * SECOND;
  private static final Duration SILENCE = Duration.ofSeconds(10);

  /** Ticks may have any sign. */
  private static final long START = -5 * SECOND;

  private final ArrivalTime time = new ArrivalTime();

  @Test
  void comesAsFarAsTheNewestArrival() {
    time.begin(2 * HOUR, START);
    time.arrived(HOUR, START + SECOND);
    time.arrived(HOUR - SECOND, START + 2 * SECOND);
    assertThat(time.now(START + 3 * SECOND, SILENCE)).isEqualTo(HOUR);
  }

  @Test
  void goesOnByItselfInASilence() {
    time.begin(2 * HOUR, START);
    time.arrived(HOUR, START);
    assertThat(time.now(START + 10 * SECOND, SILENCE)).isEqualTo(2 * HOUR + 10 * SECOND);
  }

  @Test
  void isWaitedForAtTheStartAsABacklogMayBeUnderWay() {
    time.begin(HOUR, START);
    assertThat(time.now(START + 9 * SECOND, SILENCE)).isZero();
    assertThat(time.now(START + 10 * SECOND, SILENCE)).isEqualTo(HOUR + 10 * SECOND);
  }

  @Test
  void aClockThatWasBehindIsSetRightByWhatArrives() {
    time.begin(HOUR, START);
    time.arrived(3 * HOUR, START + SECOND);
    assertThat(time.at(START + 2 * SECOND)).isEqualTo(3 * HOUR + SECOND);
  }

  @Test
  void aClockThatWasAheadIsSetRightByWhatArrivesWhenAllHadCome() {
    time.begin(3 * HOUR, START);
    time.arrived(HOUR, START + 5 * SECOND);
    time.allCameUntil(START + 4 * SECOND);
    assertThat(time.at(START + 6 * SECOND)).isEqualTo(HOUR + 2 * SECOND);
  }

  @Test
  void whatAProducerHeldBackSetsNothing() {
    time.begin(HOUR, START);
    time.arrived(HOUR - 600 * SECOND, START + 5 * SECOND);
    time.allCameUntil(START + 4 * SECOND);
    assertThat(time.at(START + 5 * SECOND)).isEqualTo(HOUR + 5 * SECOND);
  }
}
