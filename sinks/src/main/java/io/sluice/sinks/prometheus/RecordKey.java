package io.sluice.sinks.prometheus;

import java.util.Arrays;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * The key of a record, to look its series up. Its hash is one that processors reckon eight bytes at
 * a time: for every record an array's own would cost more than all else. Where hashes fall together
 * a table needs the order.
 */
final class RecordKey implements Comparable<RecordKey> {

  private static final byte[] NONE = {};

  private final byte[] bytes;
  private final int hash;

  private RecordKey(byte[] bytes) {
    this.bytes = bytes;
    CRC32C sum = new CRC32C();
    sum.update(bytes, 0, bytes.length);
    this.hash = (int) sum.getValue();
  }

  static RecordKey of(ConsumerRecord<byte[], byte[]> record) {
    return new RecordKey(record.key() == null ? NONE : record.key());
  }

  @Override
  public int hashCode() {
    return hash;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof RecordKey that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int compareTo(RecordKey other) {
    return Arrays.compare(bytes, other.bytes);
  }
}
