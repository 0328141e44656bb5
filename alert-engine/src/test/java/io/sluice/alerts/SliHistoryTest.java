package io.sluice.alerts;

import static io.sluice.alerts.Windows.lasting;
import static io.sluice.alerts.Windows.nanosAt;
import static io.sluice.alerts.Windows.revision;
import static io.sluice.alerts.Windows.trace;
import static io.sluice.alerts.Windows.window;
import static io.sluice.alerts.Windows.withBadTraces;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SliHistoryTest {

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final long FIVE_SECONDS = Duration.ofSeconds(5).toNanos();

  private final SliHistory history = following(MINUTE, FIVE_SECONDS);

  @Test
  void replacesAWindowByItsCorrection() {
    history.put(window(0, 100, 10));
    assertThat(history.put(revision(1, window(0, 150, 12)))).isTrue();

    assertThat(history.last(MINUTE)).isEqualTo(new Counts(138, 150));
  }

  @Test
  void ignoresWhatItHasAlready() {
    history.put(revision(2, window(0, 100, 10)));

    assertThat(history.put(revision(2, window(0, 100, 10)))).as("sent twice").isFalse();
    assertThat(history.put(window(0, 90))).as("an older revision that came late").isFalse();
    assertThat(history.last(MINUTE)).isEqualTo(new Counts(90, 100));
  }

  @Test
  void correctsAWindowThatOnlyTheLongSumStillHolds() {
    history.put(window(0, 100));
    history.put(window(40, 100));
    history.put(revision(1, window(0, 100, 50)));

    assertThat(history.last(MINUTE)).isEqualTo(new Counts(150, 200));
    assertThat(history.last(FIVE_SECONDS)).isEqualTo(new Counts(100, 100));
  }

  @Test
  void looksAtOneWindowWhenAskedForLess() {
    history.put(window(0, 100, 10));
    history.put(window(10, 50, 5));
    history.knownUntil(nanosAt(29));

    assertThat(history.last(FIVE_SECONDS))
        .as("5 s of windows of 10 s")
        .isEqualTo(new Counts(45, 50));
  }

  @Test
  void takesTheLengthOfTheNewestWindowForTheLeast() {
    history.put(window(0, 100));
    history.put(lasting(Duration.ofSeconds(60), window(60, 600)));
    assertThat(history.last(FIVE_SECONDS)).isEqualTo(new Counts(600, 600));

    history.put(window(120, 70));
    assertThat(history.last(FIVE_SECONDS)).isEqualTo(new Counts(70, 70));
  }

  @Test
  void forgetsInASilence() {
    history.put(window(0, 100, 10));
    history.knownUntil(nanosAt(20));
    assertThat(history.last(FIVE_SECONDS)).isEqualTo(Counts.NONE);
    assertThat(history.last(MINUTE)).isEqualTo(new Counts(90, 100));

    history.knownUntil(nanosAt(70));
    assertThat(history.last(MINUTE)).isEqualTo(Counts.NONE);
  }

  @Test
  void countsAgainWhenTheClockThatRanAheadIsSetRight() {
    history.put(window(0, 100, 10));
    history.knownUntil(nanosAt(3600));
    history.put(window(10, 50, 5));
    assertThat(history.last(MINUTE)).isEqualTo(Counts.NONE);

    history.knownUntil(nanosAt(5));

    assertThat(history.last(MINUTE)).isEqualTo(new Counts(135, 150));
    assertThat(history.last(FIVE_SECONDS)).isEqualTo(new Counts(45, 50));
  }

  @Test
  void keepsSumsWhenOtherLengthsAreFollowed() {
    history.put(window(0, 100));
    history.put(window(30, 50, 5));

    history.follow(Set.of(2 * MINUTE, MINUTE / 2));

    assertThat(history.last(2 * MINUTE)).isEqualTo(new Counts(145, 150));
    assertThat(history.last(MINUTE / 2)).isEqualTo(new Counts(45, 50));
    assertThatThrownBy(() -> history.last(MINUTE)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void takesEarlierWindowsWhenItLooksBackFarther() {
    history.put(window(600, 100));
    assertThat(history.put(window(0, 30))).as("nothing looks back that far").isFalse();

    history.follow(Set.of(20 * MINUTE));

    assertThat(history.put(window(0, 30))).isTrue();
    assertThat(history.last(20 * MINUTE)).isEqualTo(new Counts(130, 130));
  }

  @Test
  void hasNothingBeforeTheFirstWindow() {
    history.knownUntil(nanosAt(1000));

    assertThat(history.last(MINUTE)).isEqualTo(Counts.NONE);
    assertThat(history.badTraces(MINUTE)).isEmpty();
  }

  @Test
  void showsTheNewestBadTracesEachOnce() {
    history.put(withBadTraces(window(0, 9, 9), 1));
    history.put(withBadTraces(window(60, 9, 9), 2, 3, 4));
    history.put(withBadTraces(window(70, 9, 9), 5, 5, 4));
    assertThat(history.badTraces(MINUTE))
        .as("the first window is no longer in the minute")
        .containsExactly(trace(5), trace(4), trace(2), trace(3));

    history.put(withBadTraces(window(80, 9, 9), 11, 12, 13, 14, 15, 16, 17));
    assertThat(history.badTraces(MINUTE))
        .containsExactly(trace(11), trace(12), trace(13), trace(14), trace(15));
  }

  private static SliHistory following(Long... lengths) {
    SliHistory history = new SliHistory();
    history.follow(Set.of(lengths));
    return history;
  }
}
