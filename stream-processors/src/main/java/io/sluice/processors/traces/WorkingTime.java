package io.sluice.processors.traces;

/**
 * How time passes for waiting and for forgetting. "So long without a span" means nothing while no
 * span could be read: the process was stopped or moved, or its clock was set. So of a jump of the
 * wall clock only a little counts, and none of a jump back.
 *
 * <p>Runs on after a restart from what was stored last; apart from jumps it is the wall clock.
 */
final class WorkingTime {

  /** The assembler looks at the clock ten times as often, so only a jump is longer. */
  static final long MAX_STEP_MILLIS = 1000;

  private long lastWallMillis;
  private long nowMillis;

  WorkingTime(long wallMillis, long nowMillis) {
    this.lastWallMillis = wallMillis;
    this.nowMillis = nowMillis;
  }

  /** The time at this reading of the wall clock. */
  long at(long wallMillis) {
    nowMillis += Math.min(Math.max(0, wallMillis - lastWallMillis), MAX_STEP_MILLIS);
    lastWallMillis = wallMillis;
    return nowMillis;
  }
}
