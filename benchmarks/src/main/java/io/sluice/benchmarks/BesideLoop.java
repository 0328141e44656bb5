package io.sluice.benchmarks;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A sink, and a bare loop that brings the same to the same receiver, round by round. */
final class BesideLoop {

  /** One of the two. */
  interface Side {
    Spent run() throws Exception;
  }

  private final String unit;
  private final double items;
  private final List<Spent> loop = new ArrayList<>();
  private final List<Spent> sink = new ArrayList<>();

  /**
   * @param unit what is counted, in the plural
   * @param items how many of them a round has
   */
  BesideLoop(String unit, double items) {
    this.unit = unit;
    this.items = items;
  }

  /** Measures both in turn; a first round more is thrown away. */
  void measure(int rounds, Side loopSide, Side sinkSide) throws Exception {
    measure(1, rounds, loopSide, sinkSide);
  }

  /**
   * Measures both in turn.
   *
   * @param warmUp rounds before, which are thrown away: as many as the compiler needs for both
   */
  void measure(int warmUp, int rounds, Side loopSide, Side sinkSide) throws Exception {
    for (int round = 0; round < warmUp + rounds; round++) {
      Spent bare = loopSide.run();
      Spent whole = sinkSide.run();
      if (round >= warmUp) {
        loop.add(bare);
        sink.add(whole);
      }
    }
  }

  /** What the sink brings in a second. */
  double perSecond() {
    return Spent.medianRate(sink, items);
  }

  double ratio() {
    return perSecond() / Spent.medianRate(loop, items);
  }

  void print(PrintStream out, String what) {
    out.printf(Locale.ROOT, "%s, %.0f %s a round:%n", what, items, unit);
    row(out, "bare loop", loop);
    row(out, "sink", sink);
    out.printf(Locale.ROOT, "  %-34s %8.2f of the loop%n", "", ratio());
  }

  private void row(PrintStream out, String name, List<Spent> rounds) {
    Bench.row(out, name, rounds.stream().map(each -> items / each.seconds()).toList(), unit + "/s");
    out.printf(
        Locale.ROOT,
        "  %-34s %8.1f us of a core in this process each%n",
        "",
        Spent.medianCoreMillis(rounds, items) * 1000);
  }
}
