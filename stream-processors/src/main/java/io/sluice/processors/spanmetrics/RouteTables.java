package io.sluice.processors.spanmetrics;

/**
 * The series of a metric by where the label that is a path comes from. Routes that the application
 * declared are few and tell requests apart as it wants them told, so no segments are learned over
 * them; what was guessed from a name or a path is learned from. The same text is the same series.
 *
 * @param declared for routes
 * @param guessed for all else
 */
record RouteTables(SeriesTable declared, SeriesTable guessed) {

  static RouteTables of(Tallies tallies, Metric metric) {
    return new RouteTables(tallies.table(metric.unlearned()), tallies.table(metric));
  }

  SeriesTable table(boolean isDeclared) {
    return isDeclared ? declared : guessed;
  }
}
