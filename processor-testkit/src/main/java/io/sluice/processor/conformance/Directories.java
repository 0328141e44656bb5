package io.sluice.processor.conformance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

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

  /** As it is at this moment, in a directory of its own; a store may tidy up meanwhile. */
  static Path copy(Path directory) {
    Path copy = empty();
    walk(
        directory,
        new Passing() {
          @Override
          public FileVisitResult preVisitDirectory(Path from, BasicFileAttributes attributes)
              throws IOException {
            Files.createDirectories(copy.resolve(directory.relativize(from)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path from, BasicFileAttributes attributes)
              throws IOException {
            try {
              Files.copy(from, copy.resolve(directory.relativize(from)));
              return FileVisitResult.CONTINUE;
            } catch (NoSuchFileException e) {
              return visitFileFailed(from, e);
            }
          }
        });
    return copy;
  }

  /** But for what a store that is not closed in time still writes. */
  static void delete(Path directory) {
    walk(
        directory,
        new Passing() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path done, @Nullable IOException failure)
              throws IOException {
            try {
              Files.deleteIfExists(done);
            } catch (DirectoryNotEmptyException e) {
              // It is a temporary one.
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void walk(Path directory, Passing visitor) {
    try {
      Files.walkFileTree(directory, visitor);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Passes over what is gone by the time that it is looked at. */
  private abstract static class Passing extends SimpleFileVisitor<Path> {

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
      if (Files.exists(file)) {
        throw failure;
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
