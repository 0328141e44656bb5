package io.sluice.sinks.search;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Works at the parts of a batch at the same time: who calls at the first, others at the rest. */
final class Workers implements AutoCloseable {

  private final int number;
  private final ExecutorService others;

  /**
   * @param number with the one that calls
   */
  Workers(String name, int number) {
    this.number = number;
    this.others = Executors.newFixedThreadPool(Math.max(1, number - 1), task -> thread(name, task));
  }

  private static Thread thread(String name, Runnable task) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  int number() {
    return number;
  }

  /**
   * Returns when all of them have ended, even when one has failed: nobody works on unseen.
   *
   * @param parts as many as there are workers
   * @throws RuntimeException what the first that failed has thrown
   */
  void run(List<Runnable> parts) {
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (Runnable part : parts.subList(1, parts.size())) {
      all.add(CompletableFuture.runAsync(part, others));
    }
    CompletableFuture<Void> own = new CompletableFuture<>();
    all.add(0, own);
    try {
      parts.get(0).run();
      own.complete(null);
    } catch (RuntimeException | Error e) {
      own.completeExceptionally(e);
    }
    try {
      CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException failure ? failure : e;
    }
  }

  @Override
  public void close() {
    others.shutdown();
  }
}
