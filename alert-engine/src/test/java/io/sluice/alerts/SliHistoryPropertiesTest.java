package io.sluice.alerts;

import static io.sluice.alerts.Windows.LENGTH;
import static io.sluice.alerts.Windows.revision;
import static io.sluice.alerts.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.SliWindow;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever comes in whatever order, the sums are those of adding everything up again. */
class SliHistoryPropertiesTest {

  private static final Set<Duration> LENGTHS =
      Set.of(
          Duration.ofSeconds(3),
          Duration.ofSeconds(10),
          Duration.ofSeconds(25),
          Duration.ofMinutes(2));

  @Provide
  Arbitrary<List<SliWindow>> windows() {
    Arbitrary<Long> totals = Arbitraries.longs().between(0, 1000);
    return Combinators.combine(
            Arbitraries.longs().between(0, 40),
            totals,
            totals,
            Arbitraries.integers().between(0, 3))
        .as(
            (slot, a, b, revision) ->
                revision(revision, window(slot * 10, Math.max(a, b), Math.min(a, b))))
        .list()
        .ofMaxSize(80);
  }

  @Property(tries = 3000)
  void sumsWhatAddingUpWouldGive(@ForAll("windows") List<SliWindow> windows) {
    SliHistory history = history();
    Feed feed = new Feed();
    Oracle oracle = new Oracle();
    for (SliWindow window : windows) {
      feed.put(history, window);
      oracle.put(window);
      for (Duration length : LENGTHS) {
        assertThat(history.last(length.toNanos()))
            .as("the last %s after %s", length, window)
            .isEqualTo(oracle.last(length));
      }
    }
  }

  @Property
  void endsWithTheSameSumsInWhateverOrderWindowsCome(@ForAll("windows") List<SliWindow> all) {
    Map<Long, SliWindow> windows = new LinkedHashMap<>();
    all.forEach(window -> windows.putIfAbsent(window.getStartTimeUnixNano(), window));
    SliHistory asTheyCame = history();
    Feed feed = new Feed();
    windows.values().forEach(window -> feed.put(asTheyCame, window));
    SliHistory sorted = history();
    Feed feedSorted = new Feed();
    new TreeMap<>(windows).values().forEach(window -> feedSorted.put(sorted, window));

    for (Duration length : LENGTHS) {
      assertThat(asTheyCame.last(length.toNanos())).isEqualTo(sorted.last(length.toNanos()));
    }
  }

  /** Windows over two months, in any order, with corrections of any age. */
  @Provide
  Arbitrary<List<SliWindow>> ofMonths() {
    Arbitrary<Long> totals = Arbitraries.longs().between(0, 1000);
    return Combinators.combine(
            Arbitraries.longs().between(0, 60 * 24 * 360),
            totals,
            totals,
            Arbitraries.integers().between(0, 3))
        .as(
            (slot, a, b, revision) ->
                revision(revision, window(slot * 10, Math.max(a, b), Math.min(a, b))))
        .list()
        .ofMaxSize(60);
  }

  @Property(tries = 500)
  void sumsWholeSlotsFartherBack(@ForAll("ofMonths") List<SliWindow> windows) {
    SliHistory history = history();
    Feed feed = new Feed();
    Map<Long, SliWindow> held = new HashMap<>();
    long newestEnd = 0;
    for (SliWindow window : windows) {
      feed.put(history, window);
      long end = window.getStartTimeUnixNano() + LENGTH.toNanos();
      newestEnd = Math.max(newestEnd, end);
      held.merge(
          window.getStartTimeUnixNano(),
          window,
          (old, fresh) -> fresh.getRevision() > old.getRevision() ? fresh : old);
      for (Duration length :
          List.of(Duration.ofHours(7), Duration.ofDays(3), Duration.ofDays(30))) {
        long slot =
            (length.compareTo(Duration.ofDays(3)) <= 0
                    ? Duration.ofMinutes(5)
                    : Duration.ofHours(1))
                .toNanos();
        long from = newestEnd - length.toNanos();
        long slotFrom = from - Math.floorMod(from, slot);
        Counts expected =
            held.values().stream()
                .filter(one -> one.getStartTimeUnixNano() >= slotFrom)
                .map(Counts::of)
                .reduce(Counts.NONE, Counts::plus);
        assertThat(history.last(length.toNanos())).as("the last %s", length).isEqualTo(expected);
      }
    }
  }

  private static SliHistory history() {
    return new SliHistory(Duration.ofDays(30));
  }

  /** Keeps everything for ever and adds it up each time. */
  private static final class Oracle {

    private final Map<Long, SliWindow> windows = new HashMap<>();
    private long newestEnd = Long.MIN_VALUE;

    void put(SliWindow window) {
      windows.merge(
          window.getStartTimeUnixNano(),
          window,
          (old, fresh) -> fresh.getRevision() > old.getRevision() ? fresh : old);
      newestEnd = Math.max(newestEnd, window.getStartTimeUnixNano() + LENGTH.toNanos());
    }

    Counts last(Duration length) {
      long from = newestEnd - Math.max(length.toNanos(), LENGTH.toNanos());
      return windows.values().stream()
          .filter(window -> window.getStartTimeUnixNano() >= from)
          .map(window -> new Counts(window.getGood(), window.getTotal()))
          .reduce(Counts.NONE, Counts::plus);
    }
  }
}
