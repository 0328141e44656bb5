package io.sluice.benchmarks;

import io.sluice.app.bench.Benchmark;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/** {@code sluice bench spanmetrics}. */
public final class SpanMetricsBenchmark implements Benchmark {

  private static final int BATCHES = 10_000;
  private static final int SPANS = 48;
  private static final int ROUNDS = 5;
  private static final int CARDINALITY_ROUNDS = 3;

  /**
   * A round takes each batch so often, each time with a field more that nobody reads, since the
   * same bytes would count once: a short round would measure the start of both sides.
   */
  private static final int PASSES = 3;

  /** The compiler is busy for most of a minute; its work is not what is asked for. */
  private static final int ROUNDS_TO_WARM_UP = 4;

  private static final byte FIELD_15_VARINT = 15 << 3;
  private static final String STAGE = "spanmetrics";
  private static final Duration POLL = Duration.ofMillis(200);

  @Override
  public String name() {
    return "spanmetrics";
  }

  @Override
  public String description() {
    return "the metrics from spans against a bare consume of the same batches";
  }

  @Override
  public void run(PrintStream out) throws Exception {
    out.printf(
        Locale.ROOT,
        "OTLP batches of %d spans, embedded broker in this process, lz4, %d partitions. The stage: 1 stream thread,%n"
            + "exactly-once, commit every 100 ms, from the first record to the last one added up at its owner.%n"
            + "The consumer: 1 thread, read committed. Each batch %d times, told apart by a field that nobody reads.%n"
            + "Rounds interleaved, the first %d thrown away.%n",
        SPANS,
        Bench.PARTITIONS,
        PASSES,
        ROUNDS_TO_WARM_UP);
    try (Bench bench = new Bench()) {
      List<byte[]> input = new Batches(1, Instant.now()).spans(BATCHES);
      double megabytes = Bench.megabytes(input) * PASSES;
      List<Spent> consume = new ArrayList<>();
      List<Spent> stage = new ArrayList<>();
      Sizes sizes = new Sizes();
      for (int round = 0; round < ROUNDS_TO_WARM_UP + ROUNDS; round++) {
        Spent bare = consume(loaded(bench, input));
        KafkaConnection connection = loaded(bench, input);
        Spent measured =
            Stages.spentUntilQuiet(bench, connection, STAGE, (long) BATCHES * PASSES, Map.of());
        if (round >= ROUNDS_TO_WARM_UP) {
          consume.add(bare);
          stage.add(measured);
          sizes.of(connection);
        }
      }
      double spans = (double) BATCHES * PASSES * SPANS;
      out.printf(
          Locale.ROOT, "%d batches, %.0f MB, %.0f spans%n", BATCHES * PASSES, megabytes, spans);
      Spent.row(out, "consume", consume, megabytes);
      Spent.row(out, STAGE, stage, megabytes);
      double ratio = Spent.medianRate(stage, megabytes) / Spent.medianRate(consume, megabytes);
      out.printf(
          Locale.ROOT,
          "  %.2f of the consumer; %.0f spans/s; %.2f us of a core a span, %.2f of them the consumer's%n"
              + "  partials: %.1f KB a MB of input; state: %.0f bytes a series of %d%n",
          ratio,
          Spent.medianRate(stage, spans),
          Spent.medianCoreMillis(stage, spans) * 1000,
          Spent.medianCoreMillis(consume, spans) * 1000,
          sizes.partialBytes / 1e3 / megabytes,
          sizes.bytesPerSeries(),
          sizes.series);
      Map<String, Double> cardinality = cardinality(bench, out);
      out.printf(
          Locale.ROOT,
          "spanmetrics ratio=%.2f mb_s=%.1f consume_mb_s=%.1f spans_s=%.0f core_us_span=%.2f"
              + " bytes_series=%.0f x10=%.2f x100=%.2f limited=%.2f%n",
          ratio,
          Spent.medianRate(stage, megabytes),
          Spent.medianRate(consume, megabytes),
          Spent.medianRate(stage, spans),
          Spent.medianCoreMillis(stage, spans) * 1000,
          sizes.bytesPerSeries(),
          cardinality.get("x 10"),
          cardinality.get("x 100"),
          cardinality.get("x 100, limited"));
    }
  }

