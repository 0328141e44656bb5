package io.sluice.benchmarks.engine;

import io.sluice.processors.sanitize.EngineProbe;
import io.sluice.schemas.definitions.RedactionRules;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * How the time grows with the length of one text.
 *
 * @param doubling the most that the time grew when the text became twice as long
 * @param perByte time per byte of the longest text against that of one of 1 KB
 */
record Growth(double doubling, double perByte) {

  private static final int SHORTEST = 1 << 10;
  private static final int LONGEST = 8 << 20;
  private static final int ROUNDS = 5;
  private static final long ROUND_NANOS = 20_000_000;

  static Growth of(HardText text, RedactionRules rules) {
    EngineProbe engine = new EngineProbe(rules);
    byte[] longest = text.make(LONGEST, rules);
    nanos(engine, longest, 1 << 18); // makes it ready
    double first = nanos(engine, longest, SHORTEST);
    double last = first;
    double doubling = 0;
    for (int size = SHORTEST * 2; size <= LONGEST; size *= 2) {
      double next = nanos(engine, longest, size);
      doubling = Math.max(doubling, next / last);
      last = next;
    }
    return new Growth(doubling, last / LONGEST / (first / SHORTEST));
  }

  /** The best of some rounds. */
  private static double nanos(EngineProbe engine, byte[] text, int size) {
    double best = Double.MAX_VALUE;
    for (int round = 0; round < ROUNDS; round++) {
      long begin = cpuNanos();
      int runs = 0;
      do {
        engine.find(text, 0, size, (rule, start, end) -> {});
        runs++;
      } while (cpuNanos() - begin < ROUND_NANOS);
      best = Math.min(best, (cpuNanos() - begin) / (double) runs);
    }
    return best;
  }

  /** Of this thread: what else the machine does takes time, not work. */
  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }

  String row(String name) {
    return String.format(
        Locale.ROOT,
        "  %-34s time(2n)/time(n) at most %.2f, time per byte at 8 MiB / at 1 KiB %.2f",
        name,
        doubling,
        perByte);
  }
}
