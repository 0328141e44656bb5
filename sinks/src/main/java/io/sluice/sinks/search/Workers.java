package io.sluice.sinks.search;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Threads that work at the parts of something at the same time, while who starts it goes on. */
final class Workers implements AutoCloseable {

  private final ExecutorService threads;

  Workers(String name, int number) {
    this.threads = Executors.newFixedThreadPool(number, task -> thread(name, task));
  }

  private static Thread thread(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Starts all parts. */
  Work start(List<Runnable> parts) {
    return new Work(
        CompletableFuture.allOf(
            parts.stream()
                .map(part -> CompletableFuture.runAsync(part, threads))
                .toArray(CompletableFuture[]::new)));
  }

  @Override
  public void close() {
    threads.shutdown();
  }

  /** What was started. */
  record Work(CompletableFuture<Void> all) {

    /** Nothing, which has ended. */
    static final Work NONE = new Work(CompletableFuture.completedFuture(null));

    /** Whether all parts have ended, or failed. */
    boolean hasEnded() {
      return all.isDone();
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
