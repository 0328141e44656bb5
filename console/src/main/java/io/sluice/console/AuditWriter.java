package io.sluice.console;

import io.sluice.schemas.AuditRecord;
import io.sluice.schemas.stage.AuditTopic;
import io.sluice.schemas.stage.KafkaConnection;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts audit records on {@code sluice.audit}, on a thread of its own: whoever asked does not wait
 * for Kafka. People change things now and then, so each record has a producer to itself and none is
 * kept that may have lost its cluster. What cannot be written is in the process's log.
 */
final class AuditWriter implements Consumer<AuditRecord>, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(AuditWriter.class);
  private static final int MAX_WAITING = 1000;
  private static final int TIMEOUT_MILLIS = 30_000;
  private static final int CLOSE_SECONDS = 3;

  private final KafkaConnection connection;
  private final ExecutorService thread =
      new ThreadPoolExecutor(
          1, 1, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(MAX_WAITING), AuditWriter::daemon);

  AuditWriter(KafkaConnection connection) {
    this.connection = connection;
  }

  @Override
  public void accept(AuditRecord record) {
    try {
      thread.execute(() -> write(record));
    } catch (RejectedExecutionException e) {
      lost(MAX_WAITING + " wait for Kafka, or the console stops");
    }
  }

  private void write(AuditRecord record) {
    Map<String, Object> settings = connection.clientConfig();
    settings.put("client.id", "sluice-console-audit");
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    settings.put("max.block.ms", TIMEOUT_MILLIS);
    settings.put("request.timeout.ms", TIMEOUT_MILLIS);
    settings.put("linger.ms", 0);
    settings.put("delivery.timeout.ms", TIMEOUT_MILLIS);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      var unused = producer.send(AuditTopic.record(connection.namespace(), record)).get();
    } catch (ExecutionException e) {
      lost(String.valueOf(e.getMessage()));
    } catch (KafkaException e) {
      lost(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      lost("the console stops");
    }
  }

  private static Thread daemon(Runnable work) {
    Thread made = new Thread(work, "console-audit");
    made.setDaemon(true);
    return made;
  }

  private static void lost(String reason) {
    log.warn("a change is in this log only (logger sluice.audit), not in sluice.audit: {}", reason);
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
        thread.shutdownNow().forEach(waiting -> lost("the console stops"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
