package io.sluice.instrumentation.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What the exporters are told.
 *
 * @param client Kafka's own settings for security and the network; may hold secrets
 */
record Settings(
    String bootstrapServers,
    String namespace,
    long maxBytes,
    Duration closeTimeout,
    Map<String, String> client) {

  static final long LEAST_BYTES = 4L << 20;

  Settings {
    client = Map.copyOf(client);
  }

  /**
   * @throws IllegalArgumentException when something makes no sense; says what
   */
  void check() {
    require(!bootstrapServers.isBlank(), "the Kafka exporter needs bootstrap servers");
    require(
        maxBytes >= LEAST_BYTES,
        "the Kafka exporter needs at least " + LEAST_BYTES + " bytes of memory");
    require(!closeTimeout.isNegative(), "the close time-out must not be negative");
    require(
        !client.containsKey(ProducerConfig.INTERCEPTOR_CLASSES_CONFIG),
        "interceptor.classes is not for the exporter's client: one that traces would trace itself");
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    Thread.currentThread().setContextClassLoader(Settings.class.getClassLoader());
    try {
      new ProducerConfig(withSerializers());
    } catch (KafkaException e) {
      throw new IllegalArgumentException("the Kafka exporter's settings: " + e.getMessage(), e);
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  /** For a producer that never makes its caller wait. */
  Map<String, Object> producerConfig(Duration patience) {
    Map<String, Object> config = new HashMap<>();
    config.put("linger.ms", 20);
    config.put("batch.size", 128 << 10);
    config.put("compression.type", "lz4");
    config.put("reconnect.backoff.max.ms", 5_000);
    config.putAll(client);
    config.put("bootstrap.servers", bootstrapServers);
    config.put("client.id", Courier.CLIENT_ID);
    config.put("acks", "all");
    config.put("enable.idempotence", true);
    // A new topic may refuse the first of several batches on their way, and then all after it.
    config.put("max.in.flight.requests.per.connection", 1);
    config.put("max.block.ms", 0);
    config.put("buffer.memory", maxBytes / 2);
    config.put("delivery.timeout.ms", (int) patience.toMillis());
    return config;
  }

  private Map<String, Object> withSerializers() {
    Map<String, Object> config = producerConfig(Duration.ofMinutes(10));
    config.put("key.serializer", ByteArraySerializer.class);
    config.put("value.serializer", ByteArraySerializer.class);
    return config;
  }

  private static void require(boolean valid, String otherwise) {
    if (!valid) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  /** Without the client's settings, which may hold secrets. */
  @Override
  public String toString() {
    return bootstrapServers + (namespace.isEmpty() ? "" : " (namespace " + namespace + ")");
  }
}
