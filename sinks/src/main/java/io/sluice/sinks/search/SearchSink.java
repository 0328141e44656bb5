package io.sluice.sinks.search;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.BrokerCheck;
import io.sluice.schemas.stage.Component;
import io.sluice.schemas.stage.ConsumerThread;
import io.sluice.schemas.stage.DeadLetterWriter;
import io.sluice.schemas.stage.Health;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.schemas.stage.StageMeters;
import io.sluice.schemas.stage.Ticks;
import io.sluice.sinks.search.Workers.Work;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the clean logs, the traces and the redaction ledger into a store. Where to read on is in
 * the store's own commit, so a crash at any moment neither loses nor doubles an entry; the offsets
 * of the consumer group are only for people to look at.
 */
public final class SearchSink implements Component {

  /** Timer of the commits: each makes durable all that was put before. */
  public static final String COMMIT = "sluice.search.commit";

  private static final Logger log = LoggerFactory.getLogger(SearchSink.class);
  private static final List<Topic> INPUTS = List.of(Topics.LOGS, Topics.TRACES, Topics.REDACTIONS);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int POLL_RECORDS = 250;

  /** With one under way the threads would wait for each other at its end. */
  private static final int MOST_BATCHES = 2;

  private static final Duration NEW_PARTITIONS = Duration.ofSeconds(30);
  private static final Duration PURGE = Duration.ofMinutes(1);
  private static final Duration LAG = Duration.ofSeconds(1);

  /** What is read from a backlog is not for people who wait for it, and each refresh costs. */
  private static final Duration REFRESH_BEHIND = Duration.ofSeconds(1);

  private final SearchSinkConfig config;
  private final KafkaConnection connection;
  private final SearchStore store;
  private final StageMeters meters;
  private final Timer commits;
  private final Clock clock;
  private final SteadyClock steady;
  private final DeadLetterWriter deadLetters;
  private final RecordIndexer indexer;
  private final Workers workers;
  private final Workers refresher;
  private final ConsumerThread thread;

  /** Whether a write failed since the last commit: until then a new try is no recovery. */
  private boolean unwritten;

  public SearchSink(
      SearchSinkConfig config,
      KafkaConnection connection,
      SearchStore store,
      MeterRegistry registry,
      Clock clock) {
    this.config = config;
    this.connection = connection;
    this.store = store;
    this.meters = new StageMeters(registry, "search-sink");
    this.commits =
        Timer.builder(COMMIT)
            .description("Time to make what was put into the store durable")
            .register(registry);
    this.clock = clock;
    this.steady = new SteadyClock(clock, Ticks::millis);
    this.deadLetters = new DeadLetterWriter(connection, "search-sink");
    this.indexer =
        new RecordIndexer(store, meters, clock, deadLetters, SharedTexts.counter(registry));
    this.workers = new Workers(name() + "-worker", store.writers());
    this.refresher = new Workers(name() + "-refresh", 1);
    this.thread =
        new ConsumerThread(
            name(), connection, name(), Map.of("max.poll.records", POLL_RECORDS), new Indexing());
  }

  @Override
  public String name() {
    return "search-sink";
  }

  @Override
  public void start() {
    thread.start(Health.waiting("connecting to Kafka"));
  }

  @Override
  public Health health() {
    Health health = thread.health();
    String trouble = store.trouble();
    return trouble == null || !health.live() ? health : Health.waiting(trouble);
  }

  /** Commits what was read, and stops. */
  @Override
  public void close() {
    thread.close();
    workers.close();
    refresher.close();
    deadLetters.close();
  }

  private final class Indexing implements ConsumerThread.Work {

    @Override
    public void read(KafkaConsumer<byte[], byte[]> input) throws InterruptedException {
      new Session(input).run();
    }

    @Override
    public Health failed(RuntimeException failure) {
      if (failure instanceof OpenSearchUnavailableException) {
        return Health.waiting(failure.getMessage() + "; nothing is dropped");
      }
      if (failure instanceof UncheckedIOException) {
        unwritten = true;
        return Health.waiting(String.valueOf(failure.getMessage())); // the disk is full, say
      }
      return ConsumerThread.Work.super.failed(failure);
    }
  }

