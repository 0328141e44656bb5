package io.sluice.instrumentation.kafka;

import io.opentelemetry.sdk.common.CompletableResultCode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Carries records to Kafka in a thread of its own, so that nobody who hands one in ever waits.
 *
 * <p>A record waits here while its topic is not known yet or the producer has no room, and after
 * that in the producer's buffer; each holds half of the memory. What does not fit is dropped, and
 * so is what Kafka has not taken after ten minutes. A quarter of the room to wait here is each used
 * signal's own: a topic that does not exist holds up only its own signal.
 *
 * <p>Kafka's producer does not recover from some answers: not let in, not allowed to write, a
 * broker that is too old, an id that somebody else has. It gives way to a new one, at most one a
 * second and fewer while that does not help: what was in its buffer is dropped and counted, what
 * waits here goes to the next.
 */
final class Courier {

  /** Below what a broker takes by default. */
  static final int MAX_RECORD_BYTES = 900 << 10;

  static final String CLIENT_ID = "sluice-exporter";

  private static final Logger LOG = Logger.getLogger(Courier.class.getName());

  /** So many parts of the room for what waits here; each used signal has one to itself. */
  private static final int SHARES = 4;

  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final long ASK_AGAIN_MILLIS = 200;
  private static final long CONNECT_AGAIN_MILLIS = 2_000;
  private static final long RENEW_LEAST_MILLIS = 1_000;
  private static final long RENEW_MOST_MILLIS = 30_000;

  private final Settings settings;
  private final Counts counts;
  private final Function<Map<String, Object>, Producer<byte[], byte[]>> producers;
  private final Thread thread = new Thread(this::run, "sluice-exporter");
  private final Map<Signal, Lane> lanes = new EnumMap<>(Signal.class);

  /** All that was taken and is not done yet. */
  private final Set<Outgoing> underWay = ConcurrentHashMap.newKeySet();

  private final CompletableResultCode closed = new CompletableResultCode();
  private final Object lock = new Object();
  private long closeDeadlineNanos; // guarded by lock
  private volatile boolean closing;

  /** Why the producer takes no more; null while it does. */
  private volatile @Nullable Exception broken;

  private volatile long renewMillis = RENEW_LEAST_MILLIS;

  /** The records of one topic. */
  private static final class Lane {
    final String topic;
    final Deque<Outgoing> queue = new ArrayDeque<>(); // guarded by lock
    long queuedBytes; // guarded by lock
    volatile int partitions;
    volatile boolean used;

    Lane(String topic) {
      this.topic = topic;
    }
  }

