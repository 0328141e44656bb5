package io.sluice.demo;

import io.sluice.instrumentation.messaging.ConsumerSpans;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/** Hears which orders were placed, in a thread of its own, and comes back when Kafka does. */
final class OrderReader implements AutoCloseable {

  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final ServiceHost host;
  private final OrderTopic topic;
  private final Listener listener;
  private final ConsumerSpans spans;
  private final ExecutorService thread = Pools.fixed("shop-orders", 1);
  private volatile boolean closed;

  /** While it reads; to be woken from a poll. */
  private volatile @Nullable Consumer<String, byte[]> reading;

  /** Is told each order that was placed. */
  interface Listener {
    void placed(String order);
  }

  OrderReader(ServiceHost host, OrderTopic topic, Listener listener) {
    this.host = host;
    this.topic = topic;
    this.listener = listener;
    spans = ConsumerSpans.create(host.openTelemetry(), OrderTopic.GROUP);
  }

  void start() {
    thread.execute(this::read);
  }

  private void read() {
    try {
      while (!closed) {
        try {
          topic.create();
          readUntilClosed();
        } catch (ExecutionException | KafkaException away) {
          if (away instanceof InterruptException) {
            return;
          }
          host.log().warn("inventory does not hear of orders: Kafka is away");
          TimeUnit.NANOSECONDS.sleep(PAUSE.toNanos());
        }
      }
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }

  private void readUntilClosed() {
    try (Consumer<String, byte[]> consumer = topic.consumer()) {
      reading = consumer;
      consumer.subscribe(List.of(OrderTopic.NAME));
      while (!closed) {
        for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
          hear(record);
        }
      }
    } catch (WakeupException closing) {
      // as asked
    } finally {
      reading = null;
    }
  }

  private void hear(ConsumerRecord<String, byte[]> record) {
    byte @Nullable [] value = record.value();
    if (value == null) {
      host.log().warn("somebody else writes to " + OrderTopic.NAME + ": a record names no order");
      return;
    }
    String order = new String(value, StandardCharsets.UTF_8);
    try {
      spans.process(record, () -> listener.placed(order));
    } catch (IllegalStateException failure) {
      host.log().error("inventory could not take order " + order, failure);
    }
  }

  @Override
  public void close() {
    closed = true;
    Consumer<String, byte[]> polling = reading;
    if (polling != null) {
      polling.wakeup(); // an interrupt would cut its last words to the broker short
    }
    thread.shutdown();
    try {
      if (thread.awaitTermination(PAUSE.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.shutdownNow();
  }
}
