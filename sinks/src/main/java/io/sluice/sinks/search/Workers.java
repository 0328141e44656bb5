package io.sluice.sinks.search;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/** Threads that work at the parts of something at the same time, while who starts it goes on. */
final class Workers implements AutoCloseable {

  private final List<ExecutorService> threads;

  Workers(String name, int number) {
    this.threads =
        IntStream.range(0, number)
            .mapToObj(i -> Executors.newSingleThreadExecutor(task -> thread(name, task)))
            .toList();
  }

  private static Thread thread(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Starts all parts, one for each thread: each behind the same part of what was started before,
   * whether or not the others of that have ended.
   */
  Work start(List<Runnable> parts) {
    return new Work(
        CompletableFuture.allOf(
            IntStream.range(0, parts.size())
                .mapToObj(i -> CompletableFuture.runAsync(parts.get(i), threads.get(i)))
                .toArray(CompletableFuture[]::new)));
  }

  @Override
  public void close() {
    threads.forEach(ExecutorService::shutdown);
  }

  /** What was started. */
  record Work(CompletableFuture<Void> all) {

    /** Nothing, which has ended. */
    static final Work NONE = new Work(CompletableFuture.completedFuture(null));

    /** Whether all parts have ended, or failed. */
    boolean hasEnded() {
      return all.isDone();
    }

    /** Returns whether all parts have ended, or failed, when that has come or the time is over. */
    boolean endsWithin(Duration time) throws InterruptedException {
      try {
        all.get(time.toMillis(), TimeUnit.MILLISECONDS);
        return true;
      } catch (TimeoutException e) {
        return false;
      } catch (ExecutionException e) {
        return true; // await says so
      }
    }

    /**
     * Returns when all parts have ended, even when one has failed: nobody works on unseen.
     *
     * @throws RuntimeException what one that failed has thrown
     */
    void await() {
      try {
        all.join();
      } catch (CompletionException e) {
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw e.getCause() instanceof RuntimeException failure ? failure : e;
      }
    }

    /** Returns when all parts have ended, whether or not one has failed. */
    void awaitEnd() {
      all.handle((done, failure) -> true).join();
    }
  }
}
