package io.sluice.processor;

import io.sluice.schemas.Topic;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * A record as it stands in Kafka. Records without a value never reach a step: they are dead
 * letters.
 *
 * @param topic where it came from
 * @param partition of the topic
 * @param offset in the partition
 * @param timestampMillis the record's time, not after now and not before 1970
 * @param key null when it has none
 * @param value the bytes
 * @param headers may be read, not changed
 */
@SuppressWarnings("ArrayRecordComponent") // carried, never compared
public record InputRecord(
    Topic topic,
    int partition,
    long offset,
    long timestampMillis,
    byte @Nullable [] key,
    byte[] value,
    Headers headers) {

  /** The last header of this name as UTF-8, or null. */
  public @Nullable String header(String name) {
    Header header = headers.lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }

  /** Without key, value and headers, which may hold secrets. */
  @Override
  public String toString() {
    return "InputRecord[" + topic.name() + "-" + partition + "@" + offset + "]";
  }
}
