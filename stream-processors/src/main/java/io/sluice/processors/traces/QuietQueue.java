package io.sluice.processors.traces;

import org.jspecify.annotations.Nullable;

/**
 * Open traces that all wait equally long after their last span, longest quiet first. A list through
 * the traces themselves, so that a span costs a few assignments.
 */
final class QuietQueue {

  private @Nullable OpenTrace first;
  private @Nullable OpenTrace last;

  /** The trace that has been quiet longest. */
  @Nullable OpenTrace first() {
    return first;
  }

  /** Puts a trace to the end, wherever it was before. */
  void moveToEnd(OpenTrace trace) {
    if (last == trace) {
      return;
    }
    remove(trace);
    trace.queue = this;
    trace.previous = last;
    if (last == null) {
      first = trace;
    } else {
      last.next = trace;
    }
    last = trace;
  }

  /** Takes a trace out of the queue that it is in, if any. */
  static void remove(OpenTrace trace) {
    QuietQueue queue = trace.queue;
    if (queue == null) {
      return;
    }
    OpenTrace previous = trace.previous;
    OpenTrace next = trace.next;
    if (previous == null) {
      queue.first = next;
    } else {
      previous.next = next;
    }
    if (next == null) {
      queue.last = previous;
    } else {
      next.previous = previous;
    }
    trace.previous = null;
    trace.next = null;
    trace.queue = null;
  }
}
