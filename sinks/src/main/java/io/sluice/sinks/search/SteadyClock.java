package io.sluice.sinks.search;

import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says whether this machine's clock may decide what is too old to keep. A clock that is set wrong,
 * when the machine starts or later, mostly is put right soon; what was deleted by it would not come
 * back. So it is believed once it has gone on for an hour without a step. For one thread.
 */
final class SteadyClock {

  private static final Logger log = LoggerFactory.getLogger(SteadyClock.class);
  private static final Duration BELIEVED_AFTER = Duration.ofHours(1);
  private static final Duration STEP = Duration.ofMinutes(1);

  private final Clock clock;
  private final LongSupplier ticks;
  private long steadySince;
  private long ahead;

  /**
   * @param ticks milliseconds that go on whatever the clock is set to
   */
  SteadyClock(Clock clock, LongSupplier ticks) {
    this.clock = clock;
    this.ticks = ticks;
    this.steadySince = ticks.getAsLong();
    this.ahead = clock.millis() - steadySince;
  }

  /** Looks at it; to be asked often, since what it does between two looks is seen as one step. */
  boolean isBelieved() {
    long now = ticks.getAsLong();
    long step = clock.millis() - now - ahead;
    ahead += step;
    if (Math.abs(step) > STEP.toMillis()) {
      steadySince = now;
      log.warn(
          "this machine's clock was moved by {}: nothing is deleted for its age in the next hour",
          Duration.ofMillis(step));
    }
    return now - steadySince >= BELIEVED_AFTER.toMillis();
  }
}
