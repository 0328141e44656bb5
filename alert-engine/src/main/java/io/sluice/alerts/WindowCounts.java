package io.sluice.alerts;

import java.util.Arrays;

/**
 * Counts of windows by their start, in order and without a gap in memory: 24 bytes a window, since
 * an SLO has thousands of them.
 */
final class WindowCounts {

  private static final int FIRST_CAPACITY = 64;

  private long[] starts = new long[FIRST_CAPACITY];
  private long[] good = new long[FIRST_CAPACITY];
  private long[] total = new long[FIRST_CAPACITY];

  /** The windows are from here … */
  private int from;

  /** … to here, which is not included. */
  private int to;

  int size() {
    return to - from;
  }

  /** Adds a window, or replaces the one that starts at the same time. */
  void put(long start, Counts counts) {
    int at = Arrays.binarySearch(starts, from, to, start);
    if (at < 0) {
      at = insert(-at - 1);
    }
    starts[at] = start;
    good[at] = counts.good();
    total[at] = counts.total();
  }

  void dropBefore(long start) {
    from = firstAtOrAfter(start);
  }

  /** Events of the windows that start then or later. */
  Counts since(long start) {
    long sumGood = 0;
    long sumTotal = 0;
    for (int i = firstAtOrAfter(start); i < to; i++) {
      sumGood += good[i];
      sumTotal += total[i];
    }
    return new Counts(sumGood, sumTotal);
  }

  /** How many windows that start then or later have bad events. */
  int badSince(long start) {
    int bad = 0;
    for (int i = firstAtOrAfter(start); i < to; i++) {
      bad += good[i] < total[i] ? 1 : 0;
    }
    return bad;
  }

  private int firstAtOrAfter(long start) {
    int at = Arrays.binarySearch(starts, from, to, start);
    return at < 0 ? -at - 1 : at;
  }

  /** Makes place before the window at an index, and says where it is. */
  private int insert(int index) {
    int at = index;
    if (to == starts.length) {
      at -= from;
      makeRoom();
    }
    move(at, at + 1, to - at);
    to++;
    return at;
  }

  /**
   * Moves to the front what is left; takes more memory only when little would be gained by that.
   */
  private void makeRoom() {
    int size = size();
    int capacity = size < starts.length / 4 * 3 ? starts.length : size + size / 2;
    starts = Arrays.copyOf(Arrays.copyOfRange(starts, from, to), capacity);
    good = Arrays.copyOf(Arrays.copyOfRange(good, from, to), capacity);
    total = Arrays.copyOf(Arrays.copyOfRange(total, from, to), capacity);
    from = 0;
    to = size;
  }

  private void move(int source, int target, int length) {
    System.arraycopy(starts, source, starts, target, length);
    System.arraycopy(good, source, good, target, length);
    System.arraycopy(total, source, total, target, length);
  }
}
