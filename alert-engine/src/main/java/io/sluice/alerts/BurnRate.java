package io.sluice.alerts;

import io.sluice.schemas.BurnRateCause;
import java.time.Duration;

/**
 * How fast an error budget burns, over a long window (enough burned to matter) and a short one
 * (still burning now). A rate of 1 spends the whole budget in exactly the SLO's period.
 *
 * @param objective share of events that must be good, between 0 and 1
 * @param threshold rate above which the alert is due
 * @param minimumBadEvents fewer in the long window prove nothing: where there are few events, one
 *     bad one is a high rate
 * @see <a href="https://sre.google/workbook/alerting-on-slos/">The Site Reliability Workbook,
 *     Alerting on SLOs, approach 6</a>
 */
record BurnRate(
    double objective,
    double threshold,
    Duration longWindow,
    Duration shortWindow,
    long minimumBadEvents) {

  /** 1 - objective is not exact: what exceeds the threshold by less than this does not. */
  private static final double ROUNDING = 1e-9;

  /** The rates of two windows and what they were computed from. */
  record Reading(Counts longCounts, Counts shortCounts, double longRate, double shortRate) {}

  /** By the windows that are over. */
  Reading read(SliHistory history) {
    return reading(history.last(longWindow.toNanos()), history.last(shortWindow.toNanos()));
  }

  /**
   * As far as it is certain, by what is known of windows that are not over, too: never more than
   * the rates are. Asked for only while there are such.
   */
  Reading readOpen(SliHistory history) {
    return reading(
        history.lastAndOpen(longWindow.toNanos()), history.lastAndOpen(shortWindow.toNanos()));
  }

  private Reading reading(Counts longCounts, Counts shortCounts) {
    return new Reading(longCounts, shortCounts, rate(longCounts), rate(shortCounts));
  }

  /** Both windows burn faster than the threshold, and by more than chance. */
  boolean isDue(Reading reading) {
    return isAbove(reading.longRate())
        && isAbove(reading.shortRate())
        && reading.longCounts().bad() >= minimumBadEvents;
  }

  private boolean isAbove(double rate) {
    return rate > threshold * (1 + ROUNDING);
  }

  /** The numbers of a decision, as the alert's record keeps them. */
  BurnRateCause cause(Reading reading) {
    return BurnRateCause.newBuilder()
        .setObjective(objective)
        .setThreshold(threshold)
        .setLongWindowSeconds(longWindow.toSeconds())
        .setLongBurnRate(reading.longRate())
        .setLongGood(reading.longCounts().good())
        .setLongTotal(reading.longCounts().total())
        .setShortWindowSeconds(shortWindow.toSeconds())
        .setShortBurnRate(reading.shortRate())
        .setShortGood(reading.shortCounts().good())
        .setShortTotal(reading.shortCounts().total())
        .build();
  }

  private double rate(Counts counts) {
    return counts.errorRatio() / (1 - objective);
  }
}
