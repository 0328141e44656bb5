package io.sluice.processor.runtime;

import io.sluice.processor.InputRecord;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Header;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Topics;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** A stage's dead letters as records that their topic takes. */
final class DeadLetterRecords {

  private static final AvroSerde<DeadLetter> SERDE = AvroSerde.of(DeadLetter.getClassSchema());
  private static final byte[] NO_KEY = {};

  /** No record of a topic: it was never written. */
  private static final int NOWHERE = -1;

  private final String stage;
  private final RecordLimits limits;

  DeadLetterRecords(String stage, RecordLimits limits) {
    this.stage = stage;
    this.limits = limits;
  }

  /**
   * @param topic as the cluster names it, so that the letter says where to look and to send to
   * @param value of the record or the part of it that is bad
   */
  Record<byte[], byte[]> ofInput(
      Reason reason, String message, String topic, InputRecord input, byte @Nullable [] value) {
    DeadLetter.Builder place =
        letter(reason, message, topic, input.timestampMillis())
            .setPartition(input.partition())
            .setOffset(input.offset());
    return record(place, input.key(), input.headers(), value);
  }

  /** What a step wanted to write, when there is no input that it came from. */
  Record<byte[], byte[]> ofOutput(String message, String topic, Record<byte[], byte[]> output) {
    DeadLetter.Builder place =
        letter(Reason.TOO_LARGE, message, topic, output.timestamp())
            .setPartition(NOWHERE)
            .setOffset(NOWHERE);
    return record(place, output.key(), output.headers(), output.value());
  }

  private DeadLetter.Builder letter(Reason reason, String message, String topic, long timestamp) {
    return DeadLetter.newBuilder()
        .setStage(stage)
        .setReason(reason)
        .setMessage(message)
        .setTopic(topic)
        .setTimestampMillis(timestamp);
  }

  /** A compressed batch may hold a record far over the limit of its topic, and of this one. */
  private Record<byte[], byte[]> record(
      DeadLetter.Builder place, byte @Nullable [] key, Headers headers, byte @Nullable [] value) {
    DeadLetter whole =
        DeadLetter.newBuilder(place)
            .setKey(key == null ? null : ByteBuffer.wrap(key))
            .setHeaders(headers(headers))
            .setValue(value == null ? null : ByteBuffer.wrap(value))
            .build();
    Record<byte[], byte[]> record = encoded(whole, key == null ? NO_KEY : key);
    if (limits.take(Topics.DEAD_LETTERS, record)) {
      return record;
    }
    String message =
        whole.getMessage()
            + "; its key, headers and value are left out: with them the letter has "
            + record.value().length
            + " bytes";
    return encoded(place.setMessage(message).build(), NO_KEY);
  }

  private static Record<byte[], byte[]> encoded(DeadLetter letter, byte[] key) {
    return new Record<>(
        key, SERDE.encode(letter), letter.getTimestampMillis(), new RecordHeaders());
  }

  private static List<Header> headers(Headers original) {
    List<Header> headers = new ArrayList<>();
    original.forEach(
        header ->
            headers.add(
                new Header(
                    header.key(),
                    header.value() == null ? null : ByteBuffer.wrap(header.value()))));
    return headers;
  }
}
