package io.sluice.demo;

import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * The topic without a broker: Kafka's own clients for tests, of which one is given what the other
 * sends.
 */
final class OrdersInMemory implements OrderTopic {

  private static final TopicPartition PARTITION = new TopicPartition(NAME, 0);

  private final MockConsumer<String, byte[]> consumer = new MockConsumer<>("earliest");
  private final AtomicLong offset = new AtomicLong();

  OrdersInMemory() {
    consumer.schedulePollTask(
        () -> {
          consumer.rebalance(List.of(PARTITION));
          consumer.updateBeginningOffsets(Map.of(PARTITION, 0L));
        });
  }

  @Override
  public Producer<String, byte[]> producer() {
    return new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer()) {
      @Override
      public synchronized Future<RecordMetadata> send(
          ProducerRecord<String, byte[]> record, Callback callback) {
        consumer.schedulePollTask(() -> deliver(record));
        return super.send(record, callback);
      }
    };
  }

  private void deliver(ProducerRecord<String, byte[]> sent) {
    ConsumerRecord<String, byte[]> record =
        new ConsumerRecord<>(NAME, 0, offset.getAndIncrement(), sent.key(), sent.value());
    sent.headers().forEach(record.headers()::add);
    consumer.addRecord(record);
  }

  @Override
  public Consumer<String, byte[]> consumer() {
    return consumer;
  }

  @Override
  public void create() {}
}
