package io.sluice.benchmarks;

import io.sluice.app.bench.Benchmark;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.io.PrintStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** {@code sluice bench sanitize}. */
public final class SanitizeBenchmark implements Benchmark {

  private static final int BATCHES = 12_000;
  private static final int ROUNDS = 5;

  /** A round takes each batch so often: a short one would measure the start of both sides. */
  private static final int PASSES = 3;

  /** The compiler is busy for most of a minute; its work is not what is asked for. */
  private static final int ROUNDS_TO_WARM_UP = 4;

  @Override
  public String name() {
    return "sanitize";
  }

  @Override
  public String description() {
    return "the sanitizer against a bare Kafka Streams copy of the same batches";
  }

  @Override
  public void run(PrintStream out) throws Exception {
    Instant now = Instant.now();
    Sides batches = new Sides(new Batches(1, now).logs(BATCHES));
    Sides lines = new Sides(new Batches(2, now).logsWithSecretLines(BATCHES, 0.01));
    out.printf(
        Locale.ROOT,
        "%d OTLP batches of logs of %.1f KB, %d times = %.0f MB, embedded broker in this process, lz4, 2 partitions,%n"
            + "1 stream thread, exactly-once, commit every 100 ms on both sides; from the first record to the%n"
            + "commit of the last. The shipped rules. Rounds interleaved, the first %d thrown away.%n",
        BATCHES,
        batches.megabytes * 1000 / BATCHES / PASSES,
        PASSES,
        batches.megabytes,
        ROUNDS_TO_WARM_UP);
    try (Bench bench = new Bench()) {
      for (int round = 0; round < ROUNDS_TO_WARM_UP + ROUNDS; round++) {
        batches.measure(bench, round >= ROUNDS_TO_WARM_UP);
        lines.measure(bench, round >= ROUNDS_TO_WARM_UP);
      }
    }
    batches.print(out, "a secret in 1 % of the batches");
    lines.print(out, "a secret in 1 % of the lines");
    out.printf(
        Locale.ROOT,
        "sanitize ratio=%.2f core_ms_mb=%.1f copy_core_ms_mb=%.1f mb_s=%.1f copy_mb_s=%.1f lines_ratio=%.2f%n",
        batches.ratio(),
        Spent.medianCoreMillis(batches.sanitizer, batches.megabytes),
        Spent.medianCoreMillis(batches.copy, batches.megabytes),
        Spent.medianRate(batches.sanitizer, batches.megabytes),
        Spent.medianRate(batches.copy, batches.megabytes),
        lines.ratio());
  }

  /** Both sides on the same batches. */
  private static final class Sides {

    private final List<byte[]> input;
    private final double megabytes;
    private final List<Spent> copy = new ArrayList<>();
    private final List<Spent> sanitizer = new ArrayList<>();

    Sides(List<byte[]> input) {
      this.input = input;
      this.megabytes = Bench.megabytes(input) * PASSES;
    }

    void measure(Bench bench, boolean counts) throws Exception {
      KafkaConnection copied = loaded(bench);
      Spent bare =
          Copy.spent(
              copied,
              Topics.RAW_LOGS,
              (long) input.size() * PASSES,
              true,
              bench.directory(copied.namespace().name()));
      Spent sanitized =
          Stages.spent(
              bench, loaded(bench), Set.of("sanitizer"), (long) input.size() * PASSES, Topics.LOGS);
      if (counts) {
        copy.add(bare);
        sanitizer.add(sanitized);
      }
    }

    private KafkaConnection loaded(Bench bench) {
      KafkaConnection connection = bench.fresh(Stages.internalTopics());
      for (int pass = 0; pass < PASSES; pass++) {
        Bench.produce(connection, Topics.RAW_LOGS, input);
      }
      return connection;
    }

    double ratio() {
      return Spent.medianRate(sanitizer, megabytes) / Spent.medianRate(copy, megabytes);
    }

    void print(PrintStream out, String what) {
      out.println(what);
      Spent.row(out, "copy", copy, megabytes);
      Spent.row(out, "sanitizer", sanitizer, megabytes);
      out.printf(Locale.ROOT, "  %-34s %8.2f of the copy%n", "", ratio());
    }
  }
}
