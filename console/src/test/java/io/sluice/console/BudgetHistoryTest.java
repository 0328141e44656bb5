package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.schemas.SloBudget;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class BudgetHistoryTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long END = 1_800_000_000L * SECOND;

  @Test
  void givesBadEventsBackStepByStep() {
    List<SloWindow> windows =
        List.of(window(30, 100, 100, true), window(20, 95, 100, true), window(10, 98, 100, true));
    List<BudgetHistory.Step> steps = new BudgetHistory(budget(windows, 3600), windows).steps();
    assertThat(steps).hasSize(3);
    assertThat(steps.get(2).remaining()).isCloseTo(1 - 7 / 30d, within(1e-9));
    assertThat(steps.get(1).remaining()).isCloseTo(1 - 5 / 30d, within(1e-9));
    assertThat(steps.get(0).remaining()).isCloseTo(1, within(1e-9));
  }

  @Test
  void aStepWithoutWindowsIsAGapAndOneWithLessThanAllSaysSo() {
    List<SloWindow> windows = List.of(window(40, 90, 100, false), window(10, 98, 100, true));
    List<BudgetHistory.Step> steps = new BudgetHistory(budget(windows, 3600), windows).steps();
    assertThat(steps)
        .extracting(BudgetHistory.Step::startNanos)
        .containsExactly(END - 40 * SECOND, END - 10 * SECOND);
    assertThat(steps).extracting(BudgetHistory.Step::complete).containsExactly(false, true);
  }

  @Test
  void whatLeftThePeriodIsNotShown() {
    List<SloWindow> windows = List.of(window(5000, 0, 100, true), window(10, 98, 100, true));
    assertThat(new BudgetHistory(budget(windows.subList(1, 2), 3600), windows).steps()).hasSize(1);
  }

  @Test
  void isEmptyWithoutWindows() {
    assertThat(new BudgetHistory(budget(List.of(), 3600), List.of()).steps()).isEmpty();
  }

  /**
   * However many windows there are, the steps are few, have every event, and end at what is left.
   */
  @Property
  void stepsHaveEveryEventOnce(
      @ForAll @Size(min = 1, max = 900) List<@IntRange(max = 9) Integer> bad) {
    List<SloWindow> windows = new ArrayList<>();
    for (int i = 0; i < bad.size(); i++) {
      windows.add(window(10 * (bad.size() - i), 10 - bad.get(i), 10, true));
    }
    SloBudget budget = budget(windows, 86_400);
    List<BudgetHistory.Step> steps = new BudgetHistory(budget, windows).steps();
    assertThat(steps).hasSizeLessThanOrEqualTo(122);
    assertThat(steps.stream().mapToLong(BudgetHistory.Step::total).sum())
        .isEqualTo(10L * bad.size());
    assertThat(steps.get(steps.size() - 1).remaining()).isEqualTo(budget.getRemaining());
  }

  private static SloWindow window(int secondsBeforeEnd, long good, long total, boolean complete) {
    return new SloWindow(
        END - secondsBeforeEnd * SECOND, 10 * SECOND, good, total, 0, 0, complete, true);
  }

  /** Nine of ten events must be good. */
  private static SloBudget budget(List<SloWindow> windows, long periodSeconds) {
    long good = windows.stream().mapToLong(SloWindow::good).sum();
    long total = windows.stream().mapToLong(SloWindow::total).sum();
    return SloBudget.newBuilder()
        .setSloId("slo")
        .setTimeUnixNano(END)
        .setSinceUnixNano(END - periodSeconds * SECOND)
        .setPeriodSeconds(periodSeconds)
        .setObjective(0.9)
        .setGood(good)
        .setTotal(total)
        .setRemaining(total == 0 ? 1 : 1 - (total - good) / (0.1 * total))
        .setBurnRate(1)
        .setBurnRateSeconds(60)
        .build();
  }
}
