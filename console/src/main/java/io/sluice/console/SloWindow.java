package io.sluice.console;

import io.sluice.schemas.SliWindow;

/**
 * Events of one SLO in a stretch of time: a window as it came, or several that were summed up.
 *
 * @param revision of a window; 0 of several
 * @param late events that came later, of a window; 0 of several
 * @param complete false when some of its events may be gone from Kafka
 * @param exact false of several when a correction of one of them is not in the sum
 */
record SloWindow(
    long startNanos,
    long lengthNanos,
    long good,
    long total,
    int revision,
    long late,
    boolean complete,
    boolean exact) {

  static SloWindow of(SliWindow window) {
    return new SloWindow(
        window.getStartTimeUnixNano(),
        window.getLengthNanos(),
        window.getGood(),
        window.getTotal(),
        window.getRevision(),
        window.getLateCount(),
        window.getComplete(),
        true);
  }

  /** A stretch of which nothing is known yet. */
  static SloWindow empty(long startNanos, long lengthNanos) {
    return new SloWindow(startNanos, lengthNanos, 0, 0, 0, 0, true, true);
  }

  long endNanos() {
    return startNanos + lengthNanos;
  }

  /** As it is in sums: a part of its events has no share in them, as in the alert engine's. */
  SloWindow counted() {
    return complete
        ? this
        : new SloWindow(startNanos, lengthNanos, 0, 0, revision, late, false, exact);
  }

  /** With more events. */
  SloWindow plus(long moreGood, long moreTotal, boolean areComplete) {
    return new SloWindow(
        startNanos,
        lengthNanos,
        good + moreGood,
        total + moreTotal,
        revision,
        late,
        complete && areComplete,
        exact);
  }

  SloWindow inexact() {
    return new SloWindow(startNanos, lengthNanos, good, total, revision, late, complete, false);
  }
}
