package io.sluice.ingest;

import io.sluice.schemas.Topic;
import io.sluice.schemas.otlp.Slice;
import io.sluice.schemas.stage.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes requests to the raw topics. Never blocks a caller for long: without room or metadata it
 * fails at once, and the client comes back.
 */
final class RawTopics implements AutoCloseable {

  private static final int MAX_BLOCK_MILLIS = 20;
  private static final int BATCH_BYTES = 128 << 10;
  private static final int MAX_REQUEST_BYTES = 8 << 20;

  private final KafkaConnection connection;
  private final KafkaProducer<byte[], byte[]> producer;

  RawTopics(KafkaConnection connection, IngestConfig config) {
    this.connection = connection;
    Map<String, Object> settings = connection.clientConfig();
    int timeout = (int) config.ackTimeout().toMillis();
    settings.put("client.id", "sluice-ingest");
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    settings.put("compression.type", "lz4");
    settings.put("linger.ms", 2);
    settings.put("batch.size", BATCH_BYTES);
    settings.put("max.request.size", MAX_REQUEST_BYTES);
    settings.put("max.block.ms", MAX_BLOCK_MILLIS);
    settings.put("buffer.memory", config.maxInFlight().bytes() + (4L << 20));
    settings.put("delivery.timeout.ms", timeout);
    settings.put("request.timeout.ms", Math.max(50, timeout - 10));
    settings.put("metadata.max.age.ms", 30_000);
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Sends one request.
   *
   * @return done when every in-sync replica has it; fails with the reason when not
   */
  CompletableFuture<Void> send(Topic topic, Slice value, Map<String, String> headers) {
    CompletableFuture<Void> acknowledged = new CompletableFuture<>();
    byte[] bytes =
        value.start() == 0 && value.end() == value.array().length ? value.array() : value.toBytes();
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(connection.namespace().topic(topic), bytes);
    headers.forEach(
        (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    try {
      var unused =
          producer.send(
              record,
              (metadata, failure) -> {
                if (failure == null) {
                  acknowledged.complete(null);
                } else {
                  acknowledged.completeExceptionally(failure);
                }
              });
    } catch (KafkaException | IllegalStateException e) {
      acknowledged.completeExceptionally(e); // no metadata, no room, or closed
    }
    return acknowledged;
  }

  /** Whether the cluster knows the topic. May wait a few milliseconds. */
  boolean knows(Topic topic) {
    try {
      return !producer.partitionsFor(connection.namespace().topic(topic)).isEmpty();
    } catch (KafkaException e) {
      return false;
    }
  }

  /** Waits for what was sent, for so long at most. */
  void close(Duration timeout) {
    producer.close(timeout);
  }

  @Override
  public void close() {
    close(Duration.ofSeconds(3));
  }
}
