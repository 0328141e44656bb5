package io.sluice.processors.spanmetrics;

import io.sluice.schemas.SeriesType;

/** How what comes for a series adds up. */
enum Aggregation {
  /** Amounts are added: a counter. */
  SUM(SeriesType.COUNTER, 'c', "_counter"),
  /** The newest value by its own time holds: a gauge. */
  LAST(SeriesType.GAUGE, 'g', "_gauge"),
  /** Values are counted in exponential buckets. */
  EXPONENTIAL(SeriesType.HISTOGRAM, 'h', "_exponential"),
  /** Counts are added up in the buckets that the producer chose. */
  EXPLICIT(SeriesType.HISTOGRAM, 'b', "_explicit"),
  /** A gauge that is 1: it says what a statement is, whose calls {@link Statements} ranks. */
  RANKED(SeriesType.GAUGE, 'r', "_ranked");

  private final SeriesType type;
  private final char code;
  private final String suffix;

  Aggregation(SeriesType type, char code, String suffix) {
    this.type = type;
    this.code = code;
    this.suffix = suffix;
  }

  /** What comes out. */
  SeriesType type() {
    return type;
  }

  /** What a name gets that one of another kind has already. */
  String suffix() {
    return suffix;
  }

  /** What stands for it in packed forms. */
  char code() {
    return code;
  }
}
