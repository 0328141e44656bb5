package io.sluice.alerts;

/**
 * Events of a stretch of time.
 *
 * @param good events that met the objective
 * @param total all events
 */
record Counts(long good, long total) {

  static final Counts NONE = new Counts(0, 0);

  Counts plus(Counts other) {
    return new Counts(good + other.good, total + other.total);
  }

  Counts minus(Counts other) {
    return new Counts(good - other.good, total - other.total);
  }

  /** Share of events that were bad; 0 without events, since nobody was failed. */
  double errorRatio() {
    return total == 0 ? 0 : (double) (total - good) / (double) total;
  }
}
