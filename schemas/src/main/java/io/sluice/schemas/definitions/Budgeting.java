package io.sluice.schemas.definitions;

import java.time.Duration;

/**
 * What an SLO's error budget is counted in.
 *
 * @param method events, or slices of time
 * @param slice length of a slice; zero with {@link Method#OCCURRENCES}
 * @param sliceTarget the share of good events that makes a slice good; 0 unless {@link
 *     Method#TIMESLICES}
 */
public record Budgeting(Method method, Duration slice, double sliceTarget) {

  /** OpenSLO's {@code budgetingMethod}. */
  public enum Method {
    /** Good events of all events. */
    OCCURRENCES,
    /** Good slices of all slices that have events. */
    TIMESLICES,
    /** The mean share of good events of all slices that have events. */
    RATIO_TIMESLICES
  }

  /** The parts that the share of one slice is counted in, with {@link Method#RATIO_TIMESLICES}. */
  public static final long PARTS = 1_000_000;

  /** Every event counts the same. */
  public static final Budgeting OCCURRENCES = new Budgeting(Method.OCCURRENCES, Duration.ZERO, 0);

  /** How much a window with these events is good, in units of {@link #total}. */
  public long good(long good, long total) {
    if (method == Method.OCCURRENCES) {
      return good;
    }
    if (total == 0) {
      return 0;
    }
    double share = (double) good / (double) total;
    return method == Method.TIMESLICES
        ? share >= sliceTarget ? 1 : 0
        // Down: a single bad event shows.
        : (long) Math.floor(share * PARTS);
  }

  /** How much a window with so many events counts. One without events counts nothing. */
  public long total(long total) {
    return method == Method.OCCURRENCES || total == 0
        ? total
        : method == Method.TIMESLICES ? 1 : PARTS;
  }
}
