package io.sluice.console;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * What was counted in each step of time, of the newest so many. Not safe for use by several
 * threads.
 *
 * @param <T> what is counted in a step
 */
final class Slots<T> {

  private final long stepNanos;
  private final int kept;
  private final Supplier<T> empty;
  private final TreeMap<Long, T> byStart = new TreeMap<>();

  Slots(long stepNanos, int kept, Supplier<T> empty) {
    this.stepNanos = stepNanos;
    this.kept = kept;
    this.empty = empty;
  }

  /** The step of this time; of one that is too old nothing is kept. */
  T at(long nanos) {
    long start = Math.floorDiv(nanos, stepNanos) * stepNanos;
    T slot = byStart.computeIfAbsent(start, none -> empty.get());
    byStart.headMap(byStart.lastKey() - (kept - 1) * stepNanos).clear();
    return slot;
  }

  /**
   * By its start, those that start at a time or later, oldest first; of steps without any, none.
   */
  Map<Long, T> since(long nanos) {
    return byStart.tailMap(nanos, true);
  }
}
