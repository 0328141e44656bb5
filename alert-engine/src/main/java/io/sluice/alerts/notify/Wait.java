package io.sluice.alerts.notify;

import java.time.Clock;

/**
 * A time to wait. A clock that is set back makes it begin anew, and no longer than it is. For one
 * thread.
 */
final class Wait {

  private final Clock clock;
  private long sinceMillis;
  private long lengthMillis;

  /** One that is over. */
  Wait(Clock clock) {
    this.clock = clock;
  }

  void begin(long millis) {
    sinceMillis = clock.millis();
    lengthMillis = millis;
  }

  void end() {
    lengthMillis = 0;
  }

  boolean isOver() {
    long now = clock.millis();
    sinceMillis = Math.min(sinceMillis, now);
    return now - sinceMillis >= lengthMillis;
  }
}
