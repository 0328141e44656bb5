package io.sluice.sinks.prometheus;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A batch whose requests are under way. */
record SentBatch(RemoteBatch batch, List<Future<?>> requests) {

  /**
   * Whether the receiver has all of it, or will have soon.
   *
   * @param time how long to wait for it
   * @throws RuntimeException what a request failed with
   */
  boolean isThereWithin(Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    for (Future<?> request : requests) {
      Duration left = Duration.ofNanos(Math.max(0, end - System.nanoTime()));
      if (!isDoneWithin(request, left)) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether one request is done.
   *
   * @throws RuntimeException what it failed with
   */
  static boolean isDoneWithin(Future<?> request, Duration time) throws InterruptedException {
    try {
      request.get(time.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw failed(e);
    }
  }

  private static RuntimeException failed(ExecutionException e) {
    Throwable cause = e.getCause();
    if (cause instanceof Error error) {
      throw error;
    }
    return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
  }

  void cancel() {
    requests.forEach(request -> request.cancel(true));
  }
}
