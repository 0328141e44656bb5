package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.SliWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SloHistoriesTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long LENGTH = 10 * SECOND;
  private static final long START = Instant.parse("2026-03-01T00:00:00Z").getEpochSecond() * SECOND;
  private static final int DAY = 8640;

  @Test
  void aDayOfAnSloIsSmall() {
    SloHistories histories = new SloHistories(Long.MAX_VALUE);
    for (int i = 0; i < 40 * DAY; i++) {
      histories.put(window("slo", i, 1000 + i % 700, i % 3));
    }
    assertThat(histories.bytes()).isLessThan(100_000);
    SloHistory history = Objects.requireNonNull(histories.of("slo"));
    assertThat(history.windows(history.endNanos() - DAY * LENGTH, Long.MAX_VALUE)).hasSize(DAY);
  }

  @Test
  void allTogetherTakeNoMoreThanTheyMayAndWhatIsForgottenIsNotKnown() {
    SloHistories histories = new SloHistories(1_000_000);
    for (int i = 0; i < DAY / 4; i++) {
      for (int slo = 0; slo < 500; slo++) {
        histories.put(window("slo" + slo, i, 100, 1));
      }
      assertThat(histories.bytes()).isLessThanOrEqualTo(1_000_000);
    }
    SloHistory history = Objects.requireNonNull(histories.of("slo7"));
    SliSums sums = new SliSums(history, null, Long.MIN_VALUE);
    assertThat(sums.last(Duration.ofHours(6), history.endNanos())).isNull();
    assertThat(sums.last(Duration.ofMinutes(1), history.endNanos()))
        .isEqualTo(new SliSums.Counts(6 * 99, 6 * 100));
  }

  @Test
  void anotherDefinitionBeginsAnewWhenSomethingOfItIsOver() {
    SloHistories histories = new SloHistories(Long.MAX_VALUE);
    histories.put(window("slo", 0, 10, 1));
    histories.put(
        SliWindow.newBuilder(window("slo", 1, 5, 0)).setGeneration(1).setRevision(-1).build());
    assertThat(total(histories)).isEqualTo(10);
    histories.put(SliWindow.newBuilder(window("slo", 1, 5, 0)).setGeneration(1).build());
    histories.put(window("slo", 2, 7, 0));
    assertThat(total(histories)).isEqualTo(5);
    histories.remove("slo");
    assertThat(histories.bytes()).isZero();
  }

  @Test
  void windowsOfAnotherLengthAndCorrectionsOfOlderOnesStayInTheSums() {
    SloHistories histories = new SloHistories(Long.MAX_VALUE);
    for (int i = 0; i < 9; i++) {
      histories.put(window("slo", i, 10, 1));
    }
    for (int i = 12; i < 24; i += 6) {
      histories.put(
          SliWindow.newBuilder(window("slo", i, 60, 0)).setLengthNanos(6 * LENGTH).build());
    }
    histories.put(SliWindow.newBuilder(window("slo", 3, 15, 1)).setRevision(1).build());
    SloHistory history = Objects.requireNonNull(histories.of("slo"));
    SliSums sums = new SliSums(history, null, Long.MIN_VALUE);
    SliSums.Counts all = new SliSums.Counts(9 * 9 + 5 + 120, 9 * 10 + 5 + 120);
    assertThat(sums.last(Duration.ofHours(1), history.endNanos())).isEqualTo(all);
    assertThat(sums.last(Duration.ofDays(1), history.endNanos())).isEqualTo(all);
    assertThat(sums.last(Duration.ofDays(30), history.endNanos())).isEqualTo(all);
    assertThat(history.lengthNanos()).isEqualTo(6 * LENGTH);
  }

  private static long total(SloHistories histories) {
    SloHistory history = Objects.requireNonNull(histories.of("slo"));
    return history.windows(Long.MIN_VALUE, Long.MAX_VALUE).stream()
        .mapToLong(SloWindow::total)
        .sum();
  }

  /** Whatever the order of windows and corrections of a day, sums are those of the windows. */
  @Property(tries = 100)
  void sumsAreThoseOfTheWindows(
      @ForAll @Size(min = 1, max = 300) List<@IntRange(max = DAY - 1) Integer> places,
      @ForAll @IntRange(min = 1, max = 24) int hours) {
    SloHistories histories = new SloHistories(Long.MAX_VALUE);
    TreeMap<Integer, SliWindow> newest = new TreeMap<>();
    for (int i = 0; i < places.size(); i++) {
      int place = places.get(i);
      SliWindow before = newest.get(place);
      SliWindow window =
          SliWindow.newBuilder(window("slo", place, 2L * i + 3, i))
              .setRevision(before == null ? 0 : before.getRevision() + 1)
              .build();
      newest.put(place, window);
      histories.put(window);
    }
    SloHistory history = Objects.requireNonNull(histories.of("slo"));
    assertThat(history.windows(Long.MIN_VALUE, Long.MAX_VALUE))
        .isEqualTo(newest.values().stream().map(SloWindow::of).toList());
    SliSums sums = new SliSums(history, null, Long.MIN_VALUE);
    Duration length = Duration.ofHours(hours);
    List<Long> ends = new ArrayList<>();
    newest.keySet().forEach(place -> ends.add(START + (place + 1) * LENGTH));
    for (long end : ends) {
      long from = end - length.toNanos();
      long begin = hours <= 6 ? from : from - Math.floorMod(from, 300 * SECOND);
      List<SliWindow> wanted =
          newest.values().stream()
              .filter(window -> window.getStartTimeUnixNano() >= begin)
              .filter(window -> window.getStartTimeUnixNano() < end)
              .toList();
      assertThat(sums.last(length, end))
          .isEqualTo(
              new SliSums.Counts(
                  wanted.stream().mapToLong(SliWindow::getGood).sum(),
                  wanted.stream().mapToLong(SliWindow::getTotal).sum()));
    }
  }

  private static SliWindow window(String slo, int place, long total, long bad) {
    return SliWindow.newBuilder()
        .setSloId(slo)
        .setStartTimeUnixNano(START + place * LENGTH)
        .setLengthNanos(LENGTH)
        .setGood(total - bad)
        .setTotal(total)
        .setRevision(0)
        .setLateCount(0)
        .build();
  }
}
