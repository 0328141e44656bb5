package io.sluice.alerts;

import static io.sluice.alerts.Windows.lasting;
import static io.sluice.alerts.Windows.nanosAt;
import static io.sluice.alerts.Windows.revision;
import static io.sluice.alerts.Windows.trace;
import static io.sluice.alerts.Windows.window;
import static io.sluice.alerts.Windows.withBadTraces;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.SliWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SliHistoryTest {

  private static final long MINUTE = Duration.ofMinutes(1).toNanos();
  private static final long DAY = Duration.ofDays(1).toSeconds();
  private static final long FIVE_SECONDS = Duration.ofSeconds(5).toNanos();

  private final SliHistory history = new SliHistory(Duration.ofDays(30));
  private final Feed feed = new Feed();

  @Test
  void replacesAWindowByItsCorrection() {
    put(window(0, 100, 10));
    put(revision(1, window(0, 150, 12)));

    assertThat(history.last(MINUTE)).isEqualTo(new Counts(138, 150));
  }

  @Test
  void ignoresWhatItHasAlready() {
    put(revision(2, window(0, 100, 10)));

    put(revision(2, window(0, 100, 10)));
    put(window(0, 90));
    assertThat(history.last(MINUTE)).isEqualTo(new Counts(90, 100));
  }

  @Test
  void correctsAWindowThatOnlyTheLongSumStillHolds() {
    put(window(0, 100));
    put(window(40, 100));
    put(revision(1, window(0, 100, 50)));

    assertThat(history.last(MINUTE)).isEqualTo(new Counts(150, 200));
    assertThat(history.last(FIVE_SECONDS)).isEqualTo(new Counts(100, 100));
  }

  @Test
  void looksAtOneWindowWhenAskedForLess() {
    put(window(0, 100, 10));
    put(window(10, 50, 5));

    assertThat(history.last(FIVE_SECONDS))
        .as("5 s of windows of 10 s")
        .isEqualTo(new Counts(45, 50));
  }

  @Test
  void takesTheLengthOfTheNewestWindowForTheLeast() {
    put(window(0, 100));
    put(lasting(Duration.ofSeconds(60), window(60, 600)));
    assertThat(history.last(FIVE_SECONDS)).isEqualTo(new Counts(600, 600));

    put(window(120, 70));
    assertThat(history.last(FIVE_SECONDS)).isEqualTo(new Counts(70, 70));
  }

  @Test
  void forgetsWhileWindowsComeThatAreEmpty() {
    put(window(0, 100, 10));
    put(window(10, 0));
    assertThat(history.last(FIVE_SECONDS)).isEqualTo(Counts.NONE);
    assertThat(history.last(MINUTE)).isEqualTo(new Counts(90, 100));

    put(window(60, 0));
    assertThat(history.last(MINUTE)).isEqualTo(Counts.NONE);
  }

  @Test
  void correctsWhatIsLongRolledUp() {
    put(window(0, 100));
    put(window(DAY * 20, 100));

    put(revision(1, window(0, 150, 30)));

    assertThat(history.last(Duration.ofDays(30).toNanos())).isEqualTo(new Counts(220, 250));
    assertThat(history.last(Duration.ofDays(3).toNanos())).isEqualTo(new Counts(100, 100));
  }

  @Test
  void reachesBackByWholeSlotsBeyondSixHours() {
    put(window(0, 1)); // at the begin of a slot of five minutes
    put(window(7 * 3600 + 240, 1));

    assertThat(history.last(Duration.ofHours(7).toNanos()).total()).isEqualTo(2);
    put(window(7 * 3600 + 300, 1));
    assertThat(history.last(Duration.ofHours(7).toNanos()).total()).isEqualTo(2);
  }

  @Test
  void goesOnExactlyFromWhatWasKept() {
    SliHistory restored = new SliHistory(Duration.ofDays(30));
    put(window(0, 100, 3));
    put(window(DAY * 2, 100, 5));
    put(window(DAY * 2 + 10, 100, 7));
    restored.put(window(DAY * 2, 100, 5), Counts.NONE);
    restored.put(window(DAY * 2 + 10, 100, 7), Counts.NONE);
    restored.restore(nanosAt(0), new Counts(97, 100));
    restored.restore(nanosAt(DAY * 2), new Counts(188, 200));

    for (Duration length :
        List.of(Duration.ofMinutes(1), Duration.ofDays(3), Duration.ofDays(30))) {
      assertThat(restored.last(length.toNanos())).isEqualTo(history.last(length.toNanos()));
    }
    assertThat(restored.sinceNanos()).isEqualTo(history.sinceNanos());
    assertThat(restored.newestEndNanos()).isEqualTo(history.newestEndNanos());
  }

  @Test
  void keepsSixHoursOfWindowsByThemselves() {
    for (long second = 0; second < 2 * DAY; second += 10) {
      put(window(second, 1));
    }

    assertThat(history.size()).isEqualTo(6 * 360);
    assertThat(history.last(Duration.ofDays(30).toNanos()).total()).isEqualTo(2 * DAY / 10);
  }

  /** The figure of docs/alerting.md: about 0.1 MB. */
  @Test
  void takesAboutAHundredKilobytesHoweverLongItGoesOn() {
    List<SliHistory> histories = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      SliHistory filled = new SliHistory(Duration.ofDays(30));
      for (long second = 0; second < DAY; second += 10) {
        filled.put(window(second, 100, 1), new Counts(99, 100));
      }
      histories.add(filled);
    }
    long with = usedHeap();
    assertThat(histories).hasSize(200);

    histories.clear();

    assertThat((with - usedHeap()) / 200).isBetween(60_000L, 140_000L);
  }

  private static long usedHeap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 5; i++) {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  @Test
  void hasNothingBeforeTheFirstWindow() {
    assertThat(history.last(MINUTE)).isEqualTo(Counts.NONE);
    assertThat(history.badTraces(MINUTE)).isEmpty();
  }

  @Test
  void showsTheNewestBadTracesEachOnce() {
    put(withBadTraces(window(0, 9, 9), 1));
    put(withBadTraces(window(60, 9, 9), 2, 3, 4));
    put(withBadTraces(window(70, 9, 9), 5, 5, 4));
    assertThat(history.badTraces(MINUTE))
        .as("the first window is no longer in the minute")
        .containsExactly(trace(5), trace(4), trace(2), trace(3));

    put(withBadTraces(window(80, 9, 9), 11, 12, 13, 14, 15, 16, 17));
    assertThat(history.badTraces(MINUTE))
        .containsExactly(trace(11), trace(12), trace(13), trace(14), trace(15));
  }

  private void put(SliWindow window) {
    feed.put(history, window);
  }
}
