package io.sluice.app.command;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits for the end of a process: SIGTERM, Ctrl-C or a time. The process exits only when {@link
 * #finished} says that everything was stopped in order.
 */
final class Shutdown {

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

  void await() throws InterruptedException {
    requested.await();
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
