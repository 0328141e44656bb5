package io.sluice.alerts.notify;

import java.util.function.LongSupplier;

/** A time to wait, whatever the time of day is set to meanwhile. For one thread. */
final class Wait {

  private final LongSupplier ticks;
  private long sinceMillis;
  private long lengthMillis;

  /**
   * One that is over.
   *
   * @param ticks milliseconds on a clock that nobody can set
   */
  Wait(LongSupplier ticks) {
    this.ticks = ticks;
  }

  void begin(long millis) {
    sinceMillis = ticks.getAsLong();
    lengthMillis = millis;
  }

  void end() {
    lengthMillis = 0;
  }

  boolean isOver() {
    return lengthMillis == 0 || ticks.getAsLong() - sinceMillis >= lengthMillis;
  }
}
