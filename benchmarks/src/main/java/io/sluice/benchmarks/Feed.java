package io.sluice.benchmarks;

import io.sluice.schemas.stage.KafkaConnection;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;
import org.apache.kafka.clients.producer.ProducerRecord;

/** Sends records at a steady rate until it is closed. */
final class Feed implements AutoCloseable {

  private static final long STEP_NANOS = 10_000_000;

  private final KafkaConnection connection;
  private final double perSecond;
  private final LongFunction<ProducerRecord<byte[], byte[]>> records;
  private final Thread thread = new Thread(this::run, "feed");
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

  /** Records given to Kafka so far. */
  long sent() {
    return sent;
  }

  /** How many seconds' worth a reader is behind that has taken so many. */
  double behind(long taken) {
    return (sent - taken) / perSecond;
  }

  private void run() {
    try (var producer = Bench.producer(connection)) {
      long begin = System.nanoTime();
      while (!closed) {
        long due = (long) (Bench.seconds(begin) * perSecond);
        for (long number = sent; number < due; number++) {
          var unused = producer.send(records.apply(number));
        }
        sent = Math.max(sent, due);
        LockSupport.parkNanos(STEP_NANOS);
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
  }
}
