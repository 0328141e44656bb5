package io.sluice.schemas.trace;

/**
 * Where a trace's error began: the deepest failing span. Those above it fail because it did; of
 * several at the same depth it is the one that ended first.
 */
public final class ErrorOrigin {

  private ErrorOrigin() {}

  /** The span's number, or {@link SpanTree#NONE} when none failed. */
  public static int of(SpanTree tree) {
    int[] depths = new int[tree.size()];
    int origin = SpanTree.NONE;
    for (int i : tree.order()) {
      int parent = tree.parent(i);
      depths[i] = parent == SpanTree.NONE ? 0 : depths[parent] + 1;
      if (!tree.span(i).isError()) {
        continue;
      }
      boolean deeper = origin == SpanTree.NONE || depths[i] > depths[origin];
      if (deeper || (depths[i] == depths[origin] && tree.end(i) < tree.end(origin))) {
        origin = i;
      }
    }
    return origin;
  }
}
