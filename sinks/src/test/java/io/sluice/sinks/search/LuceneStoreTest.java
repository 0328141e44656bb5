package io.sluice.sinks.search;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LuceneStoreTest extends SearchStoreContract {

  @TempDir private Path directory;

  @Override
  SearchStore open() {
    return LuceneStore.open(directory);
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
}
