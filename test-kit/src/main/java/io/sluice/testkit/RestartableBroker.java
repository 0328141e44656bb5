package io.sluice.testkit;

import io.sluice.kafka.EmbeddedKafka;
import io.sluice.kafka.EmbeddedKafkaConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A broker that one test has for itself, to stop it under its clients and start it again. Its
 * records are in a temporary directory until {@link #close}.
 */
public final class RestartableBroker implements AutoCloseable {

  private final Path data;
  private final Map<String, String> properties;
  private EmbeddedKafka kafka;

  private RestartableBroker(Path data, Map<String, String> properties) {
    this.data = data;
    this.properties = properties;
    this.kafka = EmbeddedKafka.start(new EmbeddedKafkaConfig(data, 0, properties));
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

  private static void delete(Path directory) throws IOException {
    List<Path> deepestFirst;
    try (Stream<Path> files = Files.walk(directory)) {
      deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : deepestFirst) {
      Files.delete(file);
    }
  }
}
