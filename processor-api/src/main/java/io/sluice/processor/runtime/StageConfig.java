package io.sluice.processor.runtime;

import io.sluice.processor.StreamProcessor;
import io.sluice.schemas.stage.KafkaConnection;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** The Kafka Streams configuration of a stage: exactly-once, fast take-over, large batches. */
final class StageConfig {

  private static final int MAX_POLL_INTERVAL_MILLIS = 60_000;
  private static final int PRODUCER_BATCH_BYTES = 128 << 10;
  private static final int RESTORE_FETCH_BYTES = 8 << 20;

  /** How the producer compresses. */
  static final Compression COMPRESSION = Compression.lz4().build();

  private StageConfig() {}

  static Map<String, Object> of(
      StreamProcessor<?> processor, StageRunner.Environment environment, RecordLimits limits) {
    KafkaConnection connection = environment.connection();
    StreamsSettings settings = environment.settings();
    Map<String, Object> config = new HashMap<>(connection.clientConfig());
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, applicationId(processor, connection));
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    config.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, settings.commitInterval().toMillis());
    config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, settings.threads());
    config.put(StreamsConfig.REPLICATION_FACTOR_CONFIG, settings.replicationFactor());
    config.put(StreamsConfig.STATE_DIR_CONFIG, environment.stateDirectory().toString());
    config.put(StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG, StageRocksDb.class);
    config.put(StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, ArrivalTimestamps.class);
    config.put(StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG, FailedSendEndsThread.class);
    // Record caches hold state back until the commit; stages write what must be durable.
    config.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);

    config.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG),
        (int) settings.sessionTimeout().toMillis());
    config.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG),
        (int) settings.sessionTimeout().toMillis() / 4);
    // How long a rebalance waits for a member that does not answer; 5 minutes by default.
    config.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG),
        MAX_POLL_INTERVAL_MILLIS);
    // A process that was killed and comes back is known again at once, not after the session.
    config.put(
        StreamsConfig.consumerPrefix(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG),
        InstanceId.of(environment.stateDirectory()));
    config.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");

    // A restore waits for each fetch; with 1 MiB, as it is by default, it waits more than it reads.
    config.put(
        StreamsConfig.restoreConsumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG),
        RESTORE_FETCH_BYTES);

    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG),
        (int) settings.transactionTimeout().toMillis());
    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.COMPRESSION_TYPE_CONFIG),
        COMPRESSION.type().name);
    config.put(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 5);
    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), PRODUCER_BATCH_BYTES);
    config.put(
        StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG),
        TopicAdmin.MAX_DEAD_LETTER_BYTES);

    // Changelogs; the broker's default of 1 MiB would refuse what a stage keeps of a large trace.
    config.put(
        StreamsConfig.topicPrefix(TopicConfig.MAX_MESSAGE_BYTES_CONFIG),
        TopicAdmin.MAX_DEAD_LETTER_BYTES);

    config.put(RecordLimits.CONFIG, limits);
    return config;
  }

  /** By it Kafka finds offsets and state: another version of the state is another application. */
  static String applicationId(StreamProcessor<?> processor, KafkaConnection connection) {
    String plain = connection.namespace().applicationId(processor.name());
    int version = processor.stateVersion();
    return version == 1 ? plain : plain + "-v" + version;
  }
}
