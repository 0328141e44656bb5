package io.sluice.alerts;

import static io.sluice.alerts.Windows.LENGTH;
import static io.sluice.alerts.Windows.nanosAt;
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
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

/** Whatever comes in whatever order, the sums are those of adding everything up again. */
class SliHistoryPropertiesTest {

  private static final Set<Duration> LENGTHS =
      Set.of(
          Duration.ofSeconds(3),
          Duration.ofSeconds(10),
          Duration.ofSeconds(25),
          Duration.ofMinutes(2));
  private static final long LONGEST_WINDOWS = 12;

  /** A window that comes, or the clock that says until when all have come. */
  private sealed interface Step {}

  private record Come(SliWindow window) implements Step {}

  private record Clock(long knownUntilNanos) implements Step {}

  @Provide
  Arbitrary<List<Step>> steps() {
    Arbitrary<Long> slots = Arbitraries.longs().between(0, 40);
    Arbitrary<Long> totals = Arbitraries.longs().between(0, 1000);
    Arbitrary<Step> windows =
        Combinators.combine(slots, totals, totals, Arbitraries.integers().between(0, 3))
            .as(
                (slot, a, b, revision) ->
                    new Come(
                        revision(revision, window(slot * 10, Math.max(a, b), Math.min(a, b)))));
    Arbitrary<Step> clocks =
        Arbitraries.longs().between(-50, 900).map(second -> new Clock(nanosAt(second)));
    return Arbitraries.frequencyOf(Tuple.of(5, windows), Tuple.of(1, clocks)).list().ofMaxSize(80);
  }

  @Property(tries = 3000)
  void sumsWhatAddingUpWouldGive(@ForAll("steps") List<Step> steps) {
    SliHistory history = history();
    Oracle oracle = new Oracle();
    for (Step step : steps) {
      if (step instanceof Come come) {
        history.put(come.window());
        oracle.put(come.window());
      } else if (step instanceof Clock clock) {
        history.knownUntil(clock.knownUntilNanos());
        oracle.knownUntil(clock.knownUntilNanos());
      }
      for (Duration length : LENGTHS) {
        assertThat(history.last(length.toNanos()))
            .as("the last %s after %s", length, step)
            .isEqualTo(oracle.last(length));
      }
      assertThat(history.size()).isLessThanOrEqualTo((int) LONGEST_WINDOWS);
    }
  }

  @Property
  void endsWithTheSameSumsInWhateverOrderWindowsCome(@ForAll("steps") List<Step> steps) {
    Map<Long, SliWindow> windows = new LinkedHashMap<>();
    for (Step step : steps) {
      if (step instanceof Come come) {
        windows.putIfAbsent(come.window().getStartTimeUnixNano(), come.window());
      }
    }
    SliHistory asTheyCame = history();
    windows.values().forEach(asTheyCame::put);
    SliHistory sorted = history();
    new TreeMap<>(windows).values().forEach(sorted::put);

    for (Duration length : LENGTHS) {
      assertThat(asTheyCame.last(length.toNanos())).isEqualTo(sorted.last(length.toNanos()));
    }
  }

  private static SliHistory history() {
    SliHistory history = new SliHistory();
    history.follow(LENGTHS.stream().map(Duration::toNanos).collect(Collectors.toSet()));
    return history;
  }

  /** Keeps everything for ever and adds it up each time. */
  private static final class Oracle {

    private final Map<Long, SliWindow> windows = new HashMap<>();
    private long newestEnd = Long.MIN_VALUE;
    private long end = Long.MIN_VALUE;

    void put(SliWindow window) {
      windows.merge(
          window.getStartTimeUnixNano(),
          window,
          (old, fresh) -> fresh.getRevision() > old.getRevision() ? fresh : old);
      newestEnd = Math.max(newestEnd, window.getStartTimeUnixNano() + LENGTH.toNanos());
      end = Math.max(end, newestEnd);
    }

    void knownUntil(long nanos) {
      if (!windows.isEmpty()) {
        end = newestEnd;
        while (end + LENGTH.toNanos() <= nanos) {
          end += LENGTH.toNanos();
        }
      }
    }

    Counts last(Duration length) {
      long from = end - Math.max(length.toNanos(), LENGTH.toNanos());
      return windows.values().stream()
          .filter(window -> window.getStartTimeUnixNano() >= from)
          .map(window -> new Counts(window.getGood(), window.getTotal()))
          .reduce(Counts.NONE, Counts::plus);
    }
  }
}
