package io.sluice.schemas.definitions;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fires when the error budget burns faster than the threshold over a long window (it matters) and
 * over a short one (it still goes on). A burn rate of 1 uses up the budget exactly at the end of
 * the SLO's period.
 *
 * @param severity {@code page}, {@code ticket}, or another word that receivers route by
 * @param longWindow at most the SLO's period
 * @param shortWindow shorter than the long one
 * @param threshold burn rate above which both windows must be
 * @param holdFor how long both must be above it before the alert fires
 * @param targets the notification targets that the policy names: the alert's label {@code targets},
 *     for receivers to route by
 * @param minimumBadEvents fewer in the long window prove nothing; null for as many as the engine is
 *     told
 * @param keepFiringFor how long the alert fires on after its condition has ended; null for as long
 *     as the engine is told
 * @see <a href="https://sre.google/workbook/alerting-on-slos/">SRE Workbook, alerting on SLOs</a>
 */
public record BurnRatePolicy(
    String severity,
    Duration longWindow,
    Duration shortWindow,
    double threshold,
    Duration holdFor,
    List<String> targets,
    @Nullable Integer minimumBadEvents,
    @Nullable Duration keepFiringFor) {

  public BurnRatePolicy {
    targets = List.copyOf(targets);
  }

  /** One that names no targets, and leaves the rest to the engine. */
  public BurnRatePolicy(
      String severity,
      Duration longWindow,
      Duration shortWindow,
      double threshold,
      Duration holdFor) {
    this(severity, longWindow, shortWindow, threshold, holdFor, List.of(), null, null);
  }

  /** The short window where none is given: this part of the long one. */
  static final int SHORT_PART = 12;

  /**
   * The SRE Workbook's policies, which for 30 days are 1 h at 14.4, 6 h at 6 and 3 d at 1: pages
   * after 2 % and 5 % of the budget, a ticket after 10 %. For another period the windows keep their
   * share of it, and so the shares of the budget stay. Policies that not even a total outage would
   * reach are left out.
   */
  static List<BurnRatePolicy> defaults(Duration period, double objective) {
    return List.of(
            of("page", period, 720, 14.4), of("page", period, 120, 6), of("ticket", period, 10, 1))
        .stream()
        .filter(policy -> policy.canFire(objective))
        .toList();
  }

  /** Whether a total outage burns faster than the threshold: 1 / (1 - objective), less rounding. */
  boolean canFire(double objective) {
    return threshold * (1 - objective) < 1 - 1e-9;
  }

  private static BurnRatePolicy of(String severity, Duration period, int part, double threshold) {
    Duration longWindow = seconds(period.dividedBy(part));
    return new BurnRatePolicy(
        severity, longWindow, shortWindow(longWindow), threshold, Duration.ZERO);
  }

  static Duration shortWindow(Duration longWindow) {
    return seconds(longWindow.dividedBy(SHORT_PART));
  }

  private static Duration seconds(Duration exact) {
    return Duration.ofSeconds(Math.max(1, exact.toSeconds()));
  }
}
