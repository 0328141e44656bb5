package io.sluice.processor.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.stage.KafkaConnection;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.streams.StreamsConfig;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Asserted as Kafka Streams reads them, its own defaults and overrides included. */
class StageConfigTest {

  @TempDir private Path state;

  @Test
  void processesExactlyOnceWithShortTransactions() {
    StreamsConfig config = new StreamsConfig(settings(Map.of()));

    assertThat(config.getString(StreamsConfig.PROCESSING_GUARANTEE_CONFIG))
        .isEqualTo("exactly_once_v2");
    assertThat(config.getLong(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG)).isEqualTo(100);
    assertThat(config.getInt(StreamsConfig.NUM_STREAM_THREADS_CONFIG)).isEqualTo(1);
    assertThat(config.getInt(StreamsConfig.REPLICATION_FACTOR_CONFIG)).isEqualTo(-1);
    assertThat(config.getString(StreamsConfig.APPLICATION_ID_CONFIG)).isEqualTo("acme.sluice.lane");
  }

  @Test
  void deadMembersAndTheirTransactionsAreGoneWithinSeconds() {
    StreamsConfig config = new StreamsConfig(settings(Map.of()));
    ConsumerConfig consumer =
        new ConsumerConfig(
            withDeserializers(config.getMainConsumerConfigs("acme.sluice.lane", "client", 0)));
    Map<String, Object> producer = config.getProducerConfigs("client");

    assertThat(consumer.getInt(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG)).isEqualTo(8_000);
    assertThat(consumer.getInt(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG)).isEqualTo(2_000);
    assertThat(consumer.getInt(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG)).isEqualTo(60_000);
    assertThat(consumer.getString(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG))
        .startsWith(InstanceId.of(state));
    assertThat(consumer.getString(ConsumerConfig.ISOLATION_LEVEL_CONFIG))
        .isEqualTo("read_committed");
    assertThat(consumer.getString(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG)).isEqualTo("earliest");
    assertThat(producer)
        .containsEntry(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 10_000)
        .containsEntry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4")
        .containsEntry(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, TopicAdmin.MAX_DEAD_LETTER_BYTES);
  }

  /** The broker's default of 1 MiB would stop a stage that keeps a large trace. */
  @Test
  void aRestoreFetchesMuchAtATimeAndTheInputNoMoreThanUsual() {
    StreamsConfig config = new StreamsConfig(settings(Map.of()));

    assertThat(config.getRestoreConsumerConfigs("client"))
        .containsEntry(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 << 20);
    assertThat(config.getMainConsumerConfigs("acme.sluice.lane", "client", 0))
        .doesNotContainEntry(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, 8 << 20);
  }

  @Test
  void changelogsTakeWhatTheProducerSends() {
    assertThat(settings(Map.of()))
        .containsEntry(
            StreamsConfig.topicPrefix("max.message.bytes"), TopicAdmin.MAX_DEAD_LETTER_BYTES);
  }

  @Test
  void usersMayAddClientPropertiesButNotTakeTheGuaranteeAway() {
    Map<String, Object> settings =
        settings(Map.of("security.protocol", "SSL", "processing.guarantee", "at_least_once"));

    assertThat(settings)
        .containsEntry("security.protocol", "SSL")
        .containsEntry("processing.guarantee", "exactly_once_v2");
  }

  private Map<String, Object> settings(Map<String, String> properties) {
    var connection = new KafkaConnection("localhost:9092", properties, new Namespace("acme"));
    var registry = new SimpleMeterRegistry();
    var environment =
        new StageRunner.Environment(
            connection,
            StreamsSettings.defaults(),
            state,
            new DefinitionsReader(connection, RunningStage::shipped),
            registry,
            OpenTelemetry.noop());
    return StageConfig.of(
        LaneProcessor.of(LaneProcessor::copy), environment, RecordLimits.CATALOGUE);
  }

  private static Map<String, Object> withDeserializers(Map<String, Object> config) {
    String bytes = "org.apache.kafka.common.serialization.ByteArrayDeserializer";
    config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, bytes);
    config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, bytes);
    return config;
  }
}
