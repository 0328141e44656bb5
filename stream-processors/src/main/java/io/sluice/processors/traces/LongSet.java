package io.sluice.processors.traces;

import io.sluice.schemas.trace.SeededHash;
import java.util.Arrays;
import java.util.stream.LongStream;

/** A set of numbers other than zero, without an object for each. Open addressing. */
final class LongSet {

  private static final int SMALLEST = 8;

  private long[] slots = new long[SMALLEST];
  private int size;

  boolean isEmpty() {
    return size == 0;
  }

  int size() {
    return size;
  }

  boolean contains(long value) {
    return slots[slotOf(value)] == value;
  }

  /** Adds a value other than zero, if it is not there. */
  void add(long value) {
    int slot = slotOf(value);
    if (slots[slot] == value) {
      return;
    }
    slots[slot] = value;
    size++;
    if (2 * size > slots.length) {
      grow();
    }
  }

  void remove(long value) {
    int slot = slotOf(value);
    if (slots[slot] != value) {
      return;
    }
    size--;
    // What stands behind moves up, so that a search never ends at a hole too early.
    int hole = slot;
    int mask = slots.length - 1;
    for (int next = hole + 1 & mask; slots[next] != 0; next = next + 1 & mask) {
      int home = home(slots[next]);
      if ((next - home & mask) >= (next - hole & mask)) {
        slots[hole] = slots[next];
        hole = next;
      }
    }
    slots[hole] = 0;
  }

  /** All values, in no order. */
  LongStream stream() {
    return Arrays.stream(slots).filter(value -> value != 0);
  }

  private void grow() {
    long[] old = slots;
    slots = new long[2 * old.length];
    for (long value : old) {
      if (value != 0) {
        slots[slotOf(value)] = value;
      }
    }
  }

  /** Where the value is, or else belongs. */
  private int slotOf(long value) {
    int mask = slots.length - 1;
    int slot = home(value);
    while (slots[slot] != 0 && slots[slot] != value) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private int home(long value) {
    return (int) SeededHash.of(value) & slots.length - 1;
  }
}
