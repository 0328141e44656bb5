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
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Writes dead letters for parts that are no Streams application. {@link #flush} before committing
 * an offset behind the record: then none is lost, and a repeat writes the same letter again.
 */
public final class DeadLetterWriter implements AutoCloseable {

  private static final AvroSerde<DeadLetter> SERDE = AvroSerde.of(DeadLetter.getClassSchema());

  /** As the topic's limit. A compressed batch may hold a record that is larger. */
  private static final int MAX_LETTER_BYTES = 11 << 20;

  /** What the client adds to a record. */
  private static final int OVERHEAD_BYTES = 1 << 10;

  private final KafkaConnection connection;
  private final String stage;
  private final KafkaProducer<byte[], byte[]> producer;
  private final AtomicReference<Exception> failure = new AtomicReference<>();

  public DeadLetterWriter(KafkaConnection connection, String stage) {
    this.connection = connection;
    this.stage = stage;
    Map<String, Object> config = connection.clientConfig();
    config.put("client.id", "sluice-" + stage + "-dead-letters");
    config.put("acks", "all");
    config.put("enable.idempotence", true);
    config.put("max.request.size", MAX_LETTER_BYTES);
    producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
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
    var unused =
        producer.send(
            new ProducerRecord<>(connection.namespace().topic(Topics.DEAD_LETTERS), key, letter),
            (metadata, problem) -> {
              if (problem != null) {
                failure.set(problem);
              }
            });
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
    producer.flush();
    Exception problem = failure.getAndSet(null);
    if (problem != null) {
      throw new KafkaException("a dead letter was not acknowledged", problem);
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(3));
  }
}
