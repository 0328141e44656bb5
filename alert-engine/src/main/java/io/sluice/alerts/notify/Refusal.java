package io.sluice.alerts.notify;

import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What a receiver did not take and never will.
 *
 * @param receiver its name, which is not its address: that may be a secret
 */
record Refusal(String receiver, ConsumerRecord<byte[], byte[]> record, Reply reply) {

  String message() {
    return receiver
        + (reply.outcome() == Reply.Outcome.REFUSED ? " refused" : " did not take")
        + " the notification: "
        + reply.sentence();
  }
}
