package io.sluice.benchmarks;

import io.sluice.ingest.IngestConfig;
import io.sluice.kafka.EmbeddedKafka;
import io.sluice.kafka.EmbeddedKafkaConfig;
import io.sluice.processor.runtime.TopicAdmin;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * A broker of the benchmark's own in a directory that goes away, and what every benchmark needs.
 */
final class Bench implements AutoCloseable {

  private static final Duration LONGEST = Duration.ofMinutes(3);
  private static final Duration POLL = Duration.ofMillis(100);
  static final int PARTITIONS = 2;

  private final Path directory;
  private final EmbeddedKafka kafka;
  private int namespaces;

  Bench() throws IOException {
    directory = Files.createTempDirectory("sluice-bench");
    kafka = EmbeddedKafka.start(EmbeddedKafkaConfig.of(directory.resolve("kafka"), 0));
  }

  Path directory(String name) throws IOException {
    return Files.createDirectories(directory.resolve(name));
  }

  /** Fresh topics for each measurement. */
  KafkaConnection fresh(List<Topic> more) {
    KafkaConnection connection =
        new KafkaConnection(
            kafka.bootstrapServers(), Map.of(), new Namespace("bench-" + namespaces++));
    List<Topic> topics = new ArrayList<>(Topics.all());
    topics.addAll(more);
    try (TopicAdmin admin = new TopicAdmin(connection, Duration.ofSeconds(20))) {
      admin.create(topics, PARTITIONS, (short) 1);
    }
    return connection;
  }

  /**
   * Sends batches as the Collector does, without a key. Returns the seconds until all were
   * acknowledged.
   */
  static double produce(KafkaConnection connection, Topic topic, List<byte[]> batches) {
    return produce(connection, topic, batches, batch -> null);
  }

  /**
   * The same, to chosen partitions.
   *
   * @param partition of each batch by its number
   */
  static double produce(
      KafkaConnection connection,
      Topic topic,
      List<byte[]> batches,
      IntFunction<@Nullable Integer> partition) {
    String name = connection.namespace().topic(topic);
    try (KafkaProducer<byte[], byte[]> producer = producer(connection)) {
      producer.partitionsFor(name);
      long begin = System.nanoTime();
      for (int i = 0; i < batches.size(); i++) {
        var unused =
            producer.send(new ProducerRecord<>(name, partition.apply(i), null, batches.get(i)));
      }
      producer.flush();
      return seconds(begin);
    }
  }

  /** Sends as the Collector does, in whole batches. */
  static KafkaProducer<byte[], byte[]> producer(KafkaConnection connection) {
    Map<String, Object> settings = connection.clientConfig();
    settings.put("acks", "all");
    settings.put("enable.idempotence", true);
    settings.put("compression.type", "lz4");
    settings.put("linger.ms", 2);
    settings.put("batch.size", 128 << 10);
    settings.put("max.request.size", 8 << 20);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Everything that is committed on a topic now. */
  static void forEach(
      KafkaConnection connection, String topic, Consumer<ConsumerRecord<byte[], byte[]>> action) {
    try (KafkaConsumer<byte[], byte[]> reader = reader(connection)) {
      List<TopicPartition> partitions = partitions(topic);
      reader.assign(partitions);
      reader.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = reader.endOffsets(partitions);
      while (partitions.stream()
          .anyMatch(each -> reader.position(each) < ends.getOrDefault(each, 0L))) {
        reader.poll(POLL).forEach(action);
      }
    }
  }

  static List<TopicPartition> partitions(String topic) {
    List<TopicPartition> partitions = new ArrayList<>();
    for (int i = 0; i < PARTITIONS; i++) {
      partitions.add(new TopicPartition(topic, i));
    }
    return partitions;
  }

  /** Committed records on a topic now: offsets that a reader of committed data can reach. */
  static long ends(KafkaConsumer<byte[], byte[]> reader, KafkaConnection connection, Topic topic) {
    String name = connection.namespace().topic(topic);
    List<TopicPartition> partitions =
        reader.partitionsFor(name).stream()
            .map(partition -> new TopicPartition(name, partition.partition()))
            .toList();
    return reader.endOffsets(partitions).values().stream().mapToLong(Long::longValue).sum();
  }

  static KafkaConsumer<byte[], byte[]> reader(KafkaConnection connection) {
    Map<String, Object> settings = connection.clientConfig();
    settings.put("isolation.level", "read_committed");
    return new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + LONGEST.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "the measurement took more than " + LONGEST.toMinutes() + " min");
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  static double seconds(long beginNanos) {
    return (System.nanoTime() - beginNanos) / 1e9;
  }

  /** What this process, broker and clients included, has used of all cores so far, in seconds. */
  static double cpuSeconds() {
    return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime()
        / 1e9;
  }

  static double megabytes(List<byte[]> batches) {
    return batches.stream().mapToLong(batch -> batch.length).sum() / 1e6;
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get(sorted.size() / 2);
  }

  /** A value by rank, 0 to 1. */
  static double quantile(List<Double> values, double rank) {
    List<Double> sorted = values.stream().sorted().toList();
    return sorted.get((int) Math.min(sorted.size() - 1L, Math.round(rank * (sorted.size() - 1))));
  }

  static void row(PrintStream out, String name, List<Double> rates, String unit) {
    out.printf(
        Locale.ROOT,
        "  %-34s %8.1f %s   (%.1f to %.1f over %d rounds)%n",
        name,
        median(rates),
        unit,
        quantile(rates, 0),
        quantile(rates, 1),
        rates.size());
  }

  /** Ingest as it is by default, on any free ports. */
  static IngestConfig freePorts() {
    IngestConfig defaults = IngestConfig.defaults();
    return new IngestConfig(
        defaults.bindAddress(),
        0,
        0,
        defaults.maxBodySize(),
        defaults.maxInflatedSize(),
        defaults.maxAttributes(),
        defaults.maxAttributeLength(),
        defaults.maxDepth(),
        defaults.maxInFlight(),
        defaults.ackTimeout(),
        defaults.retryDelay(),
        defaults.tokenFile(),
        defaults.allowAnonymous(),
        defaults.tls());
  }

  @Override
  public void close() throws IOException {
    kafka.close();
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(path -> path.toFile().delete());
    }
  }
}
