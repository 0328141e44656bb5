package io.sluice.benchmarks.engine;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.openjdk.jmh.util.Statistics;

/**
 * How fast one side reads one text on one core, in MB/s.
 *
 * @param median over the iterations
 * @param slowest of them
 * @param fastest of them
 */
record Rate(double median, double slowest, double fastest) {

  private static final TimeValue ITERATION = TimeValue.milliseconds(400);

  /** What JMH and the measured processes say. */
  private static final Path LOG = Path.of(System.getProperty("java.io.tmpdir"), "sluice-jmh.log");

  private static final int WARMUP = 8;
  private static final int MEASURED = 7;

  /** The engine or its first pass, on a megabyte. */
  static Rate ofEngine(EngineJmh.Side side, int rules, String text) throws RunnerException {
    return measure(side, rules, text, 1 << 20, WARMUP, MEASURED);
  }

  /** Rules in turn, on as much of the same text as they read in a moment. */
  static Rate ofRulesInTurn(EngineJmh.Side side, int rules, String text, int bytes)
      throws RunnerException {
    return measure(side, rules, text, bytes, 2, 3);
  }

  private static Rate measure(
      EngineJmh.Side side, int rules, String text, int bytes, int warmup, int measured)
      throws RunnerException {
    RunResult result =
        new Runner(
                new OptionsBuilder()
                    .include(EngineJmh.class.getName())
                    .param("side", side.name())
                    .param("rules", Integer.toString(rules))
                    .param("text", text)
                    .param("bytes", Integer.toString(bytes))
                    .forks(1)
                    .warmupIterations(warmup)
                    .warmupTime(ITERATION)
                    .measurementIterations(measured)
                    .measurementTime(ITERATION)
                    .timeUnit(TimeUnit.NANOSECONDS)
                    .output(LOG.toString())
                    .verbosity(VerboseMode.SILENT)
                    .shouldFailOnError(true)
                    .build())
            .runSingle();
    double megabytes =
        EngineJmh.texts(text, bytes, rules == 0 ? RuleSets.shipped() : RuleSets.of(rules))
            .megabytes();
    Statistics nanos = result.getPrimaryResult().getStatistics();
    return new Rate(
        megabytes * 1e9 / nanos.getPercentile(50),
        megabytes * 1e9 / nanos.getMax(),
        megabytes * 1e9 / nanos.getMin());
  }

  String row(String name) {
    String format =
        median < 10
            ? "  %-34s %10.3f MB/s   (%.3f to %.3f)"
            : "  %-34s %10.1f MB/s   (%.1f to %.1f)";
    return String.format(Locale.ROOT, format, name, median, slowest, fastest);
  }
}
