package io.sluice.benchmarks;

import io.sluice.schemas.stage.KafkaConnection;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Sends records at a steady rate until it is closed; who asks is told when it cannot. */
final class Feed implements AutoCloseable {

  private static final long STEP_NANOS = 10_000_000;

  private final KafkaConnection connection;
  private final double perSecond;
  private final LongFunction<ProducerRecord<byte[], byte[]>> records;
  private final Thread thread = new Thread(this::run, "feed");
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private volatile long sent;
  private volatile boolean closed;

  /**
   * Starts to send.
   *
   * @param records each record by its number
   */
  Feed(
      KafkaConnection connection,
      double perSecond,
      LongFunction<ProducerRecord<byte[], byte[]>> records) {
    this.connection = connection;
    this.perSecond = perSecond;
    this.records = records;
    thread.start();
  }

  /**
   * Records given to Kafka so far.
   *
   * @throws IllegalStateException when it does not send any more, or Kafka did not take one
   */
  long sent() {
    Exception why = failure.get();
    if (why != null) {
      throw new IllegalStateException("the feed broke off", why);
    }
    return sent;
  }

  /** How many seconds' worth a reader is behind that has taken so many. */
  double behind(long taken) {
    return (sent() - taken) / perSecond;
  }

  private void run() {
    try (var producer = Bench.producer(connection)) {
      long begin = System.nanoTime();
      while (!closed) {
        long due = (long) (Bench.seconds(begin) * perSecond);
        for (long number = sent; number < due; number++) {
          var unused = producer.send(records.apply(number), (taken, refused) -> fail(refused));
        }
        sent = Math.max(sent, due);
        LockSupport.parkNanos(STEP_NANOS);
      }
    } catch (RuntimeException brokenOff) {
      fail(brokenOff);
    }
  }

  private void fail(@Nullable Exception why) {
    failure.compareAndSet(null, why);
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
  }
}
