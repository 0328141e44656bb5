package io.sluice.demo;

import io.opentelemetry.context.Context;
import io.opentelemetry.instrumentation.kafkaclients.v2_6.KafkaTelemetry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Says which orders were placed, in a thread of its own: a broker that is away holds up no order.
 * What waits for it is dropped from the hundredth on.
 */
final class OrderWriter implements AutoCloseable {

  private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(300);
  private static final int MOST_WAITING = 100;

  private final ServiceHost host;
  private final Producer<String, byte[]> producer;
  private final ExecutorService thread = Pools.bounded("shop-order-writer", MOST_WAITING);

  OrderWriter(ServiceHost host, OrderTopic topic) {
    this.host = host;
    producer = KafkaTelemetry.create(host.openTelemetry()).wrap(topic.producer());
  }

  /** Returns at once. */
  void placed(String order) {
    try {
      thread.execute(Context.current().wrap(() -> send(order)));
    } catch (RejectedExecutionException full) {
      notHeard(order);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The outcome comes to the callback.
  private void send(String order) {
    producer.send(
        new ProducerRecord<>(OrderTopic.NAME, order, order.getBytes(StandardCharsets.UTF_8)),
        (sent, failure) -> {
          if (failure != null) {
            notHeard(order);
          }
        });
  }

  private void notHeard(String order) {
    host.log().warn("inventory will not hear of order " + order + ": Kafka did not take it");
  }

  @Override
  public void close() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException hurry) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
    producer.close(CLOSE_TIMEOUT);
  }
}
