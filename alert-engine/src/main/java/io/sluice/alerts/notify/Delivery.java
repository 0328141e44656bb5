package io.sluice.alerts.notify;

import io.sluice.schemas.Alert;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A transition that a receiver is to be told.
 *
 * @param record where it stands
 * @param done called when the receiver has it, or never will
 */
record Delivery(ConsumerRecord<byte[], byte[]> record, Alert alert, Runnable done) {

  TopicPartition partition() {
    return new TopicPartition(record.topic(), record.partition());
  }
}
