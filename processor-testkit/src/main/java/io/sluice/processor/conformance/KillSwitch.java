package io.sluice.processor.conformance;

import io.sluice.schemas.stage.KafkaConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Stops a process for good as it sends something: what it processed since its last commit is not
 * committed any more. It works within the producer of the process, where nothing of the processor
 * and nothing of the runtime is asked.
 */
final class KillSwitch {

  private static final String ID = "sluice.conformance.kill-switch";

  /** Kafka makes interceptors itself: they find their switch by its name. */
  private static final Map<String, KillSwitch> ALL = new ConcurrentHashMap<>();

  private final String id = UUID.randomUUID().toString();
  private final CountDownLatch dead = new CountDownLatch(1);
  private final CountDownLatch buried = new CountDownLatch(1);
  private volatile boolean armed;

  KillSwitch() {
    ALL.put(id, this);
  }

  /** The connection of the process that this can kill. */
  KafkaConnection on(KafkaConnection connection) {
    Map<String, String> properties = new HashMap<>(connection.properties());
    properties.put("producer.interceptor.classes", Interceptor.class.getName());
    properties.put("producer." + ID, id);
    return new KafkaConnection(connection.bootstrapServers(), properties, connection.namespace());
  }

  /** What the process sends next is its end. */
  void arm() {
    armed = true;
  }

  /** Whether it is dead within that time. */
  boolean awaitDead(Duration longest) {
    try {
      return dead.await(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Lets threads of the dead go, when another process has its place and nothing is accepted. */
  void bury() {
    armed = false;
    buried.countDown();
    ALL.remove(id);
  }

  private void passes() {
    if (!armed) {
      return;
    }
    dead.countDown();
    boolean interrupted = false;
    while (buried.getCount() > 0) {
      try {
        buried.await();
      } catch (InterruptedException e) { // the dead hear nothing
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Made by Kafka, within the producer of a process. */
  public static final class Interceptor implements ProducerInterceptor<byte[], byte[]> {

    private Optional<KillSwitch> killSwitch = Optional.empty();

    @Override
    public void configure(Map<String, ?> config) {
      killSwitch = Optional.ofNullable(config.get(ID)).map(id -> ALL.get(id.toString()));
    }

    @Override
    public ProducerRecord<byte[], byte[]> onSend(ProducerRecord<byte[], byte[]> sent) {
      killSwitch.ifPresent(KillSwitch::passes);
      return sent;
    }

    @Override
    public void onAcknowledgement(RecordMetadata metadata, Exception failure) {}

    @Override
    public void close() {}
  }
}
