package io.sluice.schemas.stage;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.CloseOptions.GroupMembershipOperation;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of a component that reads from Kafka and commits by itself: it connects, works, and
 * connects again a second after a failure, until it is stopped. The component's health is kept
 * here. Started once, closed once; {@link #health} may be asked by any thread, all else that {@link
 * Work} needs is for this thread.
 */
public final class ConsumerThread implements AutoCloseable {

  /** What the thread does. */
  public interface Work {

    /**
     * One connection: reads until {@link #isStopping}. Subscribes first; does not close the input.
     * What the poll throws when the thread is stopped may go through.
     *
     * @throws InterruptedException when the thread is to end
     */
    void read(KafkaConsumer<byte[], byte[]> input) throws InterruptedException;

    /** What a failure means that is not Kafka's. When it is not live, the thread ends. */
    default Health failed(RuntimeException failure) {
      return Health.waiting("failed and tries again: " + failure.getClass().getSimpleName());
    }
  }

  /** How long a member {@link #knownAs} keeps what it owns without a word from it. */
  public static final Duration SESSION = Duration.ofSeconds(8);

  private static final Logger log = LoggerFactory.getLogger(ConsumerThread.class);
  private static final Duration RETRY = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(5);

  private final String name;
  private final Map<String, Object> settings;
  private final Work work;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread;
  private volatile Health health = Health.waiting("not started");
  private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;

  /** The failure whose stack was logged last: what lasts comes again every second. */
  private String logged = "";

  /**
   * @param name of the component
   * @param group of consumers, without the namespace
   * @param settings of the consumer, over those that every component has: it reads what is
   *     committed, from the beginning where its group has no offset, and commits nothing by itself
   */
  public ConsumerThread(
      String name,
      KafkaConnection connection,
      String group,
      Map<String, Object> settings,
      Work work) {
    this.name = name;
    this.work = work;
    Map<String, Object> all = new HashMap<>(connection.consumerConfig());
    all.put("group.id", connection.namespace().applicationId(group));
    all.put("client.id", "sluice-" + name);
    all.put("auto.offset.reset", "earliest");
    all.putAll(settings);
    this.settings = all;
    thread = new Thread(this::run, name);
  }

  /**
   * Settings of a member that is known by its name: what it owned before it was killed, it owns
   * again at once.
   *
   * @param instanceId the same at each start of this instance and of no other
   */
  public static Map<String, Object> knownAs(String instanceId) {
    return Map.of(
        "group.instance.id",
        instanceId,
        "session.timeout.ms",
        (int) SESSION.toMillis(),
        "heartbeat.interval.ms",
        2_000);
  }

  /**
   * Starts it.
   *
   * @param first what is waited for
   */
  public void start(Health first) {
    health = first;
    thread.start();
  }

  public Health health() {
    return health;
  }

  public void report(Health now) {
    health = now;
  }

  public boolean isStopping() {
    return stop.getCount() == 0;
  }

  /** Waits as long as before a new try, or until it is stopped. */
  public void pause() throws InterruptedException {
    if (stop.await(RETRY.toMillis(), TimeUnit.MILLISECONDS)) {
      log.debug("{} stops", name);
    }
  }

  /** Records that wait in what the consumer reads. */
  public static long lag(Consumer<?, ?> input) {
    long lag = 0;
    for (TopicPartition partition : input.assignment()) {
      lag += input.currentLag(partition).orElse(0);
    }
    return lag;
  }

  /** Stops it and waits for it, five seconds at most. */
  @Override
  public void close() {
    stop.countDown();
    KafkaConsumer<byte[], byte[]> current = consumer;
    if (current != null) {
      current.wakeup();
    }
    try {
      thread.join(STOP_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!isStopping() && health.live()) {
        connect();
        pause();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Error e) {
      health = Health.dead("failed: " + e);
      throw e;
    }
  }

  private void connect() throws InterruptedException {
    try {
      read();
    } catch (WakeupException e) {
      log.debug("{} was woken up to stop", name);
    } catch (KafkaException e) {
      health = Health.waiting("Kafka: " + e.getMessage());
      log.warn("{} lost Kafka and tries again: {}", name, e.getMessage());
    } catch (RuntimeException e) {
      health = work.failed(e);
      String failure = health.detail() + ": " + e;
      if (failure.equals(logged)) {
        log.error("{}: {}", name, health.detail());
      } else {
        logged = failure;
        log.error("{}: {}", name, health.detail(), e);
      }
    }
  }

  private void read() throws InterruptedException {
    KafkaConsumer<byte[], byte[]> opened =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    consumer = opened;
    try {
      work.read(opened);
    } finally {
      consumer = null;
      // A member that is known by its name would else keep its partitions for a while.
      opened.close(
          CloseOptions.timeout(CLOSE_TIMEOUT)
              .withGroupMembershipOperation(GroupMembershipOperation.LEAVE_GROUP));
    }
  }
}