  /** CPU per span with more distinct values of one label, over that with few. */
  private static Map<String, Double> cardinality(Bench bench, PrintStream out) throws Exception {
    Map<String, String> open =
        Map.of(
            "processors.spanmetrics.attributes", "[tenant]",
            "processors.spanmetrics.maxValuesPerLabel", "1000000",
            "processors.spanmetrics.maxSeriesPerMetric", "1000000",
            "processors.spanmetrics.maxSeriesPerService", "1000000");
    Map<String, String> limited = new HashMap<>(open);
    limited.put("processors.spanmetrics.maxValuesPerLabel", "10");
    Map<String, Integer> tenants = new LinkedHashMap<>();
    tenants.put("x 1", 10);
    tenants.put("x 10", 100);
    tenants.put("x 100", 1000);
    tenants.put("x 100, limited", 1000);
    Map<String, List<Spent>> spent = new LinkedHashMap<>();
    double spans = (double) BATCHES * PASSES * SPANS;
    for (int round = 0; round <= CARDINALITY_ROUNDS; round++) {
      for (Map.Entry<String, Integer> each : tenants.entrySet()) {
        List<byte[]> input =
            new Batches(round, Instant.now()).spansOfTenants(BATCHES, each.getValue());
        Spent measured =
            Stages.spentUntilQuiet(
                bench,
                loaded(bench, input),
                STAGE,
                (long) BATCHES * PASSES,
                each.getKey().endsWith("limited") ? limited : open);
        if (round > 0) {
          spent.computeIfAbsent(each.getKey(), key -> new ArrayList<>()).add(measured);
        }
      }
    }
    Map<String, Double> ratios = new HashMap<>();
    double base = Spent.medianCoreMillis(spent.getOrDefault("x 1", List.of()), spans);
    out.printf("distinct values of a label:%n");
    spent.forEach(
        (what, rounds) -> {
          double each = Spent.medianCoreMillis(rounds, spans);
          ratios.put(what, each / base);
          out.printf(
              Locale.ROOT,
              "  %-16s %5d values  %.2f us of a core a span  x %.2f%n",
              what,
              tenants.get(what),
              each * 1000,
              each / base);
        });
    return ratios;
  }

  private static KafkaConnection loaded(Bench bench, List<byte[]> input) {
    KafkaConnection connection = bench.fresh(Stages.internalTopics());
    for (int pass = 0; pass < PASSES; pass++) {
      Bench.produce(connection, Topics.SPANS, marked(input, pass), i -> i % Bench.PARTITIONS);
    }
    return connection;
  }

  /** With a number in a field of the request that OTLP does not have. */
  private static List<byte[]> marked(List<byte[]> input, int pass) {
    return input.stream()
        .map(
            batch -> {
              byte[] marked = Arrays.copyOf(batch, batch.length + 2);
              marked[batch.length] = FIELD_15_VARINT;
              marked[batch.length + 1] = (byte) pass;
              return marked;
            })
        .toList();
  }

  private static Spent consume(KafkaConnection connection) {
    try (KafkaConsumer<byte[], byte[]> reader = Bench.reader(connection)) {
      reader.assign(Bench.partitions(connection.namespace().topic(Topics.SPANS)));
      reader.seekToBeginning(reader.assignment());
      long read = 0;
      Spent begin = Spent.begin(); // with the first poll, after which much has been fetched already
      while (read < (long) BATCHES * PASSES) {
        read += reader.poll(POLL).count();
      }
      return begin.untilNow();
    }
  }

  /** What lies on the topics after a run. */
  private static final class Sizes {
    private double partialBytes;
    private int series;
    private double seriesBytes;

    void of(KafkaConnection connection) {
      Topic partials =
          Stages.internalTopics().stream()
              .filter(topic -> topic.name().contains(STAGE))
              .findFirst()
              .orElseThrow();
      partialBytes = 0;
      Bench.forEach(
          connection,
          connection.namespace().topic(partials),
          record -> partialBytes += record.value().length);
      String changelog = connection.namespace().applicationId(STAGE) + "-owned-series-changelog";
      Map<ByteBuffer, Integer> states = new HashMap<>();
      Bench.forEach(
          connection,
          changelog,
          record ->
              states.put(
                  ByteBuffer.wrap(record.key()), record.key().length + record.value().length));
      series = states.size();
      seriesBytes = states.values().stream().mapToInt(Integer::intValue).sum();
    }

    double bytesPerSeries() {
      return series == 0 ? 0 : seriesBytes / series;
    }
  }
}
