package io.sluice.benchmarks;

import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Produced;
import org.jspecify.annotations.Nullable;

/** A Kafka Streams application that only copies: what everything else is measured against. */
final class Copy {

  private static final Topic TARGET = Topics.LOGS;

  private Copy() {}

  /**
   * Copies what is on a topic and stops.
   *
   * @param records how many there are
   * @return seconds from the first record to the commit of the last, start-up left out
   */
  static double seconds(
      KafkaConnection connection, Topic source, long records, boolean exactlyOnce, Path state) {
    return spent(connection, source, records, exactlyOnce, state).seconds();
  }

  /** The same, with the work of the cores. */
  static Spent spent(
      KafkaConnection connection, Topic source, long records, boolean exactlyOnce, Path state) {
    AtomicReference<@Nullable Spent> begin = new AtomicReference<>();
    AtomicLong seen = new AtomicLong();
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(
            connection.namespace().topic(source),
            Consumed.with(Serdes.ByteArray(), Serdes.ByteArray()))
        .peek(
            (key, value) -> {
              if (begin.get() == null) {
                begin.set(Spent.begin());
              }
              seen.incrementAndGet();
            })
        .to(
            connection.namespace().topic(TARGET),
            Produced.with(Serdes.ByteArray(), Serdes.ByteArray()));
    Map<String, Object> settings = new HashMap<>(connection.clientConfig());
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, connection.namespace().applicationId("copy"));
    settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    settings.put(
        StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
        exactlyOnce ? StreamsConfig.EXACTLY_ONCE_V2 : StreamsConfig.AT_LEAST_ONCE);
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    settings.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
    settings.put(StreamsConfig.producerPrefix("compression.type"), "lz4");
    settings.put(StreamsConfig.producerPrefix("linger.ms"), 5);
    settings.put(StreamsConfig.producerPrefix("batch.size"), 128 << 10);
    try (KafkaStreams streams = new KafkaStreams(builder.build(), new StreamsConfig(settings));
        var reader = Bench.reader(connection)) {
      streams.start();
      Bench.await(() -> seen.get() == records);
      // Committed ends count the transaction's markers too, so they reach at least the records.
      Bench.await(() -> Bench.ends(reader, connection, TARGET) >= records);
      return Objects.requireNonNull(begin.get()).untilNow();
    }
  }
}
