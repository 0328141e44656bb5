package io.sluice.processors.sli;

import io.sluice.processor.Stage;
import io.sluice.schemas.BackfillReading;
import io.sluice.schemas.InvalidInputException;
import io.sluice.schemas.PartitionReading;
import io.sluice.schemas.Reason;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topic;
import io.sluice.schemas.definitions.EventSignal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what is in Kafka already, piece by piece, in the background. What it has read counts only
 * when the owner of the SLOs has stored it together with the positions that it was read up to: a
 * piece that is lost is read again.
 */
final class BackfillReader {

  /**
   * A piece.
   *
   * @param reading where it ended; positions are 0 when it only says which partitions there are
   * @param windows partial counts of what was read
   */
  record Piece(BackfillReading reading, List<SliWindow> windows) {}

  private record WindowKey(String sloId, long startNanos) {}

  private static final Logger log = LoggerFactory.getLogger(BackfillReader.class);

  /** Of work in one piece, and how many windows it is of at most. */
  private static final Duration WORK = Duration.ofMillis(200);

  private static final int MAX_WINDOWS = 2_000;
  private static final Duration POLL = Duration.ofMillis(100);

  /** Of metrics no history is read. */
  private static final class NoPoints implements MetricEvents.Memory {

    @Override
    public @Nullable SeriesPoint get(String series) {
      return null;
    }

    @Override
    public void put(String series, SeriesPoint point) {
      throw new IllegalStateException("no history of metrics is read");
    }

    @Override
    public void remove(String series) {
      throw new IllegalStateException("no history of metrics is read");
    }
  }

  private final MetricEvents metrics = new MetricEvents(new NoPoints());
  private final SliConfig config;
  private final Stage stage;
  private final Clock clock;
  private final Map<String, Topic> topics = new HashMap<>();
  private final AtomicReference<@Nullable Piece> done = new AtomicReference<>();
  private final AtomicBoolean busy = new AtomicBoolean();
  private volatile boolean closed;

  // Of the background's thread alone:
  private @Nullable Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Long> positions = new HashMap<>();

  /** Partitions of which something is gone, until their oldest record tells up to when. */
  private final Set<TopicPartition> shortened = new HashSet<>();

  private long unreadable;

  BackfillReader(SliConfig config, Stage stage, Clock clock) {
    this.config = config;
    this.stage = stage;
    this.clock = clock;
    Events.topics().forEach(topic -> topics.put(topic.name(), topic));
  }

  boolean isBusy() {
    return busy.get();
  }

  /** What was asked for, once it is there. */
  @Nullable Piece take() {
    return busy.get() ? null : done.getAndSet(null);
  }

  /** Asks which partitions these topics have, and where they end now. */
  void findEnds(Collection<Topic> ofTopics) {
    submit(() -> new Piece(new BackfillReading(ends(ofTopics), 0L), List.of()));
  }

  /** Asks for the next piece. */
  void read(BackfillReading from, SloIndex slos) {
    submit(() -> readPiece(from, slos));
  }

  /** Gives its connection back. */
  void close() {
    closed = true;
    stage.background().execute(this::closeConsumer);
  }

  private void submit(Supplier<Piece> work) {
    busy.set(true);
    stage
        .background()
        .execute(
            () -> {
              try {
                if (!closed) {
                  done.set(work.get());
                }
              } catch (RuntimeException e) { // Kafka is away, or records went while they were read
                log.warn("a backfill of SLOs could not read on and tries again: {}", e.toString());
                closeConsumer();
              } finally {
                busy.set(false);
              }
            });
  }

  private List<PartitionReading> ends(Collection<Topic> ofTopics) {
    Consumer<byte[], byte[]> opened = opened();
    List<PartitionReading> found = new ArrayList<>();
    for (Topic topic : ofTopics) {
      List<TopicPartition> partitions =
          opened.partitionsFor(stage.namespace().topic(topic)).stream()
              .map(info -> new TopicPartition(info.topic(), info.partition()))
              .toList();
      Map<TopicPartition, Long> begins = opened.beginningOffsets(partitions);
      opened
          .endOffsets(partitions)
          .forEach(
              (partition, end) ->
                  found.add(
                      new PartitionReading(
                          topic.name(),
                          partition.partition(),
                          begins.getOrDefault(partition, 0L),
                          0L,
                          end)));
    }
    return found;
  }