  Courier(Settings settings, Counts counts) {
    this(
        settings,
        counts,
        config ->
            new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()));
  }

  /**
   * @param producers makes one from Kafka's settings
   */
  Courier(
      Settings settings,
      Counts counts,
      Function<Map<String, Object>, Producer<byte[], byte[]>> producers) {
    this.settings = settings;
    this.counts = counts;
    this.producers = producers;
    for (Signal signal : Signal.values()) {
      lanes.put(signal, new Lane(signal.topic(settings.namespace())));
    }
    thread.setDaemon(true);
    thread.setContextClassLoader(Courier.class.getClassLoader()); // where Kafka finds its classes
  }

  void start() {
    thread.start();
  }

  /** Asks Kafka for the signal's topic, so that it is known when the first record comes. */
  void use(Signal signal) {
    lane(signal).used = true;
    wake();
  }

  /** How many partitions the signal's topic has; 0 while nobody knows. */
  int partitions(Signal signal) {
    return lane(signal).partitions;
  }

  /** Takes a record, or drops it and counts it. Returns at once. */
  boolean take(Signal signal, int items, byte @Nullable [] key, byte[] value) {
    Outgoing record = new Outgoing(signal, items, key, value, System.nanoTime());
    DropReason refused = null;
    synchronized (lock) {
      if (closing) {
        refused = DropReason.CLOSED;
      } else if (!hasRoom(lane(signal), record.size)) {
        refused = DropReason.FULL;
      } else {
        underWay.add(record);
        lane(signal).queue.add(record);
        lane(signal).queuedBytes += record.size;
        lock.notifyAll();
      }
    }
    if (refused != null) {
      counts.dropped(signal, items, refused, "");
    }
    return refused == null;
  }

  /** Whether a lane may queue so much more: the others keep their shares. With the lock. */
  private boolean hasRoom(Lane lane, int bytes) {
    long room = settings.maxBytes() / 2;
    long share = room / SHARES;
    long needed = lane.queuedBytes + bytes;
    for (Lane other : lanes.values()) {
      if (other != lane && other.used) {
        needed += Math.max(other.queuedBytes, share);
      }
    }
    return needed <= room;
  }

  /** Done when all that was taken so far is; a failure when some of it was dropped. */
  CompletableResultCode flush() {
    return CompletableResultCode.ofAll(
        new ArrayList<>(underWay).stream().map(record -> record.result).toList());
  }

  /** Delivers what it can within the deadline, then ends. */
  CompletableResultCode close() {
    synchronized (lock) {
      if (!closing) {
        closeDeadlineNanos = System.nanoTime() + settings.closeTimeout().toNanos();
        closing = true;
      }
    }
    wake();
    return closed;
  }

  private void run() {
    try {
      Producer<byte[], byte[]> producer = connect();
      while (producer != null) {
        while (broken == null && pause(carry(producer))) {}
        Exception why = broken;
        if (why == null) {
          producer.close(Duration.ofNanos(Math.max(0, untilDeadline())));
          producer = null;
        } else {
          producer = renew(producer, why);
        }
      }
    } catch (InterruptException end) {
      // Somebody ends this thread; what is left is counted below.
    } catch (RuntimeException
        | LinkageError e) { // such as a compression whose library is not there
      LOG.log(Level.SEVERE, "the exporter to Kafka stops", e);
    } finally {
      closing = true;
      synchronized (lock) {
        lanes.values().forEach(lane -> lane.queue.clear());
      }
      underWay.forEach(record -> drop(record, DropReason.CLOSED, ""));
      closed.succeed();
    }
  }

  /** A producer, once the names of the brokers can be resolved; null when it is time to end. */
  private @Nullable Producer<byte[], byte[]> connect() {
    while (!isOver()) {
      try {
        return producers.apply(settings.producerConfig(PATIENCE));
      } catch (KafkaException e) {
        Throwable cause = e.getCause() == null ? e : e.getCause();
        LOG.log(
            Level.WARNING,
            "cannot reach Kafka yet: {0}; telemetry waits",
            String.valueOf(cause.getMessage()));
        waitUntil(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CONNECT_AGAIN_MILLIS));
      }
    }
    return null;
  }

  /** Another producer after a while; null when it is time to end before. */
  private @Nullable Producer<byte[], byte[]> renew(Producer<byte[], byte[]> old, Exception why) {
    counts.renewed(DropReason.of(why));
    LOG.log(
        Level.WARNING,
        "the producer takes no more: {0}; telemetry waits for another one",
        String.valueOf(why.getMessage()));
    old.close(Duration.ZERO); // what is in its buffer is answered while the reason is known
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(renewMillis);
    renewMillis = Math.min(2 * renewMillis, RENEW_MOST_MILLIS);
    waitUntil(until);
    broken = null;
    return connect();
  }

  /** Hands on what can be; says whether something was. */
  private boolean carry(Producer<byte[], byte[]> producer) {
    boolean moved = false;
    for (Lane lane : lanes.values()) {
      if (lane.used) {
        learnPartitions(producer, lane);
        Outgoing next = next(lane);
        while (next != null && handOver(producer, lane, next)) {
          moved = true;
          next = next(lane);
        }
      }
    }
    return moved;
  }

  private void learnPartitions(Producer<byte[], byte[]> producer, Lane lane) {
    try {
      lane.partitions = producer.partitionsFor(lane.topic).size();
    } catch (InterruptException e) {
      throw e;
    } catch (AuthenticationException e) {
      broken = e; // said once only: a send would hear nothing of it
    } catch (KafkaException e) {
      // Not known, or not allowed: the send says which.
    }
  }

  private @Nullable Outgoing next(Lane lane) {
    synchronized (lock) {
      return lane.queue.peek();
    }
  }

  /** Gives the record to the producer, or drops it; false when it has to wait. */
  private boolean handOver(Producer<byte[], byte[]> producer, Lane lane, Outgoing record) {
    if (broken != null) {
      return false;
    }
    if (System.nanoTime() - record.takenNanos > PATIENCE.toNanos()) {
      remove(lane, record);
      drop(record, DropReason.EXPIRED, "");
      return true;
    }
    if (record.result.isDone()) { // by a producer that threw and delivered it all the same
      remove(lane, record);
      return true;
    }
    Attempt attempt = new Attempt(record);
    synchronized (attempt) { // an answer waits until it is known whether the send threw
      try {
        var unused =
            producer.send(new ProducerRecord<>(lane.topic, record.key, record.value), attempt);
      } catch (InterruptException e) {
        throw e;
      } catch (KafkaException e) {
        broken = e; // a request failed for good: from now on it throws whatever it is given
        attempt.takeBack();
      }
      if (attempt.takenBack) {
        return false;
      }
    }
    remove(lane, record);
    record.value = null;
    return true;
  }

  /** A record in a producer's hands. */
  private final class Attempt implements Callback {

    private final Outgoing record;
    private boolean answered;
    private boolean takenBack;

    Attempt(Outgoing record) {
      this.record = record;
    }

    /**
     * A producer that throws may have kept the record. Unless it delivers it all the same, the next
     * one gets it.
     */
    synchronized void takeBack() {
      takenBack = !answered;
    }

    @Override
    public synchronized void onCompletion(
        @Nullable RecordMetadata metadata, @Nullable Exception failure) {
      if (failure == null) {
        answered = true;
        counts.delivered(record.signal, record.items);
        underWay.remove(record);
        renewMillis = RENEW_LEAST_MILLIS;
        record.result.succeed();
        return;
      }
      if (takenBack) {
        return;
      }
      if (Thread.currentThread() == thread && isNotOfTheRecord(failure)) {
        takenBack = true;
        return;
      }
      answered = true;
      Exception why = broken == null ? failure : broken;
      drop(
          record,
          closing && pastDeadline() ? DropReason.CLOSED : DropReason.of(why),
          String.valueOf(why.getMessage()));
    }

    /** Said before the producer has the record, which can wait. */
    private boolean isNotOfTheRecord(Exception failure) {
      if (failure instanceof AuthenticationException) {
        broken = failure; // with what it was made of; another one reads certificates again
        return true;
      }
      // The topic is not known, or the producer's buffer is full.
      return failure instanceof TimeoutException;
    }
  }

  private void drop(Outgoing record, DropReason reason, String detail) {
    if (underWay.remove(record)) {
      counts.dropped(record.signal, record.items, reason, detail);
      record.result.fail();
    }
  }

  private void remove(Lane lane, Outgoing record) {
    synchronized (lock) {
      lane.queue.remove();
      lane.queuedBytes -= record.size;
    }
  }

  /** Waits for work; false when it is time to end. */
  private boolean pause(boolean moved) {
    synchronized (lock) {
      if (isOver()) {
        return false;
      }
      if (isWaiting()) {
        if (!moved) {
          waitFor(ASK_AGAIN_MILLIS);
        }
      } else if (lanes.values().stream().anyMatch(lane -> lane.used && lane.partitions == 0)) {
        waitFor(ASK_AGAIN_MILLIS);
      } else {
        waitFor(0);
      }
      return true;
    }
  }

  /** Whether it closes and has nothing more to do, or no more time. */
  private boolean isOver() {
    synchronized (lock) {
      return closing && (!isWaiting() || pastDeadline());
    }
  }

  /** With the lock. */
  private boolean isWaiting() {
    return lanes.values().stream().anyMatch(lane -> !lane.queue.isEmpty());
  }

  /** Waits for this time, unless it is time to end before. */
  private void waitUntil(long nanos) {
    synchronized (lock) {
      long left = nanos - System.nanoTime();
      while (!isOver() && left > 0) {
        long most = closing ? Math.min(left, untilDeadline()) : left;
        waitFor(TimeUnit.NANOSECONDS.toMillis(most) + 1);
        left = nanos - System.nanoTime();
      }
    }
  }

  /** With the lock. */
  @SuppressWarnings("WaitNotInLoop") // the callers look again at all there is
  private void waitFor(long millis) {
    try {
      lock.wait(millis);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private void wake() {
    synchronized (lock) {
      lock.notifyAll();
    }
  }

  private boolean pastDeadline() {
    return untilDeadline() <= 0;
  }

  private long untilDeadline() {
    synchronized (lock) {
      return closeDeadlineNanos - System.nanoTime();
    }
  }

  private Lane lane(Signal signal) {
    Lane lane = lanes.get(signal);
    if (lane == null) {
      throw new IllegalStateException("no lane for " + signal);
    }
    return lane;
  }
}
