package io.sluice.alerts.notify;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.schemas.Alert;
import io.sluice.schemas.AvroSerde;
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
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows {@code sluice.alerts} from its beginning, so that it knows what fires, and tells
 * Alertmanagers and webhooks. An Alertmanager is told again and again what is so. A webhook is told
 * each transition at least once, under a key by which it knows a repetition: an offset is committed
 * when all have what is before it.
 *
 * <p>One thread reads and sends, and never waits for a receiver: one that is away delays no other.
 */
public final class Notifier implements Component {

  private static final Logger log = LoggerFactory.getLogger(Notifier.class);
  private static final AvroSerde<Alert> ALERTS = AvroSerde.of(Alert.getClassSchema());
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final NotifierConfig config;
  private final KafkaConnection connection;
  private final StageMeters meters;
  private final NotifierMeters notifierMeters;
  private final Clock clock;
  private final DeadLetterWriter deadLetters;
  private final AtomicInteger waiting = new AtomicInteger();
  private final ConsumerThread thread;

  /**
   * @param instanceId the same at each start of this instance and of no other
   */
  public Notifier(
      NotifierConfig config,
      KafkaConnection connection,
      MeterRegistry registry,
      Clock clock,
      String instanceId) {
    this.config = config;
    this.connection = connection;
    this.clock = clock;
    this.meters = new StageMeters(registry, "notifier");
    this.notifierMeters = new NotifierMeters(registry, clock);
    this.deadLetters = new DeadLetterWriter(connection, "notifier");
    Gauge.builder("sluice.notifier.waiting", waiting, AtomicInteger::get).register(registry);
    // A dry run must not take for told what nobody was told.
    String group = config.dryRun() ? "notifier-dry-run" : "notifier";
    thread =
        new ConsumerThread(
            name(), connection, group, ConsumerThread.knownAs(instanceId), this::tell);
  }

  @Override
  public String name() {
    return "notifier";
  }

  @Override
  public void start() {
    if (config.alertmanagers().isEmpty() && config.webhooks().isEmpty()) {
      thread.report(
          Health.up("nobody is to be told; set notifier.alertmanagers or notifier.webhooks"));
      return;
    }
    receivers(new Offsets()); // what can never work ends the start
    thread.start(Health.waiting("reading " + connection.namespace().topic(Topics.ALERTS)));
  }

  @Override
  public Health health() {
    return thread.health();
  }

  @Override
  public void close() {
    thread.close();
    deadLetters.close();
  }

  private Receivers receivers(Offsets offsets) {
    Transport transport = config.dryRun() ? new DryRun(System.out) : new HttpTransport();
    WebhookQueue.Parts parts =
        new WebhookQueue.Parts(
            transport,
            new Backoff(new SecureRandom()),
            config.giveUpAfter(),
            notifierMeters,
            clock,
            Ticks::millis);
    return new Receivers(config, parts, offsets, deadLetters, meters);
  }

  private void tell(KafkaConsumer<byte[], byte[]> opened) {
    Offsets offsets = new Offsets();
    Receivers receivers = receivers(offsets);
    Ownership owned = new Ownership(opened, offsets, receivers);
    try {
      BrokerCheck kafka = new BrokerCheck(opened);
      opened.subscribe(List.of(connection.namespace().topic(Topics.ALERTS)), owned);
      while (!thread.isStopping()) {
        opened.poll(POLL).forEach(record -> take(record, offsets, receivers));
        owned.tellWhatCaughtUp();
        if (owned.isCaughtUp()) {
          receivers.work();
          commit(opened, offsets);
        }
        waiting.set(receivers.waiting());
        report(opened, owned, kafka);
      }
    } finally {
      if (thread.isStopping() && owned.isCaughtUp()) {
        finish(opened, offsets, receivers);
      }
    }
  }

