package io.sluice.app.runtime;

import io.sluice.schemas.stage.StartException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The directory that holds all that a process keeps, locked against a second one. The lock is the
 * operating system's: a killed process leaves none behind.
 */
public final class DataDirectory implements AutoCloseable {

  private final Path path;
  private final FileChannel channel;

  private DataDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /**
   * Creates the directory when it is missing, and locks it.
   *
   * @throws StartException when another process has it, or it cannot be written
   */
  public static DataDirectory open(Path path) {
    Path lockFile = path.resolve("lock");
    FileChannel channel = null;
    try {
      Files.createDirectories(path);
      channel = FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (lock(channel) != null) {
        return new DataDirectory(path, channel);
      }
      channel.close();
      throw new StartException(
          "another Sluice process uses the data directory "
              + path.toAbsolutePath()
              + "; stop it, or choose another directory with --data");
    } catch (IOException e) {
      throw new StartException(
          "cannot use the data directory " + path.toAbsolutePath() + ": " + FileTrouble.reason(e));
    }
  }

  /** A sub-directory, created when it is missing. */
  public Path directory(String name) {
    try {
      return Files.createDirectories(path.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot create " + path.resolve(name), e);
    }
  }

  /** A name for what runs on this directory, the same at each start and of no other. */
  public String instanceId() {
    Path file = path.resolve("instance-id");
    try {
      String kept = Files.exists(file) ? Files.readString(file).trim() : "";
      if (!kept.isEmpty()) { // a kill while it was written leaves it empty
        return kept;
      }
      String id = UUID.randomUUID().toString();
      Files.writeString(file, id);
      return id;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep the instance id in " + file, e);
    }
  }

  public Path path() {
    return path;
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot release the lock of " + path, e);
    }
  }

  private static @Nullable FileLock lock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // this very process has it
    }
  }
}
