package io.sluice.kafka;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;

/**
 * Where an embedded broker keeps its records and how it is reached.
 *
 * @param dataDirectory holds the logs of all partitions and of the metadata; created and formatted
 *     by the first start, continued by later ones; belongs to one broker at a time
 * @param port where clients connect on loopback, 1 to 65535; 0 for any free one, which may be
 *     another one at the next start
 * @param brokerProperties settings as Kafka's broker names them, on top of the defaults in {@code
 *     BrokerDefaults}, such as who is let in by the listener CLIENTS; those that make it one node
 *     on loopback cannot be set
 */
public record EmbeddedKafkaConfig(
    Path dataDirectory, int port, Map<String, String> brokerProperties) {

  public EmbeddedKafkaConfig {
    if (port < 0 || port > 65535) {
      throw new IllegalArgumentException("a port is 0 (any free one) to 65535, not " + port);
    }
    brokerProperties = Map.copyOf(brokerProperties);
    var fixed = new TreeSet<>(brokerProperties.keySet());
    fixed.retainAll(BrokerDefaults.FIXED);
    if (!fixed.isEmpty()) {
      throw new IllegalArgumentException(
          "the embedded broker decides these by itself, they cannot be set: "
              + String.join(", ", fixed));
    }
  }

  /** A broker on the given port with nothing changed. */
  public static EmbeddedKafkaConfig of(Path dataDirectory, int port) {
    return new EmbeddedKafkaConfig(dataDirectory, port, Map.of());
  }
}
