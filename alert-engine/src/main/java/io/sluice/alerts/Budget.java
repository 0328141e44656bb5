package io.sluice.alerts;

import io.sluice.schemas.BudgetBurn;
import io.sluice.schemas.SloBudget;
import io.sluice.schemas.definitions.Slo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The error budget of an SLO: as many bad events as the events of its period allow, what is left of
 * them, when that will be gone, and what has burned it.
 */
final class Budget {

  private static final int MAX_BURNS = 20;
  private static final int MAX_CONTRIBUTORS = 8;

  /** The part of the period over which the forecast takes the burn rate: 1 h of 30 days. */
  private static final int FORECAST_PART = 720;

  private final Slo slo;
  private final SliHistory history;
  private final Counts period;

  Budget(Slo slo, SliHistory history) {
    this.slo = slo;
    this.history = history;
    this.period = history.last(slo.period().toNanos());
  }

  /** Good and all events of the period, as far as it is known. */
  Counts period() {
    return period;
  }

  /** The share that is left; negative when more is burned than there was; 1 without events. */
  double remaining() {
    return 1 - burnRate(period);
  }

  /** How many times faster than it may the budget burned lately. */
  double burnRate() {
    return burnRate(history.last(forecastWindow().toNanos()));
  }

  Duration forecastWindow() {
    return Duration.ofSeconds(Math.max(1, slo.period().dividedBy(FORECAST_PART).toSeconds()));
  }

  /**
   * When nothing will be left if it burns on as it did lately and there are as many events as there
   * were; null when it burns no faster than it may, since the period rolls on.
   */
  @Nullable Long exhaustedAtNanos() {
    double rate = burnRate();
    double left = remaining();
    if (left <= 0) {
      return history.newestEndNanos();
    }
    if (rate <= 1) {
      return null;
    }
    double nanos = left / rate * (double) slo.period().toNanos();
    return history.newestEndNanos() + (long) nanos;
  }

  /** The times in which it burned faster than it may: those that burned most, oldest first. */
  List<BudgetBurn> burns() {
    List<Burn> burns = new ArrayList<>();
    long length = slo.period().toNanos();
    long slot = history.slotNanos(length);
    history.forEachSlot(
        length,
        (start, counts) -> {
          if (burnRate(counts) > 1) {
            int last = burns.size() - 1;
            if (last >= 0 && burns.get(last).endNanos() == start) {
              burns.set(last, burns.get(last).plus(slot, counts));
            } else {
              burns.add(new Burn(start, start + slot, counts));
            }
          }
        });
    return burns.stream()
        .sorted(Comparator.comparingLong((Burn burn) -> burn.counts().bad()).reversed())
        .limit(MAX_BURNS)
        .sorted(Comparator.comparingLong(Burn::startNanos))
        .map(this::record)
        .toList();
  }

  private record Burn(long startNanos, long endNanos, Counts counts) {
    Burn plus(long slotNanos, Counts more) {
      return new Burn(startNanos, endNanos + slotNanos, counts.plus(more));
    }
  }

  private BudgetBurn record(Burn burn) {
    long bad = burn.counts().bad();
    return new BudgetBurn(
        burn.startNanos(), burn.endNanos(), bad, burn.counts().total(), share(bad));
  }

  /** What the console and the sinks are told. */
  SloBudget record() {
    return SloBudget.newBuilder()
        .setSloId(slo.id())
        .setTimeUnixNano(history.newestEndNanos())
        .setSinceUnixNano(
            Math.max(history.sinceNanos(), history.newestEndNanos() - slo.period().toNanos()))
        .setPeriodSeconds(slo.period().toSeconds())
        .setObjective(slo.objective())
        .setGood(period.good())
        .setTotal(period.total())
        .setRemaining(remaining())
        .setBurnRate(burnRate())
        .setBurnRateSeconds(forecastWindow().toSeconds())
        .setExhaustedAtUnixNano(exhaustedAtNanos())
        .setBurns(burns())
        .setContributors(
            history.burnedBy(SliHistory.CONTRIBUTORS_SPAN.toNanos()).first(MAX_CONTRIBUTORS))
        .build();
  }

  /** The share of the period's budget that so many bad events are. */
  private double share(long bad) {
    return period.total() == 0 ? 0 : (double) bad / ((double) period.total() * slo.errorBudget());
  }

  private double burnRate(Counts counts) {
    return counts.errorRatio() / slo.errorBudget();
  }
}
