package io.sluice.demo;

import io.opentelemetry.instrumentation.kafkaclients.v2_6.KafkaTelemetry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Says which orders were placed. A broker that is away costs an order a tenth of a second. */
final class OrderWriter implements AutoCloseable {

  private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(300);

  private final ServiceHost host;
  private final Producer<String, byte[]> producer;

  OrderWriter(ServiceHost host, OrderTopic topic) {
    this.host = host;
    producer = KafkaTelemetry.create(host.openTelemetry()).wrap(topic.producer());
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The outcome comes to the callback.
  void placed(String order) {
    producer.send(
        new ProducerRecord<>(OrderTopic.NAME, order, order.getBytes(StandardCharsets.UTF_8)),
        (sent, failure) -> {
          if (failure != null) {
            host.log()
                .warn("inventory will not hear of order " + order + ": Kafka did not take it");
          }
        });
  }

  @Override
  public void close() {
    producer.close(CLOSE_TIMEOUT);
  }
}
