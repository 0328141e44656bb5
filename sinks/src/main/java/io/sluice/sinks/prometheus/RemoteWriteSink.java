package io.sluice.sinks.prometheus;

import io.micrometer.core.instrument.MeterRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.BrokerCheck;
import io.sluice.schemas.stage.Component;
import io.sluice.schemas.stage.DeadLetterWriter;
import io.sluice.schemas.stage.Health;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.schemas.stage.StageMeters;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes {@code sluice.series} to a receiver of Prometheus remote write, with the points' own
 * times. An offset is committed once the receiver has what is before it: while it is away the topic
 * is the buffer. Several instances share the partitions, so that no series is written twice.
 */
public final class RemoteWriteSink implements Component {

  private static final Logger log = LoggerFactory.getLogger(RemoteWriteSink.class);
  private static final AvroSerde<SeriesPoint> SERDE = AvroSerde.of(SeriesPoint.getClassSchema());
  private static final String NAME = "remote-write";
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** How long points are gathered for one request. */
  private static final Duration GATHER = Duration.ofMillis(500);

  private final RemoteWriteConfig config;
  private final SeriesSnapshots snapshots;
  private final KafkaConnection connection;
  private final StageMeters meters;
  private final Clock clock;
  private final DeadLetterWriter deadLetters;
  private final RemoteDelivery delivery;
  private final ExecutorService senders;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, NAME);
  private volatile Health health = Health.waiting("not started");
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

  /**
   * @param shown how histograms are shown on {@code /metrics}: the classic buckets are the same
   * @throws IllegalStateException when a file of the configuration cannot be used
   */
  public RemoteWriteSink(
      RemoteWriteConfig config,
      PrometheusSinkConfig shown,
      KafkaConnection connection,
      MeterRegistry registry,
      Clock clock) {
    this.config = config;
    this.snapshots = new SeriesSnapshots(shown.buckets(), shown.sizeBuckets());
    this.connection = connection;
    this.meters = new StageMeters(registry, NAME);
    this.clock = clock;
    this.deadLetters = new DeadLetterWriter(connection, NAME);
    this.delivery = new RemoteDelivery(config, registry, meters, deadLetters, clock);
    this.senders =
        Executors.newFixedThreadPool(config.shards(), task -> new Thread(task, NAME + "-sender"));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void start() {
    health = Health.waiting("connecting to Kafka");
    thread.start();
  }

  @Override
  public Health health() {
    String trouble = delivery.trouble();
    return trouble == null || !health.live() ? health : Health.waiting(trouble);
  }

  @Override
  public void close() {
    stop.countDown();
    KafkaConsumer<byte[], byte[]> current = consumer;
    if (current != null) {
      current.wakeup();
    }
    try {
      thread.join(5_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    senders.shutdownNow();
    deadLetters.close();
  }

  private void run() {
    try {
      while (stop.getCount() > 0) {
        try {
          consume();
        } catch (WakeupException e) {
          return;
        } catch (KafkaException e) {
          health = Health.waiting("Kafka: " + e.getMessage());
          log.warn("remote write lost Kafka and tries again: {}", e.getMessage());
        } catch (RuntimeException e) {
          health = Health.waiting("failed and tries again: " + e.getClass().getSimpleName());
          log.error("remote write failed and tries again", e);
        }
        if (stop.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Error e) {
      health = Health.dead("failed: " + e);
      throw e;
    }
  }

  private void consume() throws InterruptedException {
    Map<String, Object> settings = connection.clientConfig();
    settings.put("group.id", connection.namespace().applicationId(NAME));
    settings.put("client.id", "sluice-" + NAME);
    settings.put("isolation.level", "read_committed");
    settings.put("enable.auto.commit", false);
    settings.put("auto.offset.reset", "earliest");
    settings.put("max.poll.records", 2_000);
    KafkaConsumer<byte[], byte[]> opened =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer = opened;
    Session session = new Session(opened);
    try {
      opened.subscribe(List.of(connection.namespace().topic(Topics.SERIES)), session);
      session.run();
    } finally {
      consumer = null;
      session.abandon();
      opened.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(CLOSE_TIMEOUT));
    }
  }

  /** One connection to Kafka: from its beginning to a failure or the stop. */
  private final class Session implements ConsumerRebalanceListener {

    private final KafkaConsumer<byte[], byte[]> input;
    private final BrokerCheck kafka;
    private final RemotePoints points = new RemotePoints(config, snapshots);
    private RemoteBatch gathered = new RemoteBatch(config.maxSeries());
    private long gatheredSinceMillis;
    private @Nullable RemoteBatch sent;
    private List<Future<?>> sending = List.of();

    /** Rises when partitions come and go: records read before belong to nobody then. */
    private int assignments;

    Session(KafkaConsumer<byte[], byte[]> input) {
      this.input = input;
      this.kafka = new BrokerCheck(input);
    }

    void run() throws InterruptedException {
      while (stop.getCount() > 0) {
        takeAll(input.poll(POLL));
        if (sent != null && sending.stream().allMatch(Future::isDone)) {
          finish();
        }
        if (!gathered.isEmpty() && clock.millis() - gatheredSinceMillis >= GATHER.toMillis()) {
          send();
        }
        report();
      }
    }

    private void takeAll(Iterable<ConsumerRecord<byte[], byte[]>> records)
        throws InterruptedException {
      int before = assignments;
      for (ConsumerRecord<byte[], byte[]> record : records) {
        take(record, before);
        if (assignments != before) {
          return;
        }
      }
    }

    private void take(ConsumerRecord<byte[], byte[]> record, int before)
        throws InterruptedException {
      meters.in(1);
      RemotePoint point = null;
      try {
        point = record.value() == null ? null : point(record, before);
      } catch (InvalidInputException e) {
        meters.dead(e.reason(), 1);
        deadLetters.write(record, e.reason(), String.valueOf(e.getMessage()));
      }
      if (assignments != before) {
        return;
      }
      if (gathered.isEmpty()) {
        gatheredSinceMillis = clock.millis();
      }
      if (point != null) {
        gathered.add(point);
      }
      gathered.passed(new TopicPartition(record.topic(), record.partition()), record.offset());
    }

    private @Nullable RemotePoint point(ConsumerRecord<byte[], byte[]> record, int before)
        throws InterruptedException {
      SeriesPoint point = SeriesPoints.valid(SERDE.decode(record.value()), snapshots);
      MetricSnapshot metric = points.metric(point);
      SortedMap<String, String> labels = points.labels(metric);
      if (labels == null) {
        delivery.leftOut();
        return null;
      }
      if (!gathered.takes(labels)) {
        send();
        if (assignments != before) {
          return null;
        }
      }
      RemotePoint next = points.next(record, point, metric, labels);
      if (next == null) {
        delivery.older();
      }
      return next;
    }

    /** Sends what is gathered, once what was sent before is there. */
    private void send() throws InterruptedException {
      int before = assignments;
      awaitSent();
      if (assignments != before) {
        return;
      }
      RemoteBatch batch = gathered;
      gathered = new RemoteBatch(config.maxSeries());
      List<Future<?>> futures = new ArrayList<>();
      for (List<RemotePoint> shard : batch.shards(config.shards())) {
        futures.add(senders.submit(() -> delivery.deliver(shard)));
      }
      sending = futures;
      sent = batch;
    }

    /** Polls meanwhile, to stay in the group however long the receiver is away. */
    private void awaitSent() throws InterruptedException {
      if (sent == null) {
        return;
      }
      while (sent != null && !isDoneWithin(POLL)) {
        input.pause(input.assignment());
        var none = input.poll(Duration.ZERO);
        if (!none.isEmpty()) {
          throw new IllegalStateException("records from partitions that are paused");
        }
        report();
      }
      if (sent != null) {
        finish();
      }
      input.resume(input.paused());
    }

    private boolean isDoneWithin(Duration time) throws InterruptedException {
      long end = System.nanoTime() + time.toNanos();
      for (Future<?> future : sending) {
        try {
          future.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (java.util.concurrent.TimeoutException e) {
          return false;
        } catch (ExecutionException e) {
          throw failed(e);
        }
      }
      return true;
    }

    /** What was sent is there: it need not be read again. */
    private void finish() throws InterruptedException {
      RemoteBatch done = sent;
      if (done == null || !isDoneWithin(Duration.ZERO)) {
        return;
      }
      deadLetters.flush();
      input.commitSync(done.next());
      sent = null;
      sending = List.of();
    }

    private RuntimeException failed(ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof Error error) {
        throw error;
      }
      return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }

    private void report() {
      if (!kafka.answering()) {
        health = Health.waiting("Kafka does not answer");
      } else {
        boolean idle = input.assignment().isEmpty();
        health =
            assignments == 0
                ? Health.waiting("joining the group")
                : Health.up(idle ? "other instances write" : "writing to the receiver");
      }
      long lag = 0;
      for (TopicPartition partition : input.assignment()) {
        lag += input.currentLag(partition).orElse(0);
      }
      meters.lag(lag);
    }

    /** What is under way is not waited for and not committed. */
    void abandon() {
      sending.forEach(future -> future.cancel(true));
      sending = List.of();
      sent = null;
      gathered = new RemoteBatch(config.maxSeries());
      points.forget();
      assignments++;
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      abandon();
    }

    /** What is under way gets a moment to arrive: who reads on would send it again. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      try {
        if (sent != null && isDoneWithin(CLOSE_TIMEOUT)) {
          finish();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      abandon();
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      abandon();
    }
  }
}