  /**
   * What a poll brought.
   *
   * @param behind the first offset of each partition behind it
   */
  private record Batch(Work work, Map<TopicPartition, Long> behind) {}

  /**
   * One connection to Kafka: from an assignment to a failure or the stop. While the workers put
   * what was read the next poll is under way, and a refresh; nothing else is done meanwhile.
   */
  private final class Session {

    private final KafkaConsumer<byte[], byte[]> input;
    private final Map<TopicPartition, Long> next = new HashMap<>(store.committed());
    private final Map<String, Topic> topics = new HashMap<>();
    private final BrokerCheck kafka;
    private final Deque<Batch> batches = new ArrayDeque<>(); // oldest first
    private Work refresh = Work.NONE;
    private long nextRefresh = Ticks.millis();
    private long nextCommit = Ticks.millis() + config.commitInterval().toMillis();
    private long nextAssignment = Ticks.millis();
    private long nextPurge = Ticks.millis() + PURGE.toMillis();
    private boolean changed;

    Session(KafkaConsumer<byte[], byte[]> input) {
      this.input = input;
      this.kafka = new BrokerCheck(input);
      INPUTS.forEach(topic -> topics.put(connection.namespace().topic(topic), topic));
    }

    void run() throws InterruptedException {
      try {
        purge(); // first: it may make the room that was missing
        readOn();
        // Not after a failure: it may have been a dead letter that was not taken, and what is not
        // committed is read again.
        commit();
      } finally {
        batches.forEach(batch -> batch.work().awaitEnd());
        refresh.awaitEnd();
      }
    }

    private void readOn() throws InterruptedException {
      try {
        while (!thread.isStopping()) {
          long now = Ticks.millis();
          if (now >= nextAssignment) {
            assign();
            nextAssignment = now + NEW_PARTITIONS.toMillis();
          }
          ConsumerRecords<byte[], byte[]> records =
              input.assignment().isEmpty() ? ConsumerRecords.empty() : input.poll(POLL);
          begin(records);
          boolean behind = records.count() == POLL_RECORDS;
          finish(behind ? MOST_BATCHES - 1 : 0); // all, when no more waits: it is shown sooner
          maintain(Ticks.millis(), behind);
          if (input.assignment().isEmpty()) {
            nextAssignment = Ticks.millis();
            waitForTopics();
          }
        }
      } catch (WakeupException e) {
        log.debug("woken up to stop");
      }
    }

    private void assign() throws InterruptedException {
      List<TopicPartition> partitions = new ArrayList<>();
      for (String topic : topics.keySet()) {
        List<PartitionInfo> found = input.partitionsFor(topic);
        for (PartitionInfo partition : found == null ? List.<PartitionInfo>of() : found) {
          partitions.add(new TopicPartition(topic, partition.partition()));
        }
      }
      if (input.assignment().equals(Set.copyOf(partitions))) {
        return;
      }
      finish(0); // so that what is under way is not read again
      input.assign(partitions);
      for (TopicPartition partition : partitions) {
        Long offset = next.get(partition);
        if (offset == null) {
          input.seekToBeginning(List.of(partition));
        } else {
          input.seek(partition, offset);
        }
      }
      askForLag(); // after a failure too, when nothing may be committed for long
    }

    private void waitForTopics() throws InterruptedException {
      thread.report(
          Health.waiting("missing topics " + topics.keySet() + ": run 'sluice topics create'"));
      thread.pause();
    }

    private void begin(ConsumerRecords<byte[], byte[]> records) {
      if (records.isEmpty()) {
        return;
      }
      List<List<ConsumerRecord<byte[], byte[]>>> parts = new ArrayList<>();
      for (int i = 0; i < store.writers(); i++) {
        parts.add(new ArrayList<>());
      }
      for (ConsumerRecord<byte[], byte[]> record : records) {
        parts.get(worker(record)).add(record);
      }
      Map<TopicPartition, Long> behind = new HashMap<>();
      for (TopicPartition partition : records.partitions()) {
        List<ConsumerRecord<byte[], byte[]>> read = records.records(partition);
        behind.put(partition, read.get(read.size() - 1).offset() + 1);
      }
      changed = true;
      Work work =
          workers.start(
              parts.stream().map(part -> (Runnable) () -> part.forEach(this::index)).toList());
      batches.add(new Batch(work, behind));
    }

