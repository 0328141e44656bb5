package io.sluice.app.command;

import io.sluice.app.runtime.SluiceProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits for the end of a process: SIGTERM, Ctrl-C or a time. The process exits only when {@link
 * #finished} says that everything was stopped in order.
 */
final class Shutdown {

  private static final Duration WATCH = Duration.ofSeconds(1);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(10);

  private final CountDownLatch requested = new CountDownLatch(1);
  private final CountDownLatch finished = new CountDownLatch(1);

  Shutdown() {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  requested.countDown();
                  try {
                    if (!finished.await(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                      System.err.println(
                          "sluice: not everything stopped in time; the next start continues");
                    }
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                },
                "shutdown"));
  }

  /**
   * Waits for the end of a process that has no other.
   *
   * @return the exit status: 1 when a role died that only a restart brings back
   */
  int awaitWhileLive(SluiceProcess process) throws InterruptedException {
    while (!await(WATCH)) {
      List<String> dead =
          process.health().entrySet().stream()
              .filter(part -> !part.getValue().live() && part.getValue().needed())
              .map(part -> part.getKey() + ": " + part.getValue().detail())
              .toList();
      if (!dead.isEmpty()) {
        System.err.println("sluice: cannot go on: " + String.join("; ", dead));
        return 1;
      }
    }
    return 0;
  }

  /** Waits so long at most. Returns whether the end was requested. */
  boolean await(Duration time) throws InterruptedException {
    return requested.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  boolean isRequested() {
    return requested.getCount() == 0;
  }

  /** Everything is stopped. */
  void finished() {
    finished.countDown();
  }
}
