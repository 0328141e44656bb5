package io.sluice.alerts;

import java.time.Duration;
import java.util.Arrays;

/**
 * Counts in slots of one length, from the newest one back over a fixed span: windows that are
 * summed up. The memory is taken once: 16 bytes a slot.
 */
final class Slots {

  private final long slotNanos;
  private final long[] good;
  private final long[] total;

  /** Number of the newest slot, counted from 1970. */
  private long newest = Long.MIN_VALUE;

  Slots(Duration slot, Duration span) {
    slotNanos = slot.toNanos();
    int slots = Math.toIntExact(-Math.floorDiv(-span.toNanos(), slotNanos)) + 1;
    good = new long[slots];
    total = new long[slots];
  }

  long slotNanos() {
    return slotNanos;
  }

  /** Adds to the slot of a time. What is farther back than the span is left out. */
  void add(long timeNanos, Counts counts) {
    long slot = Math.floorDiv(timeNanos, slotNanos);
    if (slot > newest) {
      forget(slot);
      newest = slot;
    }
    if (slot >= oldest()) {
      good[index(slot)] += counts.good();
      total[index(slot)] += counts.total();
    }
  }

  /** Events since a time: of whole slots, the one that the time is in included. */
  Counts since(long timeNanos) {
    Counts sum = Counts.NONE;
    if (newest != Long.MIN_VALUE) {
      for (long slot = Math.max(oldest(), Math.floorDiv(timeNanos, slotNanos));
          slot <= newest;
          slot++) {
        sum = sum.plus(at(slot));
      }
    }
    return sum;
  }

  /** How many slots since a time have bad events. */
  int badSince(long timeNanos) {
    int bad = 0;
    if (newest != Long.MIN_VALUE) {
      for (long slot = Math.max(oldest(), Math.floorDiv(timeNanos, slotNanos));
          slot <= newest;
          slot++) {
        bad += at(slot).bad() > 0 ? 1 : 0;
      }
    }
    return bad;
  }

  /** What is given the slots since a time, oldest first, those without events too. */
  interface Visitor {
    void slot(long startNanos, Counts counts);
  }

  void forEachSince(long timeNanos, Visitor visitor) {
    if (newest != Long.MIN_VALUE) {
      for (long slot = Math.max(oldest(), Math.floorDiv(timeNanos, slotNanos));
          slot <= newest;
          slot++) {
        visitor.slot(slot * slotNanos, at(slot));
      }
    }
  }

  private Counts at(long slot) {
    return new Counts(good[index(slot)], total[index(slot)]);
  }

  private long oldest() {
    return newest - good.length + 1;
  }

  private int index(long slot) {
    return (int) Math.floorMod(slot, (long) good.length);
  }

  /** Clears what the slots up to a new one take the place of. */
  private void forget(long slot) {
    if (newest == Long.MIN_VALUE || slot - newest >= good.length) {
      Arrays.fill(good, 0);
      Arrays.fill(total, 0);
      return;
    }
    for (long gone = newest + 1; gone <= slot; gone++) {
      good[index(gone)] = 0;
      total[index(gone)] = 0;
    }
  }
}
