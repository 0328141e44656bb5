package io.sluice.benchmarks;

import io.sluice.app.bench.Benchmark;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@code sluice bench copy}. */
public final class CopyBenchmark implements Benchmark {

  private static final int BATCHES = 20_000;
  private static final int ROUNDS = 5;

  @Override
  public String name() {
    return "copy";
  }

  @Override
  public String description() {
    return "a bare Kafka Streams copy of OTLP batches, exactly-once against at-least-once";
  }

  @Override
  public void run(PrintStream out) throws Exception {
    List<byte[]> batches = new Batches(1, Instant.now()).spans(BATCHES);
    double megabytes = Bench.megabytes(batches);
    out.printf(
        Locale.ROOT,
        "%d OTLP batches of %.1f KB = %.0f MB, embedded broker in this process, lz4, 2 partitions,%n"
            + "1 stream thread, commit every 100 ms; rounds interleaved, the first thrown away.%n",
        BATCHES,
        megabytes * 1000 / BATCHES,
        megabytes);
    List<Double> once = new ArrayList<>();
    List<Double> atLeast = new ArrayList<>();
    try (Bench bench = new Bench()) {
      for (int round = 0; round <= ROUNDS; round++) {
        for (boolean exactlyOnce : new boolean[] {false, true}) {
          KafkaConnection connection = bench.fresh(List.of());
          Bench.produce(connection, Topics.RAW_SPANS, batches);
          double seconds =
              Copy.seconds(
                  connection,
                  Topics.RAW_SPANS,
                  BATCHES,
                  exactlyOnce,
                  bench.directory("copy-" + round + exactlyOnce));
          if (round > 0) {
            (exactlyOnce ? once : atLeast).add(megabytes / seconds);
          }
        }
      }
    }
    Bench.row(out, "copy, at-least-once", atLeast, "MB/s");
    Bench.row(out, "copy, exactly-once", once, "MB/s");
    out.printf(
        Locale.ROOT,
        "copy ratio=%.2f exactly_once_mb_s=%.1f at_least_once_mb_s=%.1f%n",
        Bench.median(once) / Bench.median(atLeast),
        Bench.median(once),
        Bench.median(atLeast));
  }
}
