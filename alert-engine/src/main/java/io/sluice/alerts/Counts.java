package io.sluice.alerts;

import io.sluice.schemas.SliWindow;
import org.jspecify.annotations.Nullable;

/**
 * Events of a stretch of time.
 *
 * @param good events that met the objective
 * @param total all events
 */
record Counts(long good, long total) {

  static final Counts NONE = new Counts(0, 0);

  static Counts of(SliWindow window) {
    return new Counts(window.getGood(), window.getTotal());
  }

  /** What a window adds to its earlier revision, null for none. */
  static Counts difference(@Nullable SliWindow before, SliWindow window) {
    return before == null ? of(window) : of(window).minus(of(before));
  }

  Counts plus(Counts other) {
    return new Counts(good + other.good, total + other.total);
  }

  Counts minus(Counts other) {
    return new Counts(good - other.good, total - other.total);
  }

  long bad() {
    return total - good;
  }

  /** Share of events that were bad; 0 without events, since nobody was failed. */
  double errorRatio() {
    return total == 0 ? 0 : (double) (total - good) / (double) total;
  }
}
