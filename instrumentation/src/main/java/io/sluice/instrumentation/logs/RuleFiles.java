package io.sluice.instrumentation.logs;

import io.sluice.processors.sanitize.OtlpSanitizer;
import io.sluice.processors.sanitize.TokenKeys;
import io.sluice.schemas.definitions.RedactionRules;
import io.sluice.schemas.settings.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * Rules of a file or directory, read again when it has changed and somebody comes after a second
 * has passed. Rules that cannot be used are said in the log, and those before stay: there is never
 * a time without rules. For one thread at a time.
 */
final class RuleFiles implements Supplier<OtlpSanitizer> {

  private static final Logger LOG = Logger.getLogger(RuleFiles.class.getName());
  private static final long LOOK_AGAIN_MILLIS = 1_000;

  private final Path path;
  private final Clock clock;
  private List<Stamp> stamps;
  private OtlpSanitizer sanitizer;
  private long lookedAt;

  /** By what a change of a file shows without reading it. */
  private record Stamp(Path file, long size, FileTime changed) {

    static Stamp of(Path file) {
      try {
        return new Stamp(file, Files.size(file), Files.getLastModifiedTime(file));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot look at " + file, e);
      }
    }
  }

  /**
   * @throws ConfigurationException with every problem of the rules: file, line, path
   * @throws UncheckedIOException when a file cannot be read
   */
  RuleFiles(Path path, Clock clock) {
    this.path = path;
    this.clock = clock;
    stamps = stamps();
    sanitizer = read();
    lookedAt = clock.millis();
  }

  @Override
  public OtlpSanitizer get() {
    long now = clock.millis();
    if (now - lookedAt >= LOOK_AGAIN_MILLIS || now < lookedAt) {
      lookedAt = now;
      lookAgain();
    }
    return sanitizer;
  }

  private void lookAgain() {
    try {
      List<Stamp> found = stamps(); // before it reads: a change meanwhile is found the next time
      if (!found.equals(stamps)) {
        stamps = found;
        sanitizer = read();
        LOG.log(Level.INFO, "redaction rules were read again from {0}", path);
      }
    } catch (ConfigurationException | IllegalArgumentException e) {
      LOG.log(
          Level.SEVERE,
          "redaction rules of {0} cannot be used; those before stay: {1}",
          new Object[] {path, e.getMessage()});
    } catch (UncheckedIOException e) {
      LOG.log(
          Level.SEVERE,
          "redaction rules cannot be read; those before stay: {0}",
          String.valueOf(e.getMessage()));
    }
  }

  private OtlpSanitizer read() {
    return OtlpSanitizer.of(RedactionRules.read(path), TokenKeys.none());
  }

  /** None of what cannot be looked at: reading it says why, and once. */
  private List<Stamp> stamps() {
    try (Stream<Path> files = Files.walk(path, FileVisitOption.FOLLOW_LINKS)) {
      return files.filter(Files::isRegularFile).sorted().map(Stamp::of).toList();
    } catch (IOException | UncheckedIOException gone) {
      return List.of();
    }
  }
}
