package io.sluice.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.sdk.testing.exporter.InMemoryLogRecordExporter;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricExporter;
import io.opentelemetry.sdk.testing.exporter.InMemorySpanExporter;
import io.sluice.instrumentation.ServiceTelemetry;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class OrderWriterTest {

  private final CountDownLatch kafkaIsBack = new CountDownLatch(1);

  private final MockProducer<String, byte[]> waiting =
      new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer()) {
        @Override
        @SuppressWarnings(
            "UnsynchronizedOverridesSynchronized") // as Kafka's own, which waits alone
        public Future<RecordMetadata> send(
            ProducerRecord<String, byte[]> record, Callback callback) {
          try {
            kafkaIsBack.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
          return super.send(record, callback);
        }
      };

  @Test
  void holdsUpNoOrderWhileKafkaIsAwayAndSaysWhichWillNotBeHeardOf() throws Exception {
    InMemoryLogRecordExporter logs = InMemoryLogRecordExporter.create();
    ServiceTelemetry telemetry =
        ServiceTelemetry.builder("checkout")
            .spanExporter(InMemorySpanExporter.create())
            .logExporter(logs)
            .metricExporter(InMemoryMetricExporter.create())
            .build();
    try (ServiceHost host = new ServiceHost("checkout", telemetry, HttpClient.newHttpClient());
        OrderWriter writer = new OrderWriter(host, new Topic(waiting))) {
      for (int i = 0; i < 200; i++) {
        writer.placed("ord-" + i); // would never return here if it waited
      }
      kafkaIsBack.countDown();

      await().atMost(Duration.ofMinutes(1)).until(() -> waiting.history().size() >= 100);
      assertThat(waiting.history().get(0).key()).isEqualTo("ord-0");
      assertThat(waiting.history()).hasSizeLessThanOrEqualTo(101);
      assertThat(telemetry.flush(Duration.ofMinutes(1))).isTrue();
      assertThat(logs.getFinishedLogRecordItems())
          .extracting(log -> String.valueOf(log.getBodyValue()))
          .anyMatch(line -> line.contains("inventory will not hear of order ord-199"));
    }
  }

  private record Topic(Producer<String, byte[]> producer) implements OrderTopic {
    @Override
    public Consumer<String, byte[]> consumer() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void create() {}
  }
}
