package io.sluice.sinks.prometheus;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.exporter.httpserver.HTTPServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.BrokerCheck;
import io.sluice.schemas.stage.Component;
import io.sluice.schemas.stage.ConsumerThread;
import io.sluice.schemas.stage.DeadLetterWriter;
import io.sluice.schemas.stage.Health;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.schemas.stage.ListenAddress;
import io.sluice.schemas.stage.StageMeters;
import io.sluice.schemas.stage.StartException;
import java.io.IOException;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Follows {@code sluice.series}, which is compacted, from its beginning, and shows on {@code
 * /metrics} the series of the partitions that it owns. Nothing is kept: after a restart the topic
 * is read again and the same values are there, with the same start times.
 */
public final class PrometheusSink implements Component {

  private static final AvroSerde<SeriesPoint> SERDE = AvroSerde.of(SeriesPoint.getClassSchema());
  private static final Duration POLL = Duration.ofMillis(300);

  private final PrometheusSinkConfig config;
  private final KafkaConnection connection;
  private final PrometheusMeterRegistry registry;
  private final StageMeters meters;
  private final Clock clock;
  private final SeriesSnapshots snapshots;
  private final SeriesTable table;
  private final DeadLetterWriter deadLetters;
  private final ConsumerThread thread;
  private @Nullable HTTPServer server;
  private volatile @Nullable BrokerCheck kafka;

  /** Whether the group has said what this instance is to read. */
  private boolean assigned;

  /** Up to where a partition was handled before it came to this instance. */
  private final Map<TopicPartition, Long> handled = new HashMap<>();

  /**
   * @param registry the process's own metrics, shown in the same place
   * @param instanceId the same at each start of this instance and of no other: what it owned before
   *     it was killed, it owns again at once
   */
  public PrometheusSink(
      PrometheusSinkConfig config,
      KafkaConnection connection,
      PrometheusMeterRegistry registry,
      Clock clock,
      String instanceId) {
    this.config = config;
    this.connection = connection;
    this.registry = registry;
    this.clock = clock;
    this.meters = new StageMeters(registry, "prometheus-sink");
    this.snapshots = new SeriesSnapshots(config.buckets(), config.sizeBuckets());
    this.table = new SeriesTable(snapshots);
    this.deadLetters = new DeadLetterWriter(connection, "prometheus-sink");
    Map<String, Object> settings = new HashMap<>(ConsumerThread.knownAs(instanceId));
    // Another would take all partitions from all instances when one comes or goes.
    settings.put("partition.assignment.strategy", CooperativeStickyAssignor.class.getName());
    this.thread = new ConsumerThread(name(), connection, name(), settings, this::follow);
  }

  @Override
  public String name() {
    return "prometheus-sink";
  }

  @Override
  public void start() {
    Gauge.builder("sluice.prometheus.series", table, SeriesTable::size).register(registry);
    PrometheusRegistry shown = new PrometheusRegistry();
    shown.register(this::collect);
    try {
      server =
          HTTPServer.builder()
              .inetAddress(
                  ListenAddress.of("prometheusSink", config.bindAddress(), config.port())
                      .getAddress())
              .port(config.port())
              .registry(shown)
              .buildAndStart();
    } catch (BindException e) {
      throw new StartException(
          "the Prometheus sink cannot listen on "
              + config.bindAddress()
              + " port "
              + config.port()
              + ": it is taken; set prometheusSink.port",
          e);
    } catch (IOException e) {
      throw new StartException("the Prometheus sink cannot listen: " + e.getMessage(), e);
    }
    thread.start(Health.waiting("reading " + connection.namespace().topic(Topics.SERIES)));
  }

  @Override
  public Health health() {
    return thread.health();
  }

  /** The process's own metrics and the series. */
  private MetricSnapshots collect() {
    MetricSnapshots own = registry.getPrometheusRegistry().scrape();
    return ownsItsPartitions() ? table.collect(own) : own;
  }

  /** Once Kafka was silent for as long as a session, another instance may show the same series. */
  private boolean ownsItsPartitions() {
    BrokerCheck check = kafka;
    return check != null && check.sinceAnswer().compareTo(ConsumerThread.SESSION) < 0;
  }

  /** The port of {@code /metrics}, once started. */
  public int port() {
    HTTPServer running = server;
    if (running == null) {
      throw new IllegalStateException("the Prometheus sink is not started");
    }
    return running.getPort();
  }

