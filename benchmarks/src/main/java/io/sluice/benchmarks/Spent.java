package io.sluice.benchmarks;

import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/**
 * What some work took.
 *
 * @param seconds on the clock
 * @param coreSeconds of all cores, broker and clients in this process included
 */
record Spent(double seconds, double coreSeconds) {

  /** Starts to count now. */
  static Spent begin() {
    return new Spent(System.nanoTime() / 1e9, Bench.cpuSeconds());
  }

  /** From what {@link #begin} returned until now. */
  Spent untilNow() {
    Spent now = begin();
    return new Spent(now.seconds - seconds, now.coreSeconds - coreSeconds);
  }

  static double medianRate(List<Spent> rounds, double megabytes) {
    return Bench.median(rates(rounds, megabytes));
  }

  static double medianCoreMillis(List<Spent> rounds, double megabytes) {
    return Bench.median(
        rounds.stream().map(round -> round.coreSeconds * 1000 / megabytes).toList());
  }

  /** Prints MB/s and core-ms/MB over some rounds of as many megabytes. */
  static void row(PrintStream out, String name, List<Spent> rounds, double megabytes) {
    Bench.row(out, name, rates(rounds, megabytes), "MB/s");
    out.printf(Locale.ROOT, "  %-34s %8.1f core-ms/MB%n", "", medianCoreMillis(rounds, megabytes));
  }

  private static List<Double> rates(List<Spent> rounds, double megabytes) {
    return rounds.stream().map(round -> megabytes / round.seconds).toList();
  }
}
