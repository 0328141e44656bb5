package io.sluice.schemas.trace;

import io.sluice.schemas.otlp.SpanView;

/**
 * Puts the clocks of the services of a trace right, for display and for computing. A server's work
 * for a call lies inside the client's; where it does not, the server's clock is wrong, and the span
 * is moved into the middle of the call, with all spans below it in the same service. A server that
 * worked longer than the client waited (after a time-out) is moved only if it began too early, to
 * the client's start. What comes through a queue (a consumer, or whatever a producer's span is the
 * parent of: functions that a queue calls say that they are servers) may come at any time and is
 * never moved.
 *
 * <p>The rule is Jaeger's. It cannot see a wrong clock whose spans still fit.
 */
final class ClockSkew {

  private static final int SERVER = 2;
  private static final int CLIENT = 3;
  private static final int PRODUCER = 4;
  private static final int CONSUMER = 5;

  private ClockSkew() {}

  /**
   * When the span began by its own clock. Times before 1970 and after 2262 are not believed: such a
   * span began when it ended, so that it takes no time and not decades. 0 when neither is believed.
   */
  static long written(SpanView span) {
    long start = span.startTimeUnixNano();
    return Math.max(0, start > 0 ? start : span.endTimeUnixNano());
  }

  /**
   * A span without times takes none and is where its parent begins; without a parent that has times
   * it is where the first of the trace begins.
   */
  static void adjust(SpanTree tree, int[] parentsFirst, long[] starts, long[] ends) {
    long first = Long.MAX_VALUE;
    for (int i : parentsFirst) {
      adjust(tree, i, starts, ends);
      first = starts[i] == 0 ? first : Math.min(first, starts[i]);
    }
    for (int i = 0; i < starts.length && first != Long.MAX_VALUE; i++) {
      if (starts[i] == 0) {
        starts[i] = first;
        ends[i] = first;
      }
    }
  }

  private static void adjust(SpanTree tree, int i, long[] starts, long[] ends) {
    SpanView span = tree.span(i);
    long start = written(span);
    long duration = Math.max(0, Math.max(0, span.endTimeUnixNano()) - start);
    int parent = tree.parent(i);
    if (parent != SpanTree.NONE && tree.start(parent) != 0) {
      if (start == 0) {
        start = tree.start(parent);
      } else if (tree.service(i).equals(tree.service(parent))) {
        start = plus(start, tree.clockShift(parent));
      } else {
        start = callee(tree, parent, span, start, duration);
      }
    }
    starts[i] = start;
    ends[i] = plus(start, duration);
  }

  private static long callee(SpanTree tree, int parent, SpanView span, long start, long duration) {
    int parentKind = tree.span(parent).kind();
    boolean call = span.kind() == SERVER || parentKind == CLIENT;
    if (!call || span.kind() == CONSUMER || parentKind == PRODUCER) {
      return start;
    }
    long parentStart = tree.start(parent);
    long parentDuration = tree.end(parent) - parentStart;
    if (duration > parentDuration) {
      return Math.max(start, parentStart);
    }
    boolean inside = start >= parentStart && plus(start, duration) <= tree.end(parent);
    return inside ? start : parentStart + (parentDuration - duration) / 2;
  }

  /** Never before 1970 nor after the end of time. */
  private static long plus(long time, long nanos) {
    long sum = time + nanos;
    return nanos >= 0 ? (sum < 0 ? Long.MAX_VALUE : sum) : Math.max(0, sum);
  }
}
