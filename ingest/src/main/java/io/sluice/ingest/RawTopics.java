package io.sluice.ingest;

import io.sluice.schemas.Topic;
import io.sluice.schemas.stage.KafkaConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes requests to the raw topics. Never blocks a caller for long: without room or metadata it
 * fails at once, and the client comes back.
 *
 * <p>Nothing is sent to a topic before the leaders of all its partitions have answered for it once.
 * A broker announces a new topic a moment before it has its logs. Of several batches on their way
 * in that moment it may refuse the first and take the second, after which it refuses the first, as
 * out of order, until its time is up.
 */
final class RawTopics implements AutoCloseable {

  private static final int MAX_BLOCK_MILLIS = 20;
  private static final int ASKING_MILLIS = 2_000;
  private static final OffsetSpec LATEST = OffsetSpec.latest();
  private static final int BATCH_BYTES = 128 << 10;
  private static final int MAX_REQUEST_BYTES = 8 << 20;

  private final KafkaConnection connection;
  private final Map<String, Object> settings;
  private final Admin admin;
  private final Duration firstContact;

  /** Null until Kafka has let the admin client in. */
  private volatile @Nullable KafkaProducer<byte[], byte[]> producer;

  private boolean closed; // guarded by this

  /** Done once a topic has been served. */
  private final Map<Topic, CompletableFuture<@Nullable Void>> served = new ConcurrentHashMap<>();

  RawTopics(KafkaConnection connection, IngestConfig config) {
    this.connection = connection;
    settings = connection.clientConfig();
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
    settings.put("key.serializer", ByteArraySerializer.class);
    settings.put("value.serializer", ByteArraySerializer.class);
    var unused = new ProducerConfig(settings); // what is wrong is said at the start
    Map<String, Object> asking = connection.clientConfig();
    asking.put("client.id", "sluice-ingest-watch");
    asking.put("request.timeout.ms", ASKING_MILLIS);
    asking.put("default.api.timeout.ms", ASKING_MILLIS);
    admin = Admin.create(asking);
    firstContact = config.ackTimeout().dividedBy(2);
  }

  /**
   * Sends one request; to a topic that was never served yet, once it is.
   *
   * @return done when every in-sync replica has it; fails with the reason when not
   */
  CompletableFuture<@Nullable Void> send(Topic topic, byte[] value, Map<String, String> headers) {
    CompletableFuture<@Nullable Void> served = servedOnce(topic);
    return served.isDone()
        ? sendNow(topic, value, headers)
        : served
            .copy()
            .orTimeout(firstContact.toMillis(), TimeUnit.MILLISECONDS)
            .thenCompose(now -> sendNow(topic, value, headers));
  }

  private CompletableFuture<@Nullable Void> sendNow(
      Topic topic, byte[] value, Map<String, String> headers) {
    CompletableFuture<@Nullable Void> acknowledged = new CompletableFuture<>();
    KafkaProducer<byte[], byte[]> to = producer;
    if (to == null) { // it was given up meanwhile
      acknowledged.completeExceptionally(new TimeoutException("no producer yet"));
      return acknowledged;
    }
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(connection.namespace().topic(topic), value);
    headers.forEach(
        (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    try {
      var unused =
          to.send(
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

  /** Whether the leaders of all partitions of the topic answer for it now. Waits for them. */
  boolean serves(Topic topic) throws InterruptedException {
    String name = connection.namespace().topic(topic);
    try {
      Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
      for (TopicDescription found :
          admin.describeTopics(List.of(name)).allTopicNames().get().values()) {
        found.partitions().forEach(p -> ends.put(new TopicPartition(name, p.partition()), LATEST));
      }
      admin.listOffsets(ends).all().get();
      // The producer asks for itself; requests do not have to wait for that, then.
      boolean known = !producer().partitionsFor(name).isEmpty();
      if (known) {
        servedOnce(topic).complete(null);
      }
      return known;
    } catch (AuthenticationException e) {
      giveUpProducer();
      return false;
    } catch (ExecutionException | KafkaException e) {
      return false;
    }
  }

  /**
   * Made when Kafka has let the admin client in. A producer asks for its id as soon as it is made;
   * one that is not let in then never asks again, and never sends.
   */
  private synchronized KafkaProducer<byte[], byte[]> producer() {
    if (closed) {
      throw new IllegalStateException("closed");
    }
    KafkaProducer<byte[], byte[]> current = producer;
    if (current == null) {
      current = new KafkaProducer<>(settings);
      producer = current;
    }
    return current;
  }

  /** The producer itself was not let in: the next look makes another one. */
  private synchronized void giveUpProducer() {
    KafkaProducer<byte[], byte[]> refused = producer;
    if (refused != null) {
      producer = null;
      refused.close(Duration.ZERO);
    }
  }

  private CompletableFuture<@Nullable Void> servedOnce(Topic topic) {
    return served.computeIfAbsent(topic, any -> new CompletableFuture<>());
  }

  /** Requests that wait for a topic that was never served wait no more: their clients come back. */
  void stopWaiting() {
    KafkaException stopping = new KafkaException("stopping");
    served.values().forEach(waiting -> waiting.completeExceptionally(stopping));
  }

  /** Waits for what was sent, for so long at most. */
  void close(Duration timeout) {
    admin.close(Duration.ZERO); // it only asks
    KafkaProducer<byte[], byte[]> last;
    synchronized (this) {
      closed = true;
      last = producer;
    }
    if (last != null) {
      last.close(timeout);
    }
  }

  @Override
  public void close() {
    close(Duration.ofSeconds(3));
  }
}
