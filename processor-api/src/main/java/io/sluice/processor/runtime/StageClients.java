package io.sluice.processor.runtime;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * The clients of a stage: Kafka's own, but a commit that times out ends the stream thread. Streams
 * would call the tasks corrupted, revive them and ask for a rebalance; a rebalance that comes
 * before the revived task is set up makes it anew and forgets to go back to the committed offset,
 * and the records of the aborted transaction are lost (seen with 4.3.1). A new thread starts from
 * what is committed.
 *
 * <p>A consumer that waits for records waits on when the clock is set back, until the clock is
 * where it was; {@link #endWaits} ends that.
 */
final class StageClients implements KafkaClientSupplier {

  /** Those that a replaced thread left behind go with it. */
  private final Set<StageConsumer> consumers =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  /** Lets consumers that wait for records return without any. From any thread. */
  void endWaits() {
    synchronized (consumers) {
      consumers.forEach(StageConsumer::endWait);
    }
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return ContextLoader.own(() -> Admin.create(config));
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return ContextLoader.own(() -> new StageProducer(config));
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    StageConsumer consumer = ContextLoader.own(() -> new StageConsumer(config));
    consumers.add(consumer);
    return consumer;
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return getConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return getConsumer(config);
  }

  private static final class StageConsumer extends KafkaConsumer<byte[], byte[]> {

    private volatile boolean polls;

    StageConsumer(Map<String, Object> config) {
      super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    void endWait() {
      if (polls) { // else it would be another call that is broken off, which ends the thread
        wakeup();
      }
    }

    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      polls = true;
      try {
        return super.poll(timeout);
      } catch (WakeupException e) {
        return ConsumerRecords.empty();
      } finally {
        polls = false;
      }
    }
  }

  private static final class StageProducer extends KafkaProducer<byte[], byte[]> {

    StageProducer(Map<String, Object> config) {
      super(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void sendOffsetsToTransaction(
        Map<TopicPartition, OffsetAndMetadata> offsets, ConsumerGroupMetadata group) {
      try {
        super.sendOffsetsToTransaction(offsets, group);
      } catch (TimeoutException e) {
        throw new KafkaException("the offsets of a transaction were not taken in time", e);
      }
    }

    @Override
    public void commitTransaction() {
      try {
        super.commitTransaction();
      } catch (TimeoutException e) {
        throw new KafkaException("a transaction was not committed in time", e);
      }
    }
  }
}
