package io.sluice.sinks.prometheus;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.BrokerCheck;
import io.sluice.schemas.stage.Component;
import io.sluice.schemas.stage.ConsumerThread;
import io.sluice.schemas.stage.DeadLetterWriter;
import io.sluice.schemas.stage.Health;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.schemas.stage.StageMeters;
import io.sluice.schemas.stage.Ticks;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
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
  private static final String NAME = "remote-write";
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  /** How long points are gathered for one request. */
  private static final Duration GATHER = Duration.ofMillis(500);

  /** While one batch is committed the receiver has another. */
  private static final int MOST_UNDER_WAY = 2;

  private static final Duration DESCRIBE = Duration.ofMinutes(5);

  private final RemoteWriteConfig config;
  private final SeriesSnapshots snapshots;
  private final KafkaConnection connection;
  private final StageMeters meters;
  private final DeadLetterWriter deadLetters;
  private final RemoteDelivery delivery;
  private final ReceiverClock receiverClock;
  private final ExecutorService senders;
  private final ConsumerThread thread;

  /**
   * @param shown how histograms are shown on {@code /metrics}: the classic buckets are the same
   * @param instanceId the same at each start of this instance and of no other: what it owned before
   *     it was killed, it owns again at once
   * @throws IllegalStateException when a file of the configuration cannot be used
   */
  public RemoteWriteSink(
      RemoteWriteConfig config,
      PrometheusSinkConfig shown,
      KafkaConnection connection,
      MeterRegistry registry,
      Clock clock,
      String instanceId) {
    this.config = config;
    this.snapshots = new SeriesSnapshots(shown.buckets(), shown.sizeBuckets());
    this.connection = connection;
    this.meters = new StageMeters(registry, NAME);
    this.deadLetters = new DeadLetterWriter(connection, NAME);
    this.receiverClock = new ReceiverClock(clock, Ticks::millis);
    this.delivery = new RemoteDelivery(config, registry, meters, deadLetters, clock, receiverClock);
    this.senders =
        Executors.newFixedThreadPool(config.shards(), task -> new Thread(task, NAME + "-sender"));
    Map<String, Object> settings = new HashMap<>(ConsumerThread.knownAs(instanceId));
    settings.put("max.poll.records", 2_000);
    this.thread = new ConsumerThread(NAME, connection, NAME, settings, this::write);
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
    awaitTime();
    Session session = new Session(input);
    try {
      input.subscribe(List.of(connection.namespace().topic(Topics.SERIES)), session);
      session.run();
    } finally {
      session.abandon();
    }
  }

  /**
   * Before anything is read: which of the points that are on the topic are of the future only the
   * receiver can say, and without it nothing could be written either.
   */
  private void awaitTime() throws InterruptedException {
    if (!receiverClock.isTold()) {
      thread.report(Health.waiting("asking the receiver what time it is"));
      Future<?> told = senders.submit(delivery::askTime);
      while (!thread.isStopping() && !SentBatch.isDoneWithin(told, POLL)) {
        // The stop interrupts it.
      }
    }
  }

  /** One connection to Kafka: from its beginning to a failure or the stop. */
  private final class Session implements ConsumerRebalanceListener {

    private final KafkaConsumer<byte[], byte[]> input;
    private final BrokerCheck kafka;
    private final RemotePoints points = new RemotePoints(config, snapshots);
    private RemoteBatch gathered = new RemoteBatch(1, config);
    private long gatheredSinceNanos; // not of the clock, which may be set back
    private long describedSinceNanos = System.nanoTime();

    /** What is sent and not committed, in the order of the batches. */
    private final Deque<SentBatch> underWay = new ArrayDeque<>();

    /** Up to which batch all are committed. */
    private long committed;

    /** Rises when partitions come and go: records read before belong to nobody then. */
    private int assignments;

    private final CommittedOffsets offsets;

    private final StandingSeries standing;

    Session(KafkaConsumer<byte[], byte[]> input) {
      this.input = input;
      this.kafka = new BrokerCheck(input);
      this.offsets = new CommittedOffsets(input, receiverClock);
      this.standing = new StandingSeries(points, offsets, receiverClock);
    }

    void run() throws InterruptedException {
      while (!thread.isStopping()) {
        takeAll(input.poll(standing.isUnderWay() ? Duration.ZERO : POLL));
        offsets.check();
        commit();
        writeAgain();
        long now = System.nanoTime();
        boolean isTime = now - gatheredSinceNanos >= GATHER.toNanos();
        if (gathered.isFull() || (isTime && !gathered.isEmpty())) {
          send();
        }
        if (now - describedSinceNanos >= DESCRIBE.toNanos()) {
          describedSinceNanos = now;
          points.describeAgain();
        }
        report();
      }
    }

    private void takeAll(ConsumerRecords<byte[], byte[]> records) throws InterruptedException {
      int before = assignments;
      for (TopicPartition partition : records.partitions()) {
        long written = offsets.writtenBefore(partition);
        for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
          if (record.offset() < written) {
            remember(partition, record);
          } else {
            take(partition, record, before);
          }
          if (assignments != before) {
            return;
          }
        }
      }
    }

    private void take(TopicPartition partition, ConsumerRecord<byte[], byte[]> record, int before)
        throws InterruptedException {
      meters.in(1);
      RemotePoint point = null;
      try {
        point = point(record, before);
      } catch (InvalidInputException e) {
        meters.dead(e.reason(), 1);
        deadLetters.write(record, e.reason(), String.valueOf(e.getMessage()));
      }
      if (assignments != before) {
        return;
      }
      if (point != null) {
        gather(point);
      } else if (gathered.isEmpty()) {
        gatheredSinceNanos = System.nanoTime();
      }
      gathered.passed(partition, record.offset());
    }

    /** What was written before this instance had the partition is known, and not written. */
    private void remember(TopicPartition partition, ConsumerRecord<byte[], byte[]> record) {
      try {
        RemotePoints.Incoming incoming = incoming(record);
        RemoteSeries series = incoming == null ? null : incoming.target();
        if (incoming != null && series != null) {
          points.known(incoming, series, offsets.againMillis(partition));
        }
      } catch (InvalidInputException e) {
        log.debug("a dead letter already: {}", e.getMessage());
      }
    }

    private RemotePoints.@Nullable Incoming incoming(ConsumerRecord<byte[], byte[]> record) {
      long now = receiverClock.millisFor(record.timestamp());
      return record.value() == null ? points.end(record, now) : points.incoming(record, now);
    }

    private @Nullable RemotePoint point(ConsumerRecord<byte[], byte[]> record, int before)
        throws InterruptedException {
      RemotePoints.Incoming incoming = incoming(record);
      if (incoming == null) {
        return null;
      }
      RemoteSeries series = incoming.target();
      if (series == null) {
        delivery.leftOut();
        return null;
      }
      if (gathered.isFull() || series.batch() > committed) {
        makeRoom(series);
        if (assignments != before) {
          return null;
        }
      }
      RemotePoint next = points.next(incoming, series);
      if (next == null) {
        delivery.older();
      }
      return next;
    }

    private void writeAgain() {
      boolean recordsWait = ConsumerThread.lag(input) > 0;
      while (!gathered.isFull() && standing.isDue(recordsWait)) {
        RemotePoint point = standing.next(committed);
        if (point != null) {
          gather(point);
        }
      }
    }

    private void gather(RemotePoint point) {
      if (gathered.isEmpty()) {
        gatheredSinceNanos = System.nanoTime();
      }
      gathered.add(point);
    }

    /** Until a point of the series may be gathered. */
    private void makeRoom(RemoteSeries series) throws InterruptedException {
      int before = assignments;
      if (gathered.isFull() || series.batch() == gathered.number()) {
        send();
      }
      while (assignments == before && series.batch() > committed) {
        awaitOldest();
      }
    }

    /** Sends what is gathered, once few enough batches are under way. */
    private void send() throws InterruptedException {
      int before = assignments;
      while (underWay.size() >= MOST_UNDER_WAY) {
        awaitOldest();
      }
      if (assignments != before) {
        return;
      }
      RemoteBatch batch = gathered;
      gathered = new RemoteBatch(batch.number() + 1, config);
      List<Future<?>> requests = new ArrayList<>();
      for (RemoteRequest request : batch.requests().values()) {
        requests.add(senders.submit(() -> delivery.deliver(request)));
      }
      underWay.add(new SentBatch(batch, requests));
    }

    /** Polls meanwhile, to stay in the group however long the receiver is away. */
    private void awaitOldest() throws InterruptedException {
      int before = assignments;
      SentBatch oldest = underWay.element();
      while (assignments == before && !oldest.isThereWithin(POLL)) {
        input.pause(input.assignment());
        var none = input.poll(Duration.ZERO);
        if (!none.isEmpty()) {
          throw new IllegalStateException("records from partitions that are paused");
        }
        report();
      }
      commit();
      input.resume(input.paused());
    }

    /** What is there need not be read again. */
    private void commit() throws InterruptedException {
      Map<TopicPartition, Long> next = new HashMap<>();
      SentBatch oldest = underWay.peek();
      long last = committed;
      while (oldest != null && oldest.isThereWithin(Duration.ZERO)) {
        underWay.remove();
        next.putAll(oldest.batch().next());
        last = oldest.batch().number();
        oldest = underWay.peek();
      }
      if (last > committed) {
        deadLetters.flush();
        offsets.commit(next);
        committed = last;
        points.committed(last);
      }
    }

    private void report() {
      if (!kafka.answering()) {
        thread.report(Health.waiting("Kafka does not answer"));
      } else if (assignments == 0) {
        thread.report(Health.waiting("joining the group"));
      } else if (!offsets.areReached()) {
        thread.report(Health.waiting("reading which series there are"));
      } else {
        boolean idle = input.assignment().isEmpty();
        thread.report(Health.up(idle ? "other instances write" : "writing to the receiver"));
      }
      meters.lag(ConsumerThread.lag(input));
    }

    /** What is under way is not waited for and not committed. */
    void abandon() {
      underWay.forEach(SentBatch::cancel);
      underWay.clear();
      gathered = new RemoteBatch(gathered.number() + 1, config);
      points.forget();
      standing.beginAnew();
      offsets.forget();
      delivery.abandoned();
      assignments++;
    }

    /** Reads all from the beginning, to know the series; what was written is not written again. */
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      abandon();
      offsets.takeUp(input.assignment());
    }

    /** What is under way gets a moment to arrive: who reads on would send it again. */
    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      try {
        SentBatch newest = underWay.peekLast();
        if (newest != null) {
          var unused = newest.isThereWithin(CLOSE_TIMEOUT);
          commit();
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
