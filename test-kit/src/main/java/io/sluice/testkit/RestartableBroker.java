package io.sluice.testkit;

import io.sluice.kafka.EmbeddedKafka;
import io.sluice.kafka.EmbeddedKafkaConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A broker that one test has for itself, to stop it under its clients and start it again. Its
 * records are in a temporary directory until {@link #close}.
 */
public final class RestartableBroker implements AutoCloseable {

  private static final int DELETE_ATTEMPTS = 100;

  private final Path data;
  private final Map<String, String> properties;
  private EmbeddedKafka kafka;

  private RestartableBroker(Path data, Map<String, String> properties) {
    this.data = data;
    this.properties = properties;
    // One that nobody is given while the broker is stopped.
    this.kafka =
        EmbeddedKafka.start(new EmbeddedKafkaConfig(data, Programs.freePort(), properties));
  }

  /** A new, empty broker on any free port. */
  public static RestartableBroker start() {
    return start(Map.of());
  }

  /** The same with settings as Kafka's broker names them. */
  public static RestartableBroker start(Map<String, String> properties) {
    try {
      return new RestartableBroker(Files.createTempDirectory("sluice-test-kafka"), properties);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  /** A fresh namespace on this broker. Its clients outlive a stop and connect again. */
  public TestBroker newNamespace() {
    return new TestBroker(bootstrapServers(), Map.of());
  }

  /** Clients find nobody until {@link #restart}. */
  public void stop() {
    kafka.close();
  }

  /** Starts the stopped broker on the same port with the same records. */
  public void restart() {
    kafka = EmbeddedKafka.start(new EmbeddedKafkaConfig(data, kafka.port(), properties));
  }

  /** Stops the broker and deletes its records. */
  @Override
  public void close() {
    kafka.close();
    try {
      delete(data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Also while Kafka still deletes, in the background, what a namespace had. */
  private static void delete(Path directory) throws IOException {
    for (int attempt = 1; Files.exists(directory); attempt++) {
      try {
        deleteOnce(directory);
      } catch (NoSuchFileException | DirectoryNotEmptyException moved) {
        if (attempt == DELETE_ATTEMPTS) {
          throw moved;
        }
      }
    }
  }

  private static void deleteOnce(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.deleteIfExists(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
