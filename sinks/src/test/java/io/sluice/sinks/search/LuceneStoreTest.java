package io.sluice.sinks.search;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
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
}
