package io.sluice.sinks.prometheus;

import io.micrometer.core.instrument.MeterRegistry;
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
import io.sluice.schemas.stage.StageMeters;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code sluice.series} to a receiver of Prometheus remote write, with the points' own
 * times. An offset is committed once the receiver has what is before it: while it is away the topic
 * is the buffer. Several instances share the partitions, so that no series is written twice.
 */
public final class RemoteWriteSink implements Component {

  private static final AvroSerde<SeriesPoint> SERDE = AvroSerde.of(SeriesPoint.getClassSchema());
  private static final String NAME = "remote-write";
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  /** How long points are gathered for one request. */
  private static final Duration GATHER = Duration.ofMillis(500);

  private final RemoteWriteConfig config;
  private final SeriesSnapshots snapshots;
  private final KafkaConnection connection;
  private final StageMeters meters;
  private final DeadLetterWriter deadLetters;
  private final RemoteDelivery delivery;
  private final ExecutorService senders;
  private final ConsumerThread thread;

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
    this.deadLetters = new DeadLetterWriter(connection, NAME);
    this.delivery = new RemoteDelivery(config, registry, meters, deadLetters, clock);
    this.senders =
        Executors.newFixedThreadPool(config.shards(), task -> new Thread(task, NAME + "-sender"));
    this.thread =
        new ConsumerThread(NAME, connection, NAME, Map.of("max.poll.records", 2_000), this::write);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void start() {
    thread.start(Health.waiting("connecting to Kafka"));
  }

  @Override
  public Health health() {
    Health health = thread.health();
    String trouble = delivery.trouble();
    return trouble == null || !health.live() ? health : Health.waiting(trouble);
  }

  @Override
  public void close() {
    thread.close();
    senders.shutdownNow();
    deadLetters.close();
  }

  private void write(KafkaConsumer<byte[], byte[]> input) throws InterruptedException {
    Session session = new Session(input);
    try {
      input.subscribe(List.of(connection.namespace().topic(Topics.SERIES)), session);
      session.run();
    } finally {
      session.abandon();
    }
  }

  /** One connection to Kafka: from its beginning to a failure or the stop. */
  private final class Session implements ConsumerRebalanceListener {

    private final KafkaConsumer<byte[], byte[]> input;
    private final BrokerCheck kafka;
    private final RemotePoints points = new RemotePoints(config, snapshots);
    private RemoteBatch gathered = new RemoteBatch(config.maxSeries());
    private long gatheredSinceNanos; // not of the clock, which may be set back
    private @Nullable RemoteBatch sent;
    private List<Future<?>> sending = List.of();

    /** Rises when partitions come and go: records read before belong to nobody then. */
    private int assignments;

    Session(KafkaConsumer<byte[], byte[]> input) {
      this.input = input;
      this.kafka = new BrokerCheck(input);
    }

    void run() throws InterruptedException {
      while (!thread.isStopping()) {
        takeAll(input.poll(POLL));
        if (sent != null && sending.stream().allMatch(Future::isDone)) {
          finish();
        }
        if (!gathered.isEmpty() && System.nanoTime() - gatheredSinceNanos >= GATHER.toNanos()) {
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
        gatheredSinceNanos = System.nanoTime();
      }
      if (point != null) {
        gathered.add(point);
      }
      gathered.passed(new TopicPartition(record.topic(), record.partition()), record.offset());
    }

    private @Nullable RemotePoint point(ConsumerRecord<byte[], byte[]> record, int before)
        throws InterruptedException {
      SeriesPoint point = SERDE.decode(record.value());
      RemotePoints.Incoming incoming = points.incoming(record, point);
      RemoteSeries series = incoming.target();
      if (series == null) {
        delivery.leftOut();
        return null;
      }
      if (!gathered.takes(series)) {
        send();
        if (assignments != before) {
          return null;
        }
      }
      RemotePoint next = points.next(record, point, incoming.shown(), series);
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
        thread.report(Health.waiting("Kafka does not answer"));
      } else if (assignments == 0) {
        thread.report(Health.waiting("joining the group"));
      } else {
        boolean idle = input.assignment().isEmpty();
        thread.report(Health.up(idle ? "other instances write" : "writing to the receiver"));
      }
      meters.lag(ConsumerThread.lag(input));
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
