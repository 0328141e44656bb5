package io.sluice.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Iterator;
import java.util.Locale;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The shop's visitors: a steady rate of requests, however slow the answers are. Visitors take turns
 * and wait for their last answer before they go on; when all wait, a new one comes.
 */
final class LoadGenerator implements AutoCloseable {

  private static final int MOST_WAITING = 100;
  private static final int WARM_UP_PURCHASES = 25;
  private static final Duration LAST_ANSWERS = Duration.ofMillis(500);

  private final URI frontend;
  private final HttpClient client;
  private final Random random;
  private final double requestsPerSecond;
  private final Duration patience;
  private final ScheduledExecutorService clock = Pools.scheduled("shop-visitors");
  private final Queue<Iterator<Journey.Step>> idle = new ConcurrentLinkedQueue<>();
  private final Semaphore mayWait = new Semaphore(MOST_WAITING);
  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong answered = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong skipped = new AtomicLong();
  private volatile boolean closed;

  LoadGenerator(
      URI frontend, HttpClient client, Random random, double requestsPerSecond, Duration patience) {
    this.frontend = frontend;
    this.client = client;
    this.random = random;
    this.requestsPerSecond = requestsPerSecond;
    this.patience = patience;
  }

  /** Opens the doors, after a warm-up in the background of a second or two. */
  void start() {
    if (requestsPerSecond > 0) {
      clock.execute(this::warmUpThenSend);
    }
  }

  LoadReport report() {
    return new LoadReport(sent.get(), answered.get(), failed.get(), skipped.get());
  }

  /** Sends nothing more, and gives the answers under way half a second. */
  @Override
  public void close() {
    closed = true;
    clock.shutdownNow();
    try {
      if (!mayWait.tryAcquire(MOST_WAITING, LAST_ANSWERS.toMillis(), TimeUnit.MILLISECONDS)) {
        return;
      }
      mayWait.release(MOST_WAITING);
    } catch (InterruptedException hurry) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * The first requests of a JVM take a second and more; nobody should be alerted about them. They
   * are sent with a trace context that is not sampled, so that they make no spans.
   */
  @SuppressWarnings("FutureReturnValueIgnored") // Ends with the clock.
  private void warmUpThenSend() {
    try {
      for (int i = 0; i < WARM_UP_PURCHASES && !closed; i++) {
        for (Journey.Step step : Journey.purchase(random).steps()) {
          client.send(
              request(step).header("traceparent", notSampled()).build(), BodyHandlers.discarding());
        }
      }
    } catch (IOException unanswered) {
      failed.incrementAndGet();
    } catch (InterruptedException stopping) {
      return;
    }
    if (!closed) {
      long period = Math.round(TimeUnit.SECONDS.toNanos(1) / requestsPerSecond);
      clock.scheduleAtFixedRate(this::sendOne, 0, period, TimeUnit.NANOSECONDS);
    }
  }

  private String notSampled() {
    return String.format(
        Locale.ROOT,
        "00-%016x%016x-%016x-00",
        random.nextLong() | 1,
        random.nextLong(),
        random.nextLong() | 1);
  }

  private void sendOne() {
    if (!mayWait.tryAcquire()) {
      skipped.incrementAndGet();
      return;
    }
    Iterator<Journey.Step> waitingVisitor = idle.poll();
    Iterator<Journey.Step> visitor =
        waitingVisitor == null ? Journey.random(random).steps().iterator() : waitingVisitor;
    sent.incrementAndGet();
    send(visitor);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // The outcome is counted in the callback.
  private void send(Iterator<Journey.Step> visitor) {
    HttpRequest request;
    try {
      request = request(visitor.next()).build();
    } catch (IOException impossible) {
      throw new IllegalStateException("a body of the shop's own is not JSON", impossible);
    }
    client
        .sendAsync(request, BodyHandlers.discarding())
        .whenComplete((response, failure) -> answered(visitor, response));
  }

  private void answered(Iterator<Journey.Step> visitor, @Nullable HttpResponse<Void> response) {
    if (response == null || response.statusCode() >= 500) {
      failed.incrementAndGet();
    } else {
      answered.incrementAndGet();
    }
    if (visitor.hasNext()) {
      idle.add(visitor);
    }
    mayWait.release();
  }

  private HttpRequest.Builder request(Journey.Step step) throws IOException {
    BodyPublisher body =
        step.body() == null
            ? BodyPublishers.noBody()
            : BodyPublishers.ofByteArray(Json.MAPPER.writeValueAsBytes(step.body()));
    return HttpRequest.newBuilder(frontend.resolve(step.path()))
        .timeout(patience)
        .header("User-Agent", "shop-visitor/1")
        .method(step.method(), body);
  }
}