  @Override
  public void close() {
    thread.close();
    HTTPServer running = server;
    if (running != null) {
      running.close();
      server = null;
    }
    deadLetters.close();
  }

  private void follow(KafkaConsumer<byte[], byte[]> opened) {
    assigned = false;
    Map<TopicPartition, Long> catchUp = new HashMap<>();
    BrokerCheck check = new BrokerCheck(opened);
    kafka = check;
    opened.subscribe(
        List.of(connection.namespace().topic(Topics.SERIES)), new Ownership(opened, catchUp));
    while (!thread.isStopping()) {
      var records = opened.poll(POLL);
      records.forEach(this::take);
      commit(opened, records.partitions());
      showWhatCaughtUp(opened, catchUp);
      report(opened, catchUp, check);
    }
  }

  /** A series that is still being read would be shown with old values: counters would fall. */
  private void showWhatCaughtUp(
      KafkaConsumer<byte[], byte[]> opened, Map<TopicPartition, Long> catchUp) {
    for (TopicPartition partition : List.copyOf(catchUp.keySet())) {
      if (opened.position(partition) >= catchUp.getOrDefault(partition, 0L)) {
        catchUp.remove(partition);
        table.show(partition);
      }
    }
  }

  /** Only forward: what is read again at a start has been handled already. */
  private void commit(KafkaConsumer<byte[], byte[]> opened, Collection<TopicPartition> partitions) {
    Map<TopicPartition, OffsetAndMetadata> done = new HashMap<>();
    for (TopicPartition partition : partitions) {
      long position = opened.position(partition);
      if (position > handled.getOrDefault(partition, 0L)) {
        done.put(partition, new OffsetAndMetadata(position));
        handled.put(partition, position);
      }
    }
    if (!done.isEmpty()) {
      deadLetters.flush();
      opened.commitAsync(done, null);
    }
  }

  private void report(
      KafkaConsumer<byte[], byte[]> opened, Map<TopicPartition, Long> catchUp, BrokerCheck check) {
    if (!check.answering()) {
      thread.report(Health.waiting("Kafka does not answer"));
    } else if (!assigned) {
      thread.report(Health.waiting("joining the group"));
    } else if (opened.assignment().isEmpty()) {
      thread.report(Health.up("other instances show all series"));
    } else if (catchUp.isEmpty()) {
      thread.report(Health.up(table.size() + " series"));
    } else {
      thread.report(Health.waiting("reading " + connection.namespace().topic(Topics.SERIES)));
    }
    meters.lag(ConsumerThread.lag(opened));
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    long startNanos = System.nanoTime(); // a duration for a metric, not logic
    meters.in(1);
    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
    boolean handledBefore = record.offset() < handled.getOrDefault(partition, 0L);
    if (!handledBefore) {
      meters.eventDelay(Duration.ofMillis(Math.max(0, clock.millis() - record.timestamp())));
    }
    String identity = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    if (record.value() == null) {
      table.remove(partition, identity); // a tombstone of the compacted topic
      return;
    }
    try {
      table.put(partition, identity, SERDE.decode(record.value()));
      meters.out(1);
    } catch (InvalidInputException e) {
      if (!handledBefore) {
        meters.dead(e.reason(), 1);
        deadLetters.write(record, e.reason(), String.valueOf(e.getMessage()));
      }
    }
    meters.processed(Duration.ofNanos(System.nanoTime() - startNanos));
  }

  /** Reads what is gained from its beginning and forgets what is lost, at once. */
  private final class Ownership implements ConsumerRebalanceListener {

    private final KafkaConsumer<byte[], byte[]> input;
    private final Map<TopicPartition, Long> catchUp;

    Ownership(KafkaConsumer<byte[], byte[]> input, Map<TopicPartition, Long> catchUp) {
      this.input = input;
      this.catchUp = catchUp;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      assigned = true;
      if (partitions.isEmpty()) {
        return; // to seek none would be to seek all
      }
      // Everything is read again at each start, but a dead letter is written only once.
      input
          .committed(Set.copyOf(partitions))
          .forEach((partition, at) -> handled.put(partition, at == null ? 0 : at.offset()));
      input.seekToBeginning(partitions);
      catchUp.putAll(input.endOffsets(partitions));
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      partitions.forEach(table::drop);
      partitions.forEach(catchUp::remove);
    }
  }
}
