package io.sluice.processor.runtime;

import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.internal.RecordBatch;
import org.apache.kafka.common.utils.ByteBufferOutputStream;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Which records the topics take. Asked before a record is sent: a producer that was refused one
 * record has to abort the whole transaction, so the same record would stop the stream for ever.
 */
final class RecordLimits {

  /** Key of the stage's limits in the configuration that tasks see. */
  static final String CONFIG = "sluice.record.limits";

  /** What a batch adds to a record, and a record to its fields, rounded up. */
  private static final int FRAME_BYTES = 256;

  private static final int HEADER_FRAME_BYTES = 10;

  /** Those of the catalogue, for topics of which the cluster did not say more. */
  static final RecordLimits CATALOGUE = new RecordLimits(Map.of());

  private final Map<Topic, Integer> batchBytes;

  /**
   * @param batchBytes the topic's {@code max.message.bytes}, where it is known
   */
  RecordLimits(Map<Topic, Integer> batchBytes) {
    this.batchBytes = Map.copyOf(batchBytes);
  }

  /** The limits in a task's configuration. */
  static RecordLimits in(Map<String, Object> config) {
    return config.get(CONFIG) instanceof RecordLimits given ? given : CATALOGUE;
  }

  /** Whether the producer may send the record and the broker will take it. */
  boolean take(Topic topic, Record<byte[], byte[]> record) {
    long bytes = plainBytes(record);
    int mostPlain = mostPlainBytes(topic);
    int mostSent = batchBytes.getOrDefault(topic, mostPlain);
    return bytes <= mostPlain && (bytes <= mostSent || compressedBytes(record) <= mostSent);
  }

  /** What is surely taken: a larger record is only where it compresses well. */
  int maxBytes(Topic topic) {
    int mostPlain = mostPlainBytes(topic);
    return Math.min(mostPlain, batchBytes.getOrDefault(topic, mostPlain)) - FRAME_BYTES;
  }

  private static int mostPlainBytes(Topic topic) {
    return topic.equals(Topics.DEAD_LETTERS)
        ? TopicAdmin.MAX_DEAD_LETTER_BYTES
        : TopicAdmin.MAX_RECORD_BYTES;
  }

  static long plainBytes(Record<byte[], byte[]> record) {
    long bytes = FRAME_BYTES + (long) length(record.key()) + length(record.value());
    for (Header header : record.headers()) {
      bytes += HEADER_FRAME_BYTES + 3L * header.key().length() + length(header.value());
    }
    return bytes;
  }

  /** As the producer does it: see {@link StageConfig}. */
  private static long compressedBytes(Record<byte[], byte[]> record) {
    ByteBufferOutputStream compressed = new ByteBufferOutputStream(1 << 16);
    try (OutputStream out =
        StageConfig.COMPRESSION.wrapForOutput(compressed, RecordBatch.CURRENT_MAGIC_VALUE)) {
      write(out, record.key());
      write(out, record.value());
      for (Header header : record.headers()) {
        write(out, header.key().getBytes(StandardCharsets.UTF_8));
        write(out, header.value());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return FRAME_BYTES + (long) compressed.position();
  }

  private static void write(OutputStream out, byte @Nullable [] bytes) throws IOException {
    if (bytes != null) {
      out.write(bytes);
    }
  }

  private static int length(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
