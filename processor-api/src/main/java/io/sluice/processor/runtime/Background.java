package io.sluice.processor.runtime;

import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * One thread for work beside the stream. It rests after each piece of work as long as that took, so
 * that it never has more than half of a core. There is no thread while there is no work.
 */
final class Background implements Executor, AutoCloseable {

  private static final long IDLE_SECONDS = 10;

  private final ThreadPoolExecutor thread;

  Background(String name) {
    thread =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            body -> {
              Thread made = new Thread(body, name);
              made.setDaemon(true);
              return made;
            },
            new ThreadPoolExecutor.DiscardPolicy());
    thread.allowCoreThreadTimeOut(true);
  }

  @Override
  public void execute(Runnable work) {
    thread.execute(
        () -> {
          long begin = System.nanoTime(); // a duration, not logic
          ContextLoader.of(work);
          work.run();
          LockSupport.parkNanos(System.nanoTime() - begin);
        });
  }

  /** What is under way is interrupted, what waits is not done. */
  @Override
  public void close() {
    thread.shutdownNow();
  }
}
