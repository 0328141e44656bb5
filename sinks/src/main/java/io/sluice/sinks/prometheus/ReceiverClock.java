package io.sluice.sinks.prometheus;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What time it is for the receiver, who refuses samples of the future: by the date of its last
 * answer, and from then on by ticks that nobody can set. Before its first answer, and with one that
 * tells no date, by this machine's clock, which may be wrong. Safe for several threads.
 */
final class ReceiverClock {

  /** Prometheus takes samples so far ahead of its own clock. */
  private static final Duration TAKEN_AHEAD = Duration.ofMinutes(10);

  private final Clock own;
  private final LongSupplier ticks;

  /** How far the receiver's time is ahead of the ticks. */
  private volatile @Nullable Long ahead;

  /**
   * @param ticks milliseconds that go on whatever the clock is set to
   */
  ReceiverClock(Clock own, LongSupplier ticks) {
    this.own = own;
    this.ticks = ticks;
  }

  /** The receiver has just said what time it is. */
  void answered(Instant date) {
    ahead = date.toEpochMilli() - ticks.getAsLong();
  }

  /** Whether the receiver has said it. */
  boolean isTold() {
    return ahead != null;
  }

  long millis() {
    Long known = ahead;
    return known == null ? own.millis() : ticks.getAsLong() + known;
  }

  /**
   * The time at which a record is judged: no earlier than it was written, with a receiver that
   * tells no date.
   */
  long millisFor(long recordMillis) {
    return ahead == null ? Math.max(own.millis(), recordMillis) : millis();
  }

  /** No receiver takes samples that are later. */
  long latestMillis() {
    return millis() + TAKEN_AHEAD.toMillis();
  }
}
