package io.sluice.app.command;

import io.sluice.processor.runtime.TopicAdmin;
import io.sluice.schemas.AuditOutcome;
import io.sluice.schemas.AuditRecord;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.AuditTopic;
import io.sluice.schemas.stage.KafkaConnection;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * What a command changes, and the record of who did it, in one transaction: neither is there
 * without the other.
 */
final class AuditedWrite implements AutoCloseable {

  private final KafkaConnection connection;
  private final KafkaProducer<byte[], byte[]> producer;

  AuditedWrite(KafkaConnection connection) {
    this.connection = connection;
    TopicScan.require(connection, Topics.AUDIT);
    Map<String, Object> settings = connection.clientConfig();
    settings.put("acks", "all");
    settings.put("max.request.size", TopicAdmin.MAX_DEAD_LETTER_BYTES);
    settings.put("max.block.ms", (int) TopicScan.TIMEOUT.toMillis());
    // Readers wait for a transaction that nobody ends: not for long.
    settings.put("transaction.timeout.ms", (int) TopicScan.TIMEOUT.toMillis());
    // Of its own each time: two who run a command do not fence each other off.
    settings.put(
        "transactional.id", connection.namespace().applicationId("command-" + UUID.randomUUID()));
    producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    try {
      producer.initTransactions();
    } catch (KafkaException e) {
      close();
      throw e;
    }
  }

  /**
   * Writes it.
   *
   * @param action apply, delete or redrive
   * @param target what is changed, for people
   * @param detail more about it
   */
  void write(ProducerRecord<byte[], byte[]> record, String action, String target, String detail) {
    Instant now = Instant.now();
    AuditRecord audit =
        AuditRecord.newBuilder()
            .setTimeUnixNano(now.getEpochSecond() * 1_000_000_000L + now.getNano())
            .setUser(System.getProperty("user.name"))
            .setOrigin(host())
            .setAction(action)
            .setTarget(target)
            .setOutcome(AuditOutcome.DONE)
            .setDetail(detail)
            .build();
    producer.beginTransaction();
    try {
      var unused = producer.send(AuditTopic.record(connection.namespace(), audit)).get();
      var unusedToo = producer.send(record).get();
      producer.commitTransaction();
    } catch (ExecutionException e) {
      KafkaException failure = new KafkaException("nothing was changed", e.getCause());
      try {
        producer.abortTransaction();
      } catch (KafkaException notAborted) {
        failure.addSuppressed(notAborted); // the broker aborts it when its time is up
      }
      throw failure;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted", e);
    }
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }

  /** Waits for what is under way, not for a broker that went: it aborts by itself. */
  @Override
  public void close() {
    producer.close(TopicScan.TIMEOUT);
  }
}
