package io.sluice.sinks.search;

import java.util.zip.CRC32C;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Where a record stands in Kafka, the same whenever it is read: its partition, its offset, and a
 * sum over its value. A topic that is deleted and made anew has the same offsets again, for other
 * records.
 */
final class RecordPlace {

  private RecordPlace() {}

  static String of(ConsumerRecord<byte[], byte[]> record) {
    CRC32C sum = new CRC32C();
    sum.update(record.value());
    return record.partition() + "-" + record.offset() + "-" + Long.toHexString(sum.getValue());
  }
}
