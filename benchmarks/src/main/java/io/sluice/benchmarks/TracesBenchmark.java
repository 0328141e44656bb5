package io.sluice.benchmarks;

import io.sluice.app.bench.Benchmark;
import io.sluice.processors.traces.IndexProbe;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** {@code sluice bench traces}. */
public final class TracesBenchmark implements Benchmark {

  private static final int BATCHES = 9_999;
  private static final int OPEN_BATCHES = 12_000;
  private static final int LOAD_SECONDS = 15;
  private static final int SINGLES = 120_000;

  /** How long the last trace waits for siblings, while nothing is done. */
  private static final double SETTLE_SECONDS = 0.5;

  private static final int ROUNDS = 5;

  /** The compiler is busy for most of a minute; its work is not what is asked for. */
  private static final int ROUNDS_TO_WARM_UP = 3;

  /** Path of Zipkin's exec jar, to be measured beside. */
  private static final String ZIPKIN = "SLUICE_BENCH_ZIPKIN";

  @Override
  public String name() {
    return "traces";
  }

  @Override
  public String description() {
    return "the trace assembler against a bare Kafka Streams copy of the same spans";
  }

  @Override
  public void run(PrintStream out) throws Exception {
    TraceBatches made = new TraceBatches(1, Instant.now());
    Map<String, Sides> all = new LinkedHashMap<>();
    all.put("traces whole in a batch", new Sides(made.whole(BATCHES), 48, 1));
    all.put("traces over three batches", new Sides(made.spread(BATCHES), 48, 3));
    all.put(
        "one span to a record", new Sides(made.single(SINGLES), 1, TraceBatches.SPANS_PER_TRACE));
    out.printf(
        Locale.ROOT,
        "OTLP batches of spans, embedded broker in this process, lz4, %d partitions, 1 stream thread, exactly-once,%n"
            + "commit every 100 ms on both sides; from the first record to the commit of the last, without the%n"
            + "500 ms that the last trace waits. Rounds interleaved, the first %d thrown away.%n",
        Bench.PARTITIONS,
        ROUNDS_TO_WARM_UP);
    try (Bench bench = new Bench()) {
      for (int round = 0; round < ROUNDS_TO_WARM_UP + ROUNDS; round++) {
        for (Sides sides : all.values()) {
          sides.measure(bench, round >= ROUNDS_TO_WARM_UP);
        }
      }
    }
    List<Sides> sides = List.copyOf(all.values());
    all.forEach((what, each) -> each.print(out, what));
    besideZipkin(out, sides.get(0));
    sides.forEach(Sides::release);
    double half = Spent.medianRate(sides.get(1).assembler, BATCHES) / 2;
    List<Double> delays;
    try (Bench bench = new Bench()) {
      delays = TraceDelays.measure(bench, made.spread((int) (half * LOAD_SECONDS) / 3 * 3), half);
    }
    List<byte[]> open = made.incomplete(OPEN_BATCHES);
    double restore;
    try (Bench bench = new Bench()) {
      restore = TraceRestore.seconds(bench, open) / Bench.megabytes(open) * 1000;
    }
    double index = IndexProbe.bytesPerSpan(made.spread(300), 1_000_000);
    out.printf(
        Locale.ROOT,
        "last span sent to trace readable, at half of that load (n=%d): p50 %.0f ms, p99 %.0f ms%n"
            + "restore from an empty disk, %.0f MB of open traces: %.1f s/GB%n"
            + "index of open traces, six spans each: %.0f bytes of heap a span%n",
        delays.size(),
        Bench.quantile(delays, 0.5),
        Bench.quantile(delays, 0.99),
        Bench.megabytes(open),
        restore,
        index);
    out.printf(
        Locale.ROOT,
        "traces ratio=%.2f spread_ratio=%.2f single_ratio=%.2f mb_s=%.1f copy_mb_s=%.1f core_ms_mb=%.1f"
            + " copy_core_ms_mb=%.1f spans_s=%.0f"
            + " delay_p50_ms=%.0f delay_p99_ms=%.0f restore_s_gb=%.1f index_bytes_span=%.0f%n",
        sides.get(0).ratio(),
        sides.get(1).ratio(),
        sides.get(2).ratio(),
        Spent.medianRate(sides.get(0).assembler, sides.get(0).megabytes),
        Spent.medianRate(sides.get(0).copy, sides.get(0).megabytes),
        Spent.medianCoreMillis(sides.get(0).assembler, sides.get(0).megabytes),
        Spent.medianCoreMillis(sides.get(0).copy, sides.get(0).megabytes),
        sides.get(0).spansPerSecond(),
        Bench.quantile(delays, 0.5),
        Bench.quantile(delays, 0.99),
        restore,
        index);
  }

