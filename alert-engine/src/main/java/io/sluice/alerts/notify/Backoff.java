package io.sluice.alerts.notify;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait before the next try: longer each time, and never all at the same moment. */
final class Backoff {

  private static final long FIRST_MILLIS = 500;
  private static final long LONGEST_MILLIS = Duration.ofMinutes(1).toMillis();

  private final RandomGenerator random;

  Backoff(RandomGenerator random) {
    this.random = random;
  }

  /**
   * @param failures tries that failed in a row, from 1
   * @return between the half and the whole of 0.5 s, 1 s, 2 s … 1 min
   */
  long millis(int failures) {
    long whole = Math.min(LONGEST_MILLIS, FIRST_MILLIS << Math.min(failures - 1, 20));
    return whole / 2 + random.nextLong(whole / 2 + 1);
  }
}
