package io.sluice.schemas.stage;

import java.util.concurrent.TimeUnit;

/** A time for waiting, which nobody can set as they can the time of day. */
public final class Ticks {

  private Ticks() {}

  /** Milliseconds since some moment of this process: only differences mean something. */
  public static long millis() {
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
  }
}