  /** The same spans into Zipkin. */
  private static void besideZipkin(PrintStream out, Sides sides) throws Exception {
    String jar = System.getenv(ZIPKIN);
    if (jar == null) {
      out.printf("No Zipkin beside it: set %s to the path of zipkin-server's exec jar.%n", ZIPKIN);
      return;
    }
    long spans = (long) sides.records * sides.spansPerBatch;
    try (Bench bench = new Bench()) {
      Spent peer =
          new ZipkinPeer(Path.of(jar)).spent(bench, ZipkinPeer.translated(sides.input), spans);
      out.printf(
          Locale.ROOT,
          "zipkin-server, Kafka collector with 1 thread, store in memory, after as many spans to warm up:%n"
              + "  %.0f spans/s, %.1f us of a core a span; the assembler %.0f spans/s, %.1f us%n",
          spans / peer.seconds(),
          peer.coreSeconds() * 1e6 / spans,
          sides.spansPerSecond(),
          Spent.medianCoreMillis(sides.assembler, (double) spans) * 1000);
    }
  }

  /** Both sides on the same batches. */
  private static final class Sides {

    private final List<byte[]> input;
    private final int records;
    private final int spansPerBatch;
    private final int recordsPerTrace;
    private final double megabytes;
    private final List<Spent> copy = new ArrayList<>();
    private final List<Spent> assembler = new ArrayList<>();

    Sides(List<byte[]> input, int spansPerBatch, int recordsPerTrace) {
      this.input = input;
      this.records = input.size();
      this.spansPerBatch = spansPerBatch;
      this.recordsPerTrace = recordsPerTrace;
      this.megabytes = Bench.megabytes(input);
    }

    /** The heap holds the next load too, and that is the larger the faster the machine. */
    void release() {
      input.clear();
    }

    void measure(Bench bench, boolean counts) throws Exception {
      KafkaConnection copied = loaded(bench);
      Spent bare =
          Copy.spent(
              copied, Topics.SPANS, records, true, bench.directory(copied.namespace().name()));
      Spent assembled =
          Stages.spent(bench, loaded(bench), Set.of("traces"), records, Topics.TRACES, traces());
      if (counts) {
        copy.add(bare);
        assembler.add(new Spent(assembled.seconds() - SETTLE_SECONDS, assembled.coreSeconds()));
      }
    }

    private long traces() {
      return (long) records * spansPerBatch / TraceBatches.SPANS_PER_TRACE;
    }

    private KafkaConnection loaded(Bench bench) {
      KafkaConnection connection = bench.fresh(Stages.internalTopics());
      Bench.produce(connection, Topics.SPANS, input, i -> i / recordsPerTrace % Bench.PARTITIONS);
      return connection;
    }

    double ratio() {
      return Spent.medianRate(assembler, megabytes) / Spent.medianRate(copy, megabytes);
    }

    double spansPerSecond() {
      return Spent.medianRate(assembler, (double) records * spansPerBatch);
    }

    void print(PrintStream out, String what) {
      out.printf(
          Locale.ROOT,
          "%s: %d records of %.1f KB, %.0f MB%n",
          what,
          records,
          megabytes * 1000 / records,
          megabytes);
      Spent.row(out, "copy", copy, megabytes);
      Spent.row(out, "assembler", assembler, megabytes);
      out.printf(
          Locale.ROOT, "  %-34s %8.2f of the copy, %.0f spans/s%n", "", ratio(), spansPerSecond());
    }
  }
}
