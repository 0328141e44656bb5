package io.sluice.processors.sanitize;

import java.util.Arrays;

/** Where the first pass found literals, and in which state it was. Reused from text to text. */
final class Hits {

  private int[] positions = {};
  private int[] states = {};
  private int[] laterPositions = {};
  private int[] laterStates = {};
  private int size;
  private int laterSize;

  /**
   * Empties this.
   *
   * @param most how many may be added at most
   */
  void begin(int most) {
    size = 0;
    laterSize = 0;
    if (positions.length < most) {
      positions = new int[most];
      states = new int[most];
      laterPositions = new int[most / 2];
      laterStates = new int[most / 2];
    }
  }

  int size() {
    return size;
  }

  /** One after the last byte of the literal. */
  int position(int i) {
    return positions[i];
  }

  int state(int i) {
    return states[i];
  }

  void add(int position, int state) {
    positions[size] = position;
    states[size++] = state;
  }

  /** Adds one of the second half, of which it is not known yet whether it is one. */
  void addLater(int position, int state) {
    laterPositions[laterSize] = position;
    laterStates[laterSize++] = state;
  }

  /** Takes those of the second half that stand behind a place. */
  void addLaterOnes(int place) {
    int first = Arrays.binarySearch(laterPositions, 0, laterSize, place + 1);
    int from = first < 0 ? -first - 1 : first;
    System.arraycopy(laterPositions, from, positions, size, laterSize - from);
    System.arraycopy(laterStates, from, states, size, laterSize - from);
    size += laterSize - from;
  }
}
