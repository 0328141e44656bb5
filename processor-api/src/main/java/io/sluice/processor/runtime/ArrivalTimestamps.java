package io.sluice.processor.runtime;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The record's timestamp, but never before 1970 and never after now: anybody can write any time,
 * the broker refuses output and changelog records from the future, and a stage that stops there
 * would stop for good. Event time is read from the telemetry itself.
 */
public final class ArrivalTimestamps implements TimestampExtractor {

  @Override
  public long extract(ConsumerRecord<Object, Object> record, long partitionTime) {
    long now = System.currentTimeMillis();
    long timestamp = record.timestamp();
    return timestamp < 0 || timestamp > now ? now : timestamp;
  }
}