  /** What is under way at a stop is waited for, so that it is not told again at the next start. */
  private void finish(KafkaConsumer<byte[], byte[]> opened, Offsets offsets, Receivers receivers) {
    long deadline = Ticks.millis() + CLOSE_TIMEOUT.toMillis();
    while (receivers.settle() && Ticks.millis() < deadline) {
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
    try {
      deadLetters.flush();
      commitNow(opened, offsets);
    } catch (KafkaException e) {
      log.warn("what was told last may be told again: {}", e.getMessage());
    }
  }

  private static void commitNow(KafkaConsumer<byte[], byte[]> opened, Offsets offsets) {
    try {
      opened.commitSync(offsets.told(), CLOSE_TIMEOUT);
    } catch (WakeupException e) {
      opened.commitSync(offsets.told(), CLOSE_TIMEOUT); // it was meant for the poll
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record, Offsets offsets, Receivers receivers) {
    meters.in(1);
    if (record.value() == null) {
      String fingerprint =
          record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
      receivers.remove(record, fingerprint);
      return;
    }
    try {
      receivers.read(record, ALERTS.decode(record.value()));
      meters.out(1);
    } catch (InvalidInputException e) {
      if (offsets.isNew(record)) { // the topic is read from its beginning at each start
        meters.dead(e.reason(), 1);
        deadLetters.write(record, e.reason(), String.valueOf(e.getMessage()));
      }
      receivers.remove(record, "");
    }
  }

  private void commit(KafkaConsumer<byte[], byte[]> opened, Offsets offsets) {
    Map<TopicPartition, OffsetAndMetadata> done = offsets.toCommit();
    if (!done.isEmpty()) {
      deadLetters.flush();
      opened.commitAsync(done, null);
    }
  }

  private void report(KafkaConsumer<byte[], byte[]> opened, Ownership owned, BrokerCheck kafka) {
    if (!kafka.answering()) {
      thread.report(Health.waiting("Kafka does not answer"));
    } else if (!opened.assignment().isEmpty() && owned.isCaughtUp()) {
      thread.report(Health.up(waiting.get() + " notifications wait"));
    } else {
      thread.report(Health.waiting("reading " + connection.namespace().topic(Topics.ALERTS)));
    }
    meters.lag(ConsumerThread.lag(opened));
  }

  /** Reads what is gained from its beginning; tells only what nobody was told before. */
  private static final class Ownership implements ConsumerRebalanceListener {

    private final KafkaConsumer<byte[], byte[]> input;
    private final Offsets offsets;
    private final Receivers receivers;

    /** Where the partitions end that are still being read up to what is known to be there. */
    private final Map<TopicPartition, Long> catchUp = new HashMap<>();

    /** Those of them that no notifier had before. */
    private final Set<TopicPartition> fresh = new HashSet<>();

    Ownership(KafkaConsumer<byte[], byte[]> input, Offsets offsets, Receivers receivers) {
      this.input = input;
      this.offsets = offsets;
      this.receivers = receivers;
    }

    boolean isCaughtUp() {
      return catchUp.isEmpty();
    }

    /** Of what ended before there was a notifier nobody wants to hear; of what fires they do. */
    void tellWhatCaughtUp() {
      for (TopicPartition partition : List.copyOf(catchUp.keySet())) {
        if (input.position(partition) >= catchUp.getOrDefault(partition, 0L)) {
          catchUp.remove(partition);
          if (fresh.remove(partition)) {
            receivers.tellWhatFires(partition);
          }
        }
      }
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      Map<TopicPartition, Long> ends = input.endOffsets(partitions);
      input
          .committed(Set.copyOf(partitions))
          .forEach(
              (partition, at) -> {
                if (at == null) {
                  offsets.assign(partition, ends.getOrDefault(partition, 0L), -1);
                  fresh.add(partition);
                } else {
                  offsets.assign(partition, at.offset(), at.offset());
                }
              });
      input.seekToBeginning(partitions);
      catchUp.putAll(ends);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      for (TopicPartition partition : partitions) {
        receivers.drop(partition);
        offsets.drop(partition);
        catchUp.remove(partition);
        fresh.remove(partition);
      }
    }
  }
}
