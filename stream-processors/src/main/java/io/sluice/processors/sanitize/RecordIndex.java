package io.sluice.processors.sanitize;

import java.util.Arrays;

/**
 * Where the records of one resource stand in a request, in their order, each with its scope and its
 * lane. Records of different lanes must not travel together.
 */
final class RecordIndex {

  private int[] starts = new int[64];
  private int[] ends = new int[64];
  private int[] scopes = new int[64];
  private int[] lanes = new int[64];
  private int size;

  void clear() {
    size = 0;
  }

  int size() {
    return size;
  }

  void add(int start, int end, int scope, int lane) {
    if (size == starts.length) {
      starts = Arrays.copyOf(starts, size * 2);
      ends = Arrays.copyOf(ends, size * 2);
      scopes = Arrays.copyOf(scopes, size * 2);
      lanes = Arrays.copyOf(lanes, size * 2);
    }
    starts[size] = start;
    ends[size] = end;
    scopes[size] = scope;
    lanes[size++] = lane;
  }

  /** First byte of the record's tag. */
  int start(int i) {
    return starts[i];
  }

  int end(int i) {
    return ends[i];
  }

  int length(int i) {
    return ends[i] - starts[i];
  }

  int scope(int i) {
    return scopes[i];
  }

  int lane(int i) {
    return lanes[i];
  }

  /** Whether all records may travel together; false when there are none. */
  boolean isOneLane() {
    for (int i = 1; i < size; i++) {
      if (lanes[i] != lanes[0]) {
        return false;
      }
    }
    return size > 0;
  }

  /**
   * Numbers of the records lane by lane, in each lane in their order.
   *
   * @param laneCount lanes are from 0 to this, exclusive
   */
  int[] byLane(int laneCount) {
    int[] next = new int[laneCount + 1];
    for (int i = 0; i < size; i++) {
      next[lanes[i] + 1]++;
    }
    for (int lane = 0; lane < laneCount; lane++) {
      next[lane + 1] += next[lane];
    }
    int[] order = new int[size];
    for (int i = 0; i < size; i++) {
      order[next[lanes[i]]++] = i;
    }
    return order;
  }
}