  private Piece readPiece(BackfillReading from, SloIndex slos) {
    Consumer<byte[], byte[]> input = opened();
    Map<TopicPartition, PartitionReading> open = new HashMap<>();
    for (PartitionReading each : from.getPartitions()) {
      if (each.getPosition() < each.getEnd()) {
        open.put(partition(each), each);
      }
    }
    long completeSince = seek(input, open, from.getCompleteSinceUnixNano());
    Map<WindowKey, SliWindow> windows = new LinkedHashMap<>(); // the first groups have a place
    long begin = stage.nanoTime().getAsLong();
    while (windows.size() < MAX_WINDOWS
        && stage.nanoTime().getAsLong() - begin < WORK.toNanos()
        && open.values().stream().anyMatch(each -> each.getPosition() < each.getEnd())) {
      ConsumerRecords<byte[], byte[]> records = input.poll(POLL);
      for (TopicPartition partition : records.partitions()) {
        PartitionReading reading = open.get(partition);
        for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
          long arrival = arrivalNanos(record);
          if (shortened.remove(partition)) {
            completeSince = Math.max(completeSince, arrival + config.maxAhead().toNanos());
          }
          if (reading != null && record.offset() < reading.getEnd()) {
            count(signal(reading), record, arrival, slos, windows);
          }
        }
      }
      open.replaceAll((partition, reading) -> moved(input, partition, reading));
      if (records.isEmpty()) {
        break;
      }
    }
    return new Piece(
        new BackfillReading(
            from.getPartitions().stream()
                .map(
                    each ->
                        shortened.contains(partition(each))
                            ? each
                            : open.getOrDefault(partition(each), each))
                .toList(),
            completeSince),
        List.copyOf(windows.values()));
  }

  /** Goes to where the owner is, or to the oldest record there still is. */
  private long seek(
      Consumer<byte[], byte[]> input,
      Map<TopicPartition, PartitionReading> open,
      long completeSinceNanos) {
    if (!input.assignment().containsAll(open.keySet())) {
      input.assign(open.keySet());
      positions.clear();
      shortened.clear();
    }
    long completeSince = completeSinceNanos;
    for (Map.Entry<TopicPartition, PartitionReading> each : open.entrySet()) {
      TopicPartition partition = each.getKey();
      PartitionReading reading = each.getValue();
      Long at = positions.get(partition);
      if (at != null && at == reading.getPosition()) {
        continue;
      }
      long oldest = input.beginningOffsets(List.of(partition)).getOrDefault(partition, 0L);
      if (oldest > reading.getPosition()) {
        shortened.add(partition);
      }
      if (oldest >= reading.getEnd()) { // all of it is gone: nothing tells when the last was
        Duration kept = signalTopic(reading).retention();
        completeSince = Math.max(completeSince, nanos(clock.millis()) - kept.toNanos());
        shortened.remove(partition);
      }
      long position = Math.min(reading.getEnd(), Math.max(oldest, reading.getPosition()));
      input.seek(partition, position);
      each.setValue(moved(input, partition, reading));
    }
    return completeSince;
  }

  private PartitionReading moved(
      Consumer<byte[], byte[]> input, TopicPartition partition, PartitionReading reading) {
    long position = Math.min(reading.getEnd(), input.position(partition));
    positions.put(partition, position);
    if (position >= reading.getEnd()) {
      input.pause(List.of(partition));
    }
    return PartitionReading.newBuilder(reading).setPosition(position).build();
  }

  private void count(
      EventSignal signal,
      ConsumerRecord<byte[], byte[]> record,
      long arrivalNanos,
      SloIndex slos,
      Map<WindowKey, SliWindow> windows) {
    if (record.value() == null) {
      return;
    }
    try {
      BatchCount batch =
          new BatchCount(slos, config, arrivalNanos).add(signal, record.value(), metrics);
      for (BatchCount.Partial each : batch.partials()) {
        SliWindow part = each.window();
        windows.merge(
            new WindowKey(part.getSloId(), part.getStartTimeUnixNano()),
            part,
            (before, more) -> WindowSum.of(before, more).build());
      }
    } catch (RuntimeException | StackOverflowError e) { // a dead letter when it was counted live
      unreadable++;
      log.debug("{}: no events in {}", stage.name(), record.offset(), e);
    }
  }

  /** As the stage takes a record's time: it cannot have come later than now. */
  private long arrivalNanos(ConsumerRecord<byte[], byte[]> record) {
    return nanos(Math.max(0, Math.min(record.timestamp(), clock.millis())));
  }

  private Consumer<byte[], byte[]> opened() {
    Consumer<byte[], byte[]> current = consumer;
    if (current == null) {
      current = stage.consumers().get();
      consumer = current;
    }
    return current;
  }

  private void closeConsumer() {
    Consumer<byte[], byte[]> current = consumer;
    consumer = null;
    positions.clear();
    shortened.clear();
    if (current != null) {
      current.close();
      if (unreadable > 0) {
        log.warn("a backfill of SLOs passed over {} records that cannot be read", unreadable);
        unreadable = 0;
      }
    }
  }

  private Topic signalTopic(PartitionReading reading) {
    Topic topic = topics.get(reading.getTopic());
    if (topic == null) {
      throw new InvalidInputException(Reason.INVALID, "no events in " + reading.getTopic());
    }
    return topic;
  }

  private EventSignal signal(PartitionReading reading) {
    return Events.signal(signalTopic(reading));
  }

  private TopicPartition partition(PartitionReading reading) {
    return new TopicPartition(
        stage.namespace().topic(signalTopic(reading)), reading.getPartition());
  }

  private static long nanos(long millis) {
    return millis * 1_000_000;
  }
}
