package io.sluice.processor.testkit;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.processor.Stage;
import io.sluice.processor.StreamProcessor;
import io.sluice.processor.runtime.ArrivalTimestamps;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.Namespace;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/**
 * Runs a processor's topology without a broker. Wall-clock time stands still until {@link #advance}
 * moves it; what a stage does in the background is done at once. One partition for each input;
 * {@link Stage#partitions} answers what the builder was told.
 *
 * <pre>{@code
 * try (var driver = StageTestDriver.of(new TracesProcessor()).start()) {
 *   driver.send(Topics.SPANS, key, request);
 *   driver.advance(Duration.ofSeconds(1));
 *   assertThat(driver.read(Topics.TRACES, traceSerde)).hasSize(1);
 * }
 * }</pre>
 */
public final class StageTestDriver implements AutoCloseable {

  private final TopologyTestDriver driver;
  private final Topology topology;
  private final MeterRegistry meters;
  private final Map<String, DefinitionSet> definitions;
  private final Path state;
  private final AtomicLong nanoTime;
  private final SentRecords sent;

  /** Names of processors that have not read all. */
  private final Set<String> behind;

  private Instant now;

  /** The latest time that the clock has shown. */
  private Instant shown;

  private StageTestDriver(
      TopologyTestDriver driver,
      Topology topology,
      MeterRegistry meters,
      Map<String, DefinitionSet> definitions,
      Path state,
      AtomicLong nanoTime,
      SentRecords sent,
      Set<String> behind,
      Instant now) {
    this.state = state;
    this.nanoTime = nanoTime;
    this.sent = sent;
    this.behind = behind;
    this.now = now;
    this.shown = now;
    this.driver = driver;
    this.topology = topology;
    this.meters = meters;
    this.definitions = definitions;
  }

  /** A processor with its default configuration. */
  public static <C extends Record> Builder<C> of(StreamProcessor<C> processor) {
    return new Builder<>(processor);
  }

  /** Sends a record at the current time. */
  public void send(Topic topic, byte @Nullable [] key, byte @Nullable [] value) {
    send(topic, new TestRecord<>(key, value, now));
  }

  /** Sends a record with its own time and headers. */
  public void send(Topic topic, TestRecord<byte[], byte[]> record) {
    sent.add(topic.name(), record);
    driver
        .createInputTopic(topic.name(), new ByteArraySerializer(), new ByteArraySerializer())
        .pipeInput(record);
  }

  /** Retention takes so many of the oldest records that are there of what was sent. */
  public void expire(Topic topic, int records) {
    sent.expire(topic.name(), records);
  }

  /** All records that the topic got since the last read. */
  public List<TestRecord<byte[], byte[]>> read(Topic topic) {
    return driver
        .createOutputTopic(topic.name(), new ByteArrayDeserializer(), new ByteArrayDeserializer())
        .readRecordsToList();
  }

  /** The decoded values that the topic got since the last read. */
  public <T extends SpecificRecord> List<T> read(Topic topic, AvroSerde<T> serde) {
    return read(topic).stream().map(record -> serde.decode(record.value())).toList();
  }

  /** Dead letters since the last read. */
  public List<DeadLetter> deadLetters() {
    return read(Topics.DEAD_LETTERS, AvroSerde.<DeadLetter>of(DeadLetter.getClassSchema()));
  }

  /**
   * What {@link Stage#progress} answers of a processor from now on: that it has not read all that
   * it should, or that it has, as at the start.
   */
  public void setBehind(String processor, boolean isBehind) {
    if (isBehind) {
      behind.add(processor);
    } else {
      behind.remove(processor);
    }
  }

  /** Moves wall-clock time and runs the callbacks that are due. */
  public void advance(Duration time) {
    nanoTime.addAndGet(time.toNanos());
    setClock(time);
  }

  /**
   * Someone sets the wall clock, forward or back, while no time passes: {@link Stage#nanoTime}
   * stays. Records are sent with the time that the clock shows. As in Streams, nothing calls back
   * after the clock was set back until it shows again what it did before.
   */
  public void setClock(Duration time) {
    now = now.plus(time);
    if (now.isAfter(shown)) {
      driver.advanceWallClockTime(Duration.between(shown, now));
      shown = now;
    }
  }

  /** What the wall clock shows. */
  public Instant now() {
    return now;
  }

  /** Replaces a definition set while the processor runs. */
  public void define(DefinitionSet set) {
    definitions.put(set.getKind(), set);
  }

  public <K, V> KeyValueStore<K, V> store(String name) {
    return driver.getKeyValueStore(name);
  }

  /** All stores by name, of whatever kind. */
  public Map<String, StateStore> stores() {
    return driver.getAllStateStores();
  }

  public MeterRegistry meters() {
    return meters;
  }

  public Topology topology() {
    return topology;
  }

  @Override
  public void close() {
    try {
      driver.close();
    } finally {
      deleteState();
    }
  }

  private void deleteState() {
    try (Stream<Path> files = Files.walk(state)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the test decides before the start. */
  public static final class Builder<C extends Record> {

    private final StreamProcessor<C> processor;
    private final Map<String, DefinitionSet> definitions = new ConcurrentHashMap<>();
    private C config;
    private int partitions = 1;
    private Instant start = Instant.parse("2026-01-01T00:00:00Z");

    private Builder(StreamProcessor<C> processor) {
      this.processor = processor;
      this.config = processor.defaults();
      processor.definitionKinds().forEach(kind -> define(kind.shippedSet()));
    }

    public Builder<C> config(C newConfig) {
      config = newConfig;
      return this;
    }

    /** What {@link Stage#partitions} answers for every topic. */
    public Builder<C> partitions(int count) {
      partitions = count;
      return this;
    }

    /** The wall clock at the start. */
    public Builder<C> at(Instant instant) {
      start = instant;
      return this;
    }

    public Builder<C> define(DefinitionSet set) {
      definitions.put(set.getKind(), set);
      return this;
    }

    public StageTestDriver start() {
      MeterRegistry meters = new SimpleMeterRegistry();
      AtomicLong nanoTime = new AtomicLong();
      SentRecords sent = new SentRecords();
      Set<String> behind = new HashSet<>();
      Stage stage =
          new Stage(
              processor.name(),
              1, // internal topics have the names that the test knows
              Namespace.none(),
              topic -> partitions,
              meters,
              kind -> defined(definitions, kind),
              OpenTelemetry.noop(),
              nanoTime::get,
              sent::consumer,
              Runnable::run,
              (name, topics) -> () -> !behind.contains(name));
      Topology topology = processor.topology(config, stage);
      Properties properties = new Properties();
      properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
      Path state = newStateDirectory();
      properties.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
      properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:0");
      properties.put(
          StreamsConfig.DEFAULT_TIMESTAMP_EXTRACTOR_CLASS_CONFIG, ArrivalTimestamps.class);
      return new StageTestDriver(
          new TopologyTestDriver(topology, properties, start),
          topology,
          meters,
          definitions,
          state,
          nanoTime,
          sent,
          behind,
          start);
    }

    /** Of its own: tests of several builds on one machine would delete each other's state. */
    private static Path newStateDirectory() {
      try {
        return Files.createTempDirectory("sluice-stage-test");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static DefinitionSet defined(Map<String, DefinitionSet> definitions, String kind) {
      DefinitionSet set = definitions.get(kind);
      if (set == null) {
        throw new IllegalStateException("the test defines no " + kind + ": use define(...)");
      }
      return set;
    }
  }
}
