package io.sluice.processor.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstanceIdTest {

  @TempDir private Path directory;

  @Test
  void staysTheSameForAStateDirectoryAndDiffersBetweenThem() {
    Path mine = directory.resolve("not/there/yet");
    String id = InstanceId.of(mine);

    assertThat(InstanceId.of(mine)).isEqualTo(id);
    assertThat(InstanceId.of(directory.resolve("other"))).isNotEqualTo(id);
  }

  /** A kill or a full disk between creating and writing the file. */
  @Test
  void fileThatWasLeftEmptyIsReplacedForGood() throws Exception {
    Files.createFile(directory.resolve("instance-id"));
    String id = InstanceId.of(directory);

    assertThat(id).isNotBlank();
    assertThat(InstanceId.of(directory)).isEqualTo(id);
  }

  @Test
  void saysWhichFileCannotBeKept() throws Exception {
    Path file = Files.createFile(directory.resolve("a-file"));

    assertThatThrownBy(() -> InstanceId.of(file))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining(file.resolve("instance-id").toString());
  }
}
