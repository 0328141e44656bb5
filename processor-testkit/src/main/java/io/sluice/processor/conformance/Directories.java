package io.sluice.processor.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Where processes under test keep their state. */
final class Directories {

  private Directories() {}

  static Path empty() {
    try {
      return Files.createTempDirectory("sluice-conformance");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As it is at this moment, in a directory of its own. */
  static Path copy(Path directory) {
    Path copy = empty();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(each -> !each.equals(directory)).toList()) {
        copy(file, copy.resolve(directory.relativize(file)));
      }
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copy(Path file, Path copy) throws IOException {
    try {
      Files.copy(file, copy);
    } catch (NoSuchFileException e) { // a store has tidied up meanwhile
      if (Files.exists(file)) {
        throw e;
      }
    }
  }

  static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
