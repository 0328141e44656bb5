package io.sluice.kafka;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.properties.MetaPropertiesEnsemble;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.MetadataVersion;
import org.apache.kafka.server.common.TransactionVersion;
import org.jspecify.annotations.Nullable;

/**
 * The broker's directory, held for as long as this is open. Kafka locks it too, but only after the
 * controller has opened the metadata log: two processes could write that in the meantime.
 */
final class DataDirectory implements AutoCloseable {

  private static final String LOCK_FILE = "embedded-kafka.lock";

  private final Path directory;
  private final FileChannel lockFile;

  private DataDirectory(Path directory, FileChannel lockFile) {
    this.directory = directory;
    this.lockFile = lockFile;
  }

  /** Creates the directory when it is missing, and locks it. */
  static DataDirectory open(Path directory) {
    FileChannel file = null;
    try {
      Files.createDirectories(directory);
      file =
          FileChannel.open(
              directory.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (tryLock(file) == null) {
        file.close();
        throw new EmbeddedKafkaException(
            "the data directory " + directory + " is in use by another embedded Kafka");
      }
      return new DataDirectory(directory, file);
    } catch (IOException e) {
      var failure = new EmbeddedKafkaException("cannot use the data directory " + directory, e);
      closeQuietly(file, failure);
      throw failure;
    }
  }

  /**
   * Gives an unformatted directory its cluster id and feature levels. Repeatable when a process
   * died half way, since {@code meta.properties}, written last, is what makes it formatted.
   */
  void format() {
    if (Files.exists(directory.resolve(MetaPropertiesEnsemble.META_PROPERTIES_NAME))) {
      return;
    }
    String path = directory.toAbsolutePath().toString();
    try {
      new Formatter()
          .setPrintStream(
              new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
          .setNodeId(BrokerDefaults.NODE_ID)
          .setClusterId(Uuid.randomUuid().toString())
          .addDirectory(path)
          .setMetadataLogDirectory(path)
          .setControllerListenerName(BrokerDefaults.CONTROLLER)
          .setReleaseVersion(MetadataVersion.latestProduction())
          .setFeatureLevel(TransactionVersion.FEATURE_NAME, TransactionVersion.TV_2.featureLevel())
          .run();
    } catch (Exception e) {
      throw new EmbeddedKafkaException("could not format the data directory " + directory, e);
    }
  }

  @Override
  public void close() {
    try {
      lockFile.close();
    } catch (IOException e) {
      throw new EmbeddedKafkaException("could not release the data directory " + directory, e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // Held in this very process.
    }
  }

  private static void closeQuietly(@Nullable FileChannel file, Exception because) {
    if (file != null) {
      try {
        file.close();
      } catch (IOException e) {
        because.addSuppressed(e);
      }
    }
  }
}
