package io.sluice.console;

import io.sluice.schemas.trace.CriticalPath;
import io.sluice.schemas.trace.ErrorOrigin;
import io.sluice.schemas.trace.SpanTree;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Which spans an answer has of a trace that has more: the main span, the one where the error began,
 * what is on the critical path, and then the earliest, each with those that it is below. Parts of a
 * trace come in any order, its root often last: the first bytes are no choice.
 */
final class ShownSpans {

  private final SpanTree tree;
  private final BitSet chosen;
  private int free;

  private ShownSpans(SpanTree tree, int most) {
    this.tree = tree;
    this.chosen = new BitSet(tree.size());
    this.free = most;
  }

  /**
   * Their numbers, in their order.
   *
   * @param most so many at most
   */
  static int[] of(SpanTree tree, int most) {
    return tree.size() <= most
        ? IntStream.range(0, tree.size()).toArray()
        : new ShownSpans(tree, most).choose();
  }

  private int[] choose() {
    take(tree.main());
    take(ErrorOrigin.of(tree));
    for (int i : CriticalPath.longestFirst(CriticalPath.of(tree))) {
      take(i);
    }
    IntStream.range(0, tree.size())
        .boxed()
        .sorted(Comparator.comparingLong(tree::start))
        .forEach(this::take);
    return chosen.stream().toArray();
  }

  /** From the span up: where there is no room for all that is above it, it has the nearest. */
  private void take(int span) {
    for (int i = span; i != SpanTree.NONE && free > 0 && !chosen.get(i); i = tree.parent(i)) {
      chosen.set(i);
      free--;
    }
  }
}