    private void index(ConsumerRecord<byte[], byte[]> record) {
      indexer.index(topicOf(record), record);
    }

    private Topic topicOf(ConsumerRecord<byte[], byte[]> record) {
      return Objects.requireNonNull(topics.get(record.topic()), "assigned");
    }

    /** Waits until no more are under way. */
    private void finish(int most) throws InterruptedException {
      while (batches.size() > most) {
        Batch oldest = batches.element();
        await(oldest.work());
        next.putAll(oldest.behind());
        batches.remove();
      }
    }

    /** While the store takes nothing the lag is how one sees it. */
    private void await(Work work) throws InterruptedException {
      while (!work.endsWithin(LAG)) {
        askForLag();
      }
      work.await();
    }

    /** Also where no poll has told it, or none for long. */
    private void askForLag() {
      try {
        long lag = 0;
        for (var end : input.endOffsets(input.assignment(), LAG).entrySet()) {
          lag += Math.max(0, end.getValue() - input.position(end.getKey(), LAG));
        }
        meters.lag(lag);
      } catch (TimeoutException | WakeupException e) { // to stop, it is not needed
        log.debug("Kafka does not say how much waits: {}", e.getMessage());
      }
    }

    /** One for all records that may have the same document: versions of a trace come in order. */
    private int worker(ConsumerRecord<byte[], byte[]> record) {
      boolean trace = Topics.TRACES.equals(topicOf(record));
      long of = trace ? Arrays.hashCode(record.key()) : record.offset();
      return Math.floorMod(of, store.writers());
    }

    private void maintain(long now, boolean behind) throws InterruptedException {
      if (now >= nextRefresh && refresh.hasEnded()) {
        refresh.await(); // for what it may have thrown
        refresh = refresher.start(List.of(store::refresh));
        nextRefresh = now + refreshInterval(behind).toMillis();
        if (!unwritten) {
          thread.report(
              kafka.answering() ? Health.up("indexing") : Health.waiting("Kafka does not answer"));
        }
      }
      if (now >= nextPurge) {
        purge();
        nextPurge = now + PURGE.toMillis();
      }
      if (now >= nextCommit) {
        commit();
        unwritten = false;
        meters.lag(ConsumerThread.lag(input));
        nextCommit = now + config.commitInterval().toMillis();
      }
    }

    private Duration refreshInterval(boolean behind) {
      Duration usual = config.refreshInterval();
      return behind && usual.compareTo(REFRESH_BEHIND) < 0 ? REFRESH_BEHIND : usual;
    }

    private void purge() throws InterruptedException {
      awaitWorkers();
      if (steady.isBelieved()) {
        store.deleteBefore(clock.millis() - config.retention().toMillis());
      }
      store.shrinkTo(config.maxSize().bytes());
    }

    private void awaitWorkers() throws InterruptedException {
      finish(0);
      await(refresh);
    }

    private void commit() throws InterruptedException {
      if (!changed) {
        return;
      }
      awaitWorkers();
      long beganNanos = System.nanoTime();
      refresh = refresher.start(List.of(store::settle));
      await(refresh);
      deadLetters.flush();
      store.commit(next);
      commits.record(Duration.ofNanos(System.nanoTime() - beganNanos));
      changed = false;
      Map<TopicPartition, OffsetAndMetadata> display = new HashMap<>();
      next.forEach((partition, offset) -> display.put(partition, new OffsetAndMetadata(offset)));
      try {
        input.commitAsync(display, (offsets, failure) -> {});
      } catch (KafkaException e) {
        log.debug("offsets for display were not committed: {}", e.getMessage());
      }
    }
  }
}
