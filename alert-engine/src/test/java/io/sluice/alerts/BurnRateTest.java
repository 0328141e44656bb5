package io.sluice.alerts;

import static io.sluice.alerts.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.schemas.SliWindow;
import java.time.Duration;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Scale;
import org.junit.jupiter.api.Test;

class BurnRateTest {

  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration SHORT = Duration.ofSeconds(20);

  @Test
  void burnsAsManyTimesTooFastAsTheBudgetIsExceeded() {
    BurnRate.Reading reading =
        rate(0.99, 5).read(history(window(0, 400), window(30, 0), window(40, 100, 20)));

    assertThat(reading.longCounts()).isEqualTo(new Counts(480, 500));
    assertThat(reading.longRate()).isCloseTo(4, within(1e-9));
    assertThat(reading.shortCounts()).isEqualTo(new Counts(80, 100));
    assertThat(reading.shortRate()).isCloseTo(20, within(1e-9));
  }

  @Test
  void isDueOnlyWhileBothWindowsBurn() {
    SliWindow[] stillBurning = {window(0, 100), window(50, 100, 30)};
    SliWindow[] justBegun = {window(0, 1000), window(50, 100, 30)};
    SliWindow[] over = {window(0, 100, 30), window(50, 100)};

    assertThat(isDue(stillBurning)).isTrue();
    assertThat(isDue(justBegun)).as("the long window has not burned enough").isFalse();
    assertThat(isDue(over)).as("the short window is well again").isFalse();
  }

  @Test
  void isNotDueWithoutEvents() {
    BurnRate rate = rate(0.99, 5);

    BurnRate.Reading silent = rate.read(history());
    BurnRate.Reading idle = rate.read(history(window(0, 0), window(10, 0)));

    assertThat(silent.longRate()).isZero();
    assertThat(idle.shortRate()).isZero();
    assertThat(rate.isDue(silent)).isFalse();
    assertThat(rate.isDue(idle)).isFalse();
  }

  @Test
  void givesTheNumbersThatDecided() {
    BurnRate rate = rate(0.9, 2);
    BurnRate.Reading reading = rate.read(history(window(0, 100), window(50, 100, 50)));

    var cause = rate.cause(reading);

    assertThat(cause.getObjective()).isEqualTo(0.9);
    assertThat(cause.getThreshold()).isEqualTo(2);
    assertThat(cause.getLongWindowSeconds()).isEqualTo(60);
    assertThat(cause.getLongGood()).isEqualTo(150);
    assertThat(cause.getLongTotal()).isEqualTo(200);
    assertThat(cause.getLongBurnRate()).isCloseTo(2.5, within(1e-9));
    assertThat(cause.getShortWindowSeconds()).isEqualTo(20);
    assertThat(cause.getShortGood()).isEqualTo(50);
    assertThat(cause.getShortTotal()).isEqualTo(100);
    assertThat(cause.getShortBurnRate()).isCloseTo(5, within(1e-9));
  }

  @Test
  void isNotDueForOneBadEventWhereThereAreFew() {
    BurnRate rate = new BurnRate(0.99, 5, LONG, SHORT, 2);

    assertThat(rate.isDue(rate.read(history(window(0, 4, 1))))).isFalse();
    assertThat(rate.isDue(rate.read(history(window(0, 4, 1), window(10, 4, 1))))).isTrue();
  }

  /** The threshold is OpenSLO's {@code gt}; rounding of 1 - objective does not cross it. */
  @Property
  void isDueAboveTheThresholdAndNotAtIt(
      @ForAll @LongRange(min = 1, max = 999) long badOfThousand,
      @ForAll @DoubleRange(min = 0.5, max = 0.9999) @Scale(4) double objective) {
    double threshold = badOfThousand / 1000.0 / (1 - objective);
    BurnRate rate = rate(objective, threshold);

    assertThat(rate.isDue(rate.read(history(window(0, 1000, badOfThousand))))).isFalse();
    assertThat(rate.isDue(rate.read(history(window(0, 1000, badOfThousand + 1))))).isTrue();
  }

  private static boolean isDue(SliWindow... windows) {
    BurnRate rate = rate(0.99, 5);
    return rate.isDue(rate.read(history(windows)));
  }

  private static BurnRate rate(double objective, double threshold) {
    return new BurnRate(objective, threshold, LONG, SHORT, 1);
  }

  private static SliHistory history(SliWindow... windows) {
    SliHistory history = new SliHistory(Duration.ofHours(1));
    Feed feed = new Feed();
    for (SliWindow window : windows) {
      feed.put(history, window);
    }
    return history;
  }
}
