package io.sluice.console;

import io.sluice.schemas.AuditOutcome;
import io.sluice.schemas.AuditRecord;
import io.sluice.schemas.stage.AuditTopic;
import io.sluice.schemas.stage.KafkaConnection;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts audit records on {@code sluice.audit}, on a thread of its own: whoever asked does not wait
 * for Kafka. People change things now and then, so a producer is kept while records wait and no
 * longer: it may lose its cluster. What cannot be written is in the process's log.
 */
final class AuditWriter implements Consumer<AuditRecord>, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(AuditWriter.class);
  private static final int MAX_WAITING = 1000;

  /** Places for what was done: what was refused does not take them. */
  private static final int RESERVED = 500;

  private static final int TIMEOUT_MILLIS = 30_000;
  private static final int CLOSE_SECONDS = 3;

  private final KafkaConnection connection;
  private final BlockingQueue<Runnable> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
  private final ExecutorService thread =
      new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, waiting, AuditWriter::daemon);
  private @Nullable KafkaProducer<byte[], byte[]> producer; // its thread's

  AuditWriter(KafkaConnection connection) {
    this.connection = connection;
  }

  @Override
  public void accept(AuditRecord record) {
    if (record.getOutcome() == AuditOutcome.REFUSED && waiting.remainingCapacity() <= RESERVED) {
      lost("too many wait for Kafka");
      return;
    }
    try {
      thread.execute(() -> write(record));
    } catch (RejectedExecutionException e) {
      lost(MAX_WAITING + " wait for Kafka, or the console stops");
    }
  }

  private void write(AuditRecord record) {
    boolean isWritten = false;
    try {
      var unused = opened().send(AuditTopic.record(connection.namespace(), record)).get();
      isWritten = true;
    } catch (ExecutionException | KafkaException e) {
      lost(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      lost("the console stops");
    } finally {
      KafkaProducer<byte[], byte[]> used = producer;
      if (used != null && (!isWritten || waiting.isEmpty())) {
        producer = null;
        used.close(Duration.ZERO); // nothing is on its way
      }
    }
  }

  private KafkaProducer<byte[], byte[]> opened() {
    KafkaProducer<byte[], byte[]> known = producer;
    if (known != null) {
      return known;
    }
    Map<String, Object> settings = connection.clientConfig();
    settings.put("client.id", "sluice-console-audit");
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    settings.put("max.block.ms", TIMEOUT_MILLIS);
    settings.put("request.timeout.ms", TIMEOUT_MILLIS);
    settings.put("linger.ms", 0);
    settings.put("delivery.timeout.ms", TIMEOUT_MILLIS);
    KafkaProducer<byte[], byte[]> made =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    producer = made;
    return made;
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
