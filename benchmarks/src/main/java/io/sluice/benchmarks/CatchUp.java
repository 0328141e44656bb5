package io.sluice.benchmarks;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A sink under half of what it can take is stopped for a while and started again: how fast it takes
 * in what has gathered while more comes, and what memory it takes for that.
 *
 * @param ratio records a second while it catches up, by those that come
 * @param memory live heap and direct buffers half-way, by those before
 */
record CatchUp(double ratio, double memory) {

  /** Scales the five minutes down; {@code 300} is the whole time. */
  private static final String DOWN = "SLUICE_BENCH_DOWN_SECONDS";

  private static final double DEFAULT_DOWN_SECONDS = 20;
  private static final double STEADY_SECONDS = 10;

  /** How far behind a sink may be that keeps up. */
  private static final double KEEPS_UP_SECONDS = 1;

  /** How a sink is started, where it was. */
  interface Start {
    AutoCloseable start(MeterRegistry meters) throws Exception;
  }

  static double downSeconds() {
    String set = System.getenv(DOWN);
    return set == null ? DEFAULT_DOWN_SECONDS : Double.parseDouble(set);
  }

  /**
   * Measures and prints.
   *
   * @param component whose records are counted
   */
  static CatchUp measure(PrintStream out, String what, Feed feed, String component, Start start)
      throws Exception {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    double rate;
    double memoryBefore;
    try (AutoCloseable running = start.start(meters)) {
      await(() -> taken(meters, component) > 0 && keepsUp(feed, meters, component));
      long before = taken(meters, component);
      long begin = System.nanoTime();
      sleep(STEADY_SECONDS);
      rate = (taken(meters, component) - before) / Bench.seconds(begin);
      memoryBefore = memoryNow();
    }
    sleep(downSeconds());
    long before = taken(meters, component);
    double backlog = feed.sent() - before;
    double memory;
    double catching;
    try (AutoCloseable running = start.start(meters)) {
      await(() -> taken(meters, component) > before);
      long first = taken(meters, component);
      long begin = System.nanoTime();
      await(() -> feed.sent() - taken(meters, component) < backlog / 2);
      memory = memoryNow();
      await(() -> keepsUp(feed, meters, component));
      catching = (taken(meters, component) - first) / Bench.seconds(begin);
    }
    CatchUp result = new CatchUp(catching / rate, memory / memoryBefore);
    out.printf(
        Locale.ROOT,
        "%s, down %.0f s:%n  steady %.0f records/s, catching up %.0f records/s: %.2f; memory %.0f MB"
            + " steady, %.0f MB catching up%n",
        what,
        downSeconds(),
        rate,
        catching,
        result.ratio,
        memoryBefore / 1e6,
        memory / 1e6);
    return result;
  }

  private static void await(BooleanSupplier condition) {
    double most = 60 + 6 * downSeconds();
    long begin = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (Bench.seconds(begin) > most) {
        throw new IllegalStateException("the sink did not keep up with half of its load");
      }
      LockSupport.parkNanos(5_000_000);
    }
  }

  private static boolean keepsUp(Feed feed, MeterRegistry meters, String component) {
    return feed.behind(taken(meters, component)) < KEEPS_UP_SECONDS;
  }

  private static long taken(MeterRegistry meters, String component) {
    return Stages.taken(meters, component);
  }

  private static void sleep(double seconds) {
    long begin = System.nanoTime();
    while (Bench.seconds(begin) < seconds) {
      LockSupport.parkNanos(50_000_000);
    }
  }

  /** What is alive after a collection, in bytes. */
  private static double memoryNow() {
    System.gc();
    long direct =
        ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct"))
            .mapToLong(BufferPoolMXBean::getMemoryUsed)
            .sum();
    return (double) ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() + direct;
  }
}
