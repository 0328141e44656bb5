package io.sluice.app.bench;

import java.io.PrintStream;

/** A benchmark that {@code sluice bench NAME} runs. */
public interface Benchmark {

  /** As users name it. */
  String name();

  /** One sentence. */
  String description();

  /**
   * Measures, and prints a table, its method, and a last line {@code NAME ratio=0.00 …}.
   *
   * @throws Exception when it cannot be measured; the command fails
   */
  void run(PrintStream out) throws Exception;
}
