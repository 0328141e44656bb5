package io.sluice.schemas.trace;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * What the trace's duration consists of: walking back from the end of its main span, always into
 * the child that ended last before where the walk stands. Had any of this been faster, so had been
 * the trace. What ran beside it, or after the main span's end, is not on the path.
 */
public final class CriticalPath {

  private CriticalPath() {}

  /**
   * For each span of the tree, by its number, how many nanoseconds of the path are its own. They
   * add up to the duration of the main span.
   */
  public static long[] of(SpanTree tree) {
    long[] onPath = new long[tree.size()];
    int main = tree.main();
    if (main == SpanTree.NONE) {
      return onPath;
    }
    Children children = new Children(tree);
    // A child may have begun before its parent; the path does not leave the parent's time.
    long[] floors = tree.starts().clone();
    Deque<Integer> path = new ArrayDeque<>();
    path.push(main);
    long at = tree.end(main);
    while (!path.isEmpty()) {
      int span = path.peek();
      int child = children.lastBefore(span, at, floors[span]);
      long until = child == SpanTree.NONE ? floors[span] : Math.min(at, tree.end(child));
      if (until < at) {
        onPath[span] += at - until;
        at = until;
      }
      if (child == SpanTree.NONE) {
        path.pop();
      } else {
        floors[child] = Math.max(floors[child], floors[span]);
        path.push(child);
      }
    }
    return onPath;
  }

  /** The children of each span, those that ended last first, each given once. */
  private static final class Children {

    private final SpanTree tree;
    private final int[] byParent;
    private final int[] next;
    private final int[] end;

    Children(SpanTree tree) {
      this.tree = tree;
      int size = tree.size();
      end = new int[size];
      for (int i = 0; i < size; i++) {
        if (tree.parent(i) != SpanTree.NONE) {
          end[tree.parent(i)]++;
        }
      }
      next = new int[size];
      int sum = 0;
      for (int i = 0; i < size; i++) {
        next[i] = sum;
        sum += end[i];
        end[i] = next[i];
      }
      byParent = new int[sum];
      int[] byEnd = SpanTree.sortedBy(tree.ends());
      for (int i = size - 1; i >= 0; i--) {
        int parent = tree.parent(byEnd[i]);
        if (parent != SpanTree.NONE) {
          byParent[end[parent]++] = byEnd[i];
        }
      }
    }

    /** The next child that ran at any time between floor and time, or NONE. */
    int lastBefore(int span, long time, long floor) {
      while (next[span] < end[span]) {
        int child = byParent[next[span]++];
        if (tree.start(child) < time && tree.end(child) > floor) {
          return child;
        }
      }
      return SpanTree.NONE;
    }
  }

  /** The spans that are on the path, the longest there first. */
  public static int[] longestFirst(long[] onPath) {
    int[] sorted = SpanTree.sortedBy(onPath);
    int count = 0;
    while (count < sorted.length && onPath[sorted[sorted.length - 1 - count]] > 0) {
      count++;
    }
    int[] longest = new int[count];
    Arrays.setAll(longest, i -> sorted[sorted.length - 1 - i]);
    return longest;
  }
}
