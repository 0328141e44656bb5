package io.sluice.sinks.search;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Gathers documents and sends them in bulk requests, several at a time. Holds as many bytes as the
 * requests under way and one more have: who adds waits until there is room. One thread adds and
 * settles; {@link #flushIfIdle} and closing are for any.
 */
final class BulkWriter implements AutoCloseable {

  /** With room for the document with which a request is large enough. */
  private static final int CAPACITY = BulkPace.MAX_BYTES + (64 << 10);

  private final BulkDelivery delivery;
  private final BulkPace pace;
  private final ExecutorService senders;
  private final Object lock = new Object();
  private final Deque<BulkBody> spare = new ArrayDeque<>();
  private BulkBody gathered;
  private int underWay;
  private boolean closed;
  private @Nullable Throwable failure;

  BulkWriter(BulkDelivery delivery, BulkPace pace, int maxConcurrency, MeterRegistry registry) {
    this.delivery = delivery;
    this.pace = pace;
    this.senders =
        Executors.newFixedThreadPool(
            maxConcurrency, task -> new Thread(task, "search-sink-sender"));
    this.gathered = new BulkBody(CAPACITY);
    Gauge.builder("sluice.search.bulk.concurrency", pace, BulkPace::concurrency).register(registry);
    Gauge.builder("sluice.search.bulk.size", pace, BulkPace::bytes)
        .baseUnit("bytes")
        .register(registry);
  }

  /**
   * Adds a document.
   *
   * @throws IllegalStateException when it is closed meanwhile
   */
  void add(String index, String id, DocumentSource source, Consumer<JsonBytes> content) {
    synchronized (lock) {
      gathered.add(index, id, source, content);
      if (gathered.bytes() >= pace.bytes()) {
        flush();
      }
    }
  }

  /** Sends what is gathered, as soon as there is room. */
  private void flush() {
    if (gathered.documents() == 0) {
      return;
    }
    await(pace.concurrency() - 1);
    if (gathered.documents() == 0) {
      return; // sent by another thread meanwhile: the lock was free
    }
    underWay++;
    BulkBody body = gathered;
    gathered = spare.isEmpty() ? new BulkBody(CAPACITY) : spare.pop();
    senders.execute(() -> send(body));
  }

  /** Sends what is gathered when no request is under way: it would only wait longer. */
  void flushIfIdle() {
    synchronized (lock) {
      if (underWay == 0) {
        flush();
      }
    }
  }

  /** Returns when everything added is taken or refused. */
  void settle() {
    synchronized (lock) {
      flush();
      await(0);
    }
  }

  private void send(BulkBody body) {
    Throwable failed = null;
    try {
      delivery.deliver(body);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed = e;
    } catch (RuntimeException | Error e) {
      failed = e;
    }
    body.clear();
    synchronized (lock) {
      underWay--;
      if (body.capacity() <= 2 * CAPACITY) { // else it had a document that is seldom so large
        spare.push(body);
      }
      if (failure == null) {
        failure = failed;
      }
      lock.notifyAll();
    }
  }

  /** With the lock held; it is given up while it waits. */
  private void await(int most) {
    try {
      while (underWay > most && failure == null && !closed) {
        lock.wait();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("nobody waits for the search store any more", e);
    }
    if (closed) {
      throw new IllegalStateException("the search store is closed");
    }
    Throwable failed = failure;
    failure = null; // told once: who puts begins again where the last commit was
    if (failed instanceof Error error) {
      throw error;
    }
    if (failed != null) {
      throw new IllegalStateException("a document could not be delivered", failed);
    }
  }

  /** What is under way is not waited for. */
  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      lock.notifyAll();
    }
    senders.shutdownNow();
  }
}
