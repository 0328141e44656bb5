package io.sluice.schemas.trace;

/**
 * How long each span worked itself: its duration without the time in which any of its children ran.
 * Children that run at the same time count once, and what of a child lies outside its parent not at
 * all.
 */
public final class SelfTimes {

  private SelfTimes() {}

  /** Nanoseconds for each span of the tree, by its number. */
  public static long[] of(SpanTree tree) {
    int size = tree.size();
    long[] self = new long[size];
    long[] coveredUntil = new long[size];
    for (int i = 0; i < size; i++) {
      self[i] = tree.end(i) - tree.start(i);
      coveredUntil[i] = tree.start(i);
    }
    for (int i : SpanTree.sortedBy(tree.starts())) {
      int parent = tree.parent(i);
      if (parent == SpanTree.NONE) {
        continue;
      }
      long from = Math.max(tree.start(i), coveredUntil[parent]);
      long to = Math.min(tree.end(i), tree.end(parent));
      if (to > from) {
        self[parent] -= to - from;
        coveredUntil[parent] = to;
      }
    }
    return self;
  }
}
