package io.sluice.schemas.stage;

import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Header;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topics;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Writes dead letters for parts that are no Streams application. {@link #flush} before committing
 * an offset behind the record: then none is lost, and a repeat writes the same letter again. Safe
 * for use by several threads.
 *
 * <p>The producer is made for the first letter, when Kafka has let in whoever read the record, and
 * anew after each failure: some a producer does not recover from, such as not being let in while it
 * asks for its id.
 */
public final class DeadLetterWriter implements AutoCloseable {

  private static final AvroSerde<DeadLetter> SERDE = AvroSerde.of(DeadLetter.getClassSchema());

  /** As the topic's limit. A compressed batch may hold a record that is larger. */
  private static final int MAX_LETTER_BYTES = 11 << 20;

  /** What the client adds to a record. */
  private static final int OVERHEAD_BYTES = 1 << 10;

  private final KafkaConnection connection;
  private final String stage;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  // Made and given up under this object's monitor, which a letter that waits for Kafka holds.
  private volatile @Nullable KafkaProducer<byte[], byte[]> producer;
  private volatile boolean closed;

  public DeadLetterWriter(KafkaConnection connection, String stage) {
    this.connection = connection;
    this.stage = stage;
  }

  /**
   * The record itself.
   *
   * @throws InvalidInputException INVALID, when it has no value
   */
  public static ConsumerRecord<byte[], byte[]> withValue(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null) {
      throw new InvalidInputException(Reason.INVALID, "the record has no value");
    }
    return record;
  }

  /**
   * Writes a letter. One that would be over the limit goes without key, headers and value, and says
   * so.
   *
   * @param message what is wrong and where; never a piece of the value
   */
  public void write(ConsumerRecord<byte[], byte[]> record, Reason reason, String message) {
    DeadLetter place =
        DeadLetter.newBuilder()
            .setStage(stage)
            .setReason(reason)
            .setMessage(message)
            .setTopic(record.topic())
            .setPartition(record.partition())
            .setOffset(record.offset())
            .setTimestampMillis(record.timestamp())
            .build();
    byte[] key = record.key();
    byte[] letter =
        SERDE.encode(
            DeadLetter.newBuilder(place)
                .setHeaders(headers(record))
                .setKey(key == null ? null : ByteBuffer.wrap(key))
                .setValue(record.value() == null ? null : ByteBuffer.wrap(record.value()))
                .build());
    int length = letter.length + (key == null ? 0 : key.length);
    if (length > MAX_LETTER_BYTES - OVERHEAD_BYTES) {
      String cut =
          message
              + "; its key, headers and value are left out: with them the letter has "
              + length
              + " bytes";
      letter = SERDE.encode(DeadLetter.newBuilder(place).setMessage(cut).build());
      key = null;
    }
    send(new ProducerRecord<>(connection.namespace().topic(Topics.DEAD_LETTERS), key, letter));
  }

  private synchronized void send(ProducerRecord<byte[], byte[]> letter) {
    if (closed) {
      throw new IllegalStateException("the writer of dead letters is closed");
    }
    try {
      KafkaProducer<byte[], byte[]> current = producer == null ? newProducer() : producer;
      producer = current;
      if (closed) { // meanwhile
        current.close(Duration.ZERO);
        throw new KafkaException("the writer of dead letters is closed");
      }
      var unused =
          current.send(
              letter,
              (metadata, problem) -> {
                if (problem != null) {
                  failure.set(problem);
                }
              });
    } catch (InterruptException e) {
      throw e;
    } catch (KafkaException e) { // it takes no more; the flush says so, and makes another one
      failure.set(e);
    }
  }

  private KafkaProducer<byte[], byte[]> newProducer() {
    Map<String, Object> config = connection.clientConfig();
    config.put("client.id", "sluice-" + stage + "-dead-letters");
    config.put("acks", "all");
    config.put("enable.idempotence", true);
    config.put("max.request.size", MAX_LETTER_BYTES);
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private static List<Header> headers(ConsumerRecord<byte[], byte[]> record) {
    List<Header> headers = new ArrayList<>();
    record
        .headers()
        .forEach(
            header ->
                headers.add(
                    new Header(
                        header.key(),
                        header.value() == null ? null : ByteBuffer.wrap(header.value()))));
    return headers;
  }

  /**
   * Waits until all letters are acknowledged.
   *
   * @throws KafkaException when one was not: do not commit
   */
  public void flush() {
    KafkaProducer<byte[], byte[]> used = producer;
    if (used != null) {
      used.flush();
    }
    Exception problem = failure.getAndSet(null);
    if (problem != null) {
      giveUp(used);
      throw new KafkaException("a dead letter was not acknowledged", problem);
    }
  }

  private synchronized void giveUp(@Nullable KafkaProducer<byte[], byte[]> failed) {
    if (failed != null && failed == producer) {
      producer = null;
      failed.close(Duration.ZERO); // letters of others fail, and their flush says so
    }
  }

  /** Waits three seconds at most; a letter that waits for Kafka fails then. */
  @Override
  public void close() {
    closed = true;
    KafkaProducer<byte[], byte[]> last = producer;
    if (last != null) {
      last.close(Duration.ofSeconds(3));
    }
  }
}
