package io.sluice.sinks.prometheus;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * The series of which no point comes: their last value is written again once a minute, since
 * receivers take them for gone else. Not while records wait, which may have it anew. For the
 * consumer's thread.
 */
final class StandingSeries {

  private static final Duration PERIOD = Duration.ofMinutes(1);

  /** Written with a time so long ago: what comes later has its own time then, if it is not late. */
  private static final Duration BEHIND = Duration.ofSeconds(30);

  /** Late points of a series are written a millisecond apart; there are never so many at a time. */
  private static final Duration LATE_POINTS = Duration.ofSeconds(10);

  private final RemotePoints points;
  private final CommittedOffsets offsets;
  private final ReceiverClock clock;
  private Deque<RemoteSeries> waiting = new ArrayDeque<>();

  /** The time that they are written with; zero while it must not begin. */
  private long millis;

  /** Not of the clock: one that jumps would have all written with a time of the future at once. */
  private long periodSinceNanos;

  StandingSeries(RemotePoints points, CommittedOffsets offsets, ReceiverClock clock) {
    this.points = points;
    this.offsets = offsets;
    this.clock = clock;
    beginAnew();
  }

  /** Gives up what is under way; all that stand still are written as soon as it may begin. */
  void beginAnew() {
    waiting.clear();
    periodSinceNanos = System.nanoTime() - PERIOD.toNanos();
  }

  /** Whether some are to be written now. */
  boolean isUnderWay() {
    return millis != 0 && !waiting.isEmpty();
  }

  /**
   * Whether some are to be written now, when a period is over too.
   *
   * @param recordsWait whether records wait to be read
   */
  boolean isDue(boolean recordsWait) {
    if (!offsets.areReached()) {
      return false; // not all series are known
    }
    long now = System.nanoTime();
    if (now - periodSinceNanos >= PERIOD.toNanos()) {
      periodSinceNanos = now;
      waiting = points.idle();
      millis = 0;
    }
    if (millis == 0 && !waiting.isEmpty() && !recordsWait) {
      millis = clock.millis() - BEHIND.toMillis();
      // First: who has the partitions next must know up to where there may be samples.
      offsets.commitAgainMillis(millis + LATE_POINTS.toMillis());
    }
    return isUnderWay();
  }

  /**
   * The next of them.
   *
   * @param committed up to which batch all are committed
   * @return null when this series needs nothing
   */
  @Nullable RemotePoint next(long committed) {
    RemoteSeries series = waiting.remove();
    return series.batch() > committed ? null : points.again(series, millis);
  }
}
