package io.sluice.processors.sli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.streams.test.TestRecord;

/**
 * Reads windows as the alert engine does: of each, the highest revision holds, and a revision that
 * was seen already is left out; windows of a newer definition of an SLO take the place of all
 * before.
 */
final class WindowReader {

  private static final AvroSerde<SliWindow> SERDE = AvroSerde.of(SliWindow.getClassSchema());

  private final Map<String, SliWindow> windows = new TreeMap<>();
  private final Map<String, Long> generations = new HashMap<>();

  /** What was told of windows that were not over, in its order. */
  private final List<SliWindow> open = new ArrayList<>();

  /** Takes over what was sent since the last time. Revisions must follow each other. */
  WindowReader follow(StageTestDriver driver) {
    for (TestRecord<byte[], byte[]> record : driver.read(Topics.SLIS)) {
      SliWindow window = SERDE.decode(record.value());
      assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo(window.getSloId());
      String name = name(window);
      long known = generations.getOrDefault(window.getSloId(), 0L);
      if (window.getGeneration() < known) {
        continue;
      }
      if (window.getGeneration() > known) {
        generations.put(window.getSloId(), window.getGeneration());
        windows.values().removeIf(other -> other.getSloId().equals(window.getSloId()));
      }
      SliWindow before = windows.get(name);
      if (window.getRevision() < 0) {
        assertThat(before).as("nothing is told of a window as open that is over").isNull();
        open.add(window);
        continue;
      }
      if (before == null || before.getRevision() < window.getRevision()) {
        assertThat(window.getRevision()).isEqualTo(before == null ? 0 : before.getRevision() + 1);
        windows.put(name, window);
      }
    }
    return this;
  }

  /** Lets time pass in small steps until all windows are over, and takes them over. */
  WindowReader settle(StageTestDriver driver) {
    for (int i = 0; i < 20; i++) {
      driver.advance(Duration.ofSeconds(5));
    }
    return follow(driver);
  }

  /** Those that were told of windows that were not over, oldest record first. */
  List<SliWindow> open() {
    return open;
  }

  /** Good and total by SLO and start: {@code "checkout 00:00:10" -> "3/5"}. */
  Map<String, String> ratios() {
    Map<String, String> ratios = new TreeMap<>();
    windows()
        .forEach((name, window) -> ratios.put(name, window.getGood() + "/" + window.getTotal()));
    return ratios;
  }

  /** Those with events. */
  Map<String, SliWindow> windows() {
    Map<String, SliWindow> withEvents = new TreeMap<>(windows);
    withEvents.values().removeIf(window -> window.getTotal() == 0);
    return withEvents;
  }

  /** The names of those without. */
  Set<String> empty() {
    Set<String> names = new TreeSet<>(windows.keySet());
    names.removeAll(windows().keySet());
    return names;
  }

  static String name(SliWindow window) {
    return name(window.getSloId(), instant(window.getStartTimeUnixNano()));
  }

  /** All of an SLO, oldest first. */
  List<SliWindow> all(String slo) {
    return windows.values().stream()
        .filter(window -> window.getSloId().equals(slo))
        .sorted(Comparator.comparingLong(SliWindow::getStartTimeUnixNano))
        .toList();
  }

  static String name(String slo, Instant start) {
    return slo + " " + start.toString().substring(11, 19);
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(TimeUnit.NANOSECONDS.toSeconds(nanos));
  }
}
