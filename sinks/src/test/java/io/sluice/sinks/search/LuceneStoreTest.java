package io.sluice.sinks.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.testkit.Telemetry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LuceneStoreTest extends SearchStoreContract {

  @TempDir private Path directory;

  @Override
  SearchStore open() {
    return LuceneStore.open(directory);
  }

  @Override
  void show(SearchStore store) {
    store.refresh();
  }

  @Test
  void keepsNothingThatWasNotCommitted() {
    try (SearchStore other = LuceneStore.open(directory.resolve("other"))) {
      other.put(entry("1", "kept"));
      other.commit(Map.of());
      other.put(entry("2", "not committed"));
      other.refresh();
      assertThat(other.logCount()).isEqualTo(2);
    }
    try (SearchStore again = LuceneStore.open(directory.resolve("other"))) {
      assertThat(again.logCount()).isEqualTo(1);
    }
  }

  private static LogEntry entry(String id, String body) {
    return new LogEntry(id, 1, "cart", 9, "", body, "", "", Map.of(), Map.of());
  }

  @Test
  void forgetsWhatArrivedFirstWhenItIsTooLarge() {
    try (SearchStore store = LuceneStore.open(directory.resolve("large"))) {
      for (int i = 0; i < 2000; i++) {
        store.put(entry("" + i, "line " + i), DocumentSource.at((i * 7919L) % 2000));
      }
      store.commit(Map.of());
      store.refresh();
      long bytes = size(directory.resolve("large"));
      store.shrinkTo(2 * bytes);
      store.refresh();
      assertThat(store.logCount()).isEqualTo(2000);
      store.shrinkTo(bytes / 2);
      store.refresh();
      assertThat(store.logCount()).isBetween(900L, 1100L);
      assertThat(store.logs(LogQuery.matching("\"line 0\"")).entries()).isEmpty(); // the first
      assertThat(store.logs(LogQuery.matching("\"line 321\"")).entries()).hasSize(1); // the last
      store.shrinkTo(0);
      store.refresh();
      assertThat(store.logCount()).isZero();
      store.shrinkTo(0);
    }
  }

  private static long size(Path index) {
    try (Stream<Path> files = Files.list(index)) {
      return files.mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void saysThatAnotherWriterHasTheIndex() {
    assertThatThrownBy(() -> LuceneStore.open(directory))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("another process writes the search index");
  }

  @Test
  void saysThatAQueryWouldLookAtTooMuch() {
    try (LuceneStore small = LuceneStore.open(directory.resolve("small"), 2)) {
      for (int i = 0; i < 3; i++) {
        LogEntry line = new LogEntry("0-0-" + i, i, "cart", 9, "", "x", "", "", Map.of(), Map.of());
        small.put(line);
      }
      small.refresh();
      assertThatThrownBy(() -> small.summary(LogQuery.all(), 10))
          .isInstanceOf(TooMuchToScanException.class)
          .hasMessageContaining("more than 2 lines")
          .hasMessageContaining("narrow from and to");
    }
  }

  @Test
  void aServiceWithANameTooLongForATermHasNoOperations() {
    try (SearchStore store = LuceneStore.open(directory.resolve("long"))) {
      store.put(trace(1, 1, Telemetry.service("s".repeat(2000)).span("GET /cart")));
      store.refresh();
      assertThat(store.services()).hasSize(1);
      assertThat(store.operations(store.services().get(0))).isEmpty();
    }
  }

  @Test
  void namesNoMoreServicesThanAnAnswerHas() {
    try (SearchStore store = LuceneStore.open(directory.resolve("many"))) {
      for (int i = 0; i <= 10_000; i++) {
        store.put(new LogEntry("" + i, 1, "s" + i, 9, "", "x", "", "", Map.of(), Map.of()));
      }
      store.refresh();
      assertThat(store.services()).hasSize(10_000);
    }
  }
}
