package io.sluice.console;

import io.sluice.schemas.SloBudget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What was left of an error budget at times before, of the period that it is kept over now: each
 * bad event since then is given back. So it ends where the alert engine says that it is.
 */
final class BudgetHistory {

  private static final int STEPS = 120;

  /**
   * A part of the time.
   *
   * @param remaining share of the budget at its end; negative when more was burned
   * @param complete false when some of its events may be missing
   */
  record Step(long startNanos, long good, long total, double remaining, boolean complete) {}

  private final long from;
  private final long to;
  private final long stepNanos;
  private final List<Step> steps;

  /**
   * @param windows of the SLO, oldest first, or sums of them; without events that are in no budget
   */
  BudgetHistory(SloBudget budget, List<SloWindow> windows) {
    to = budget.getTimeUnixNano();
    long earliest = since(budget);
    List<SloWindow> shown =
        windows.stream()
            .filter(window -> window.endNanos() > earliest)
            .filter(window -> window.endNanos() <= to)
            .toList();
    if (shown.isEmpty()) {
      from = earliest;
      stepNanos = Duration.ofSeconds(1).toNanos();
      steps = List.of();
      return;
    }
    long length = shown.get(0).lengthNanos();
    long begin = shown.get(0).startNanos();
    // Whole windows in each step, and steps that stay where they are while time goes on.
    stepNanos = length * Math.max(1, (to - begin + STEPS * length - 1) / (STEPS * length));
    from = Math.floorDiv(begin, stepNanos) * stepNanos;
    steps = steps(budget, shown);
  }

  /** Since when a budget is kept. */
  static long since(SloBudget budget) {
    return Math.max(
        budget.getSinceUnixNano(),
        budget.getTimeUnixNano() - budget.getPeriodSeconds() * 1_000_000_000L);
  }

  private List<Step> steps(SloBudget budget, List<SloWindow> shown) {
    double allowed = (1 - budget.getObjective()) * budget.getTotal();
    List<Step> found = new ArrayList<>();
    double remaining = budget.getRemaining();
    int i = shown.size() - 1;
    while (i >= 0) {
      long start = Math.floorDiv(shown.get(i).startNanos(), stepNanos) * stepNanos;
      long good = 0;
      long total = 0;
      boolean complete = true;
      boolean exact = true;
      for (; i >= 0 && shown.get(i).startNanos() >= start; i--) {
        SloWindow each = shown.get(i);
        good += each.good();
        total += each.total();
        complete &= each.complete();
        exact &= each.exact();
      }
      found.add(new Step(start, good, total, remaining, complete));
      if (!exact) {
        break; // how much was left before is not known
      }
      remaining += allowed > 0 ? (total - good) / allowed : 0;
    }
    Collections.reverse(found);
    return found;
  }

  long from() {
    return from;
  }

  long to() {
    return to;
  }

  long stepNanos() {
    return stepNanos;
  }

  /** Oldest first; a step of which no window is known is not there. */
  List<Step> steps() {
    return steps;
  }
}
