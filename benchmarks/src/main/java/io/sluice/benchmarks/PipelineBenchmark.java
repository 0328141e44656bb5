package io.sluice.benchmarks;

import io.sluice.app.bench.Benchmark;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;

/** {@code sluice bench pipeline}. */
public final class PipelineBenchmark implements Benchmark {

  private static final int BATCHES = 4_000;
  private static final int ROUNDS = 3;

  @Override
  public String name() {
    return "pipeline";
  }

  @Override
  public String description() {
    return "logs and spans through every stage, against the copy; and how long an event takes";
  }

  @Override
  public void run(PrintStream out) throws Exception {
    Batches made = new Batches(1, Instant.now());
    List<byte[]> spans = made.spans(BATCHES);
    List<byte[]> logs = made.logs(BATCHES);
    double megabytes = Bench.megabytes(spans) + Bench.megabytes(logs);
    out.printf(
        Locale.ROOT,
        "%d batches of spans and %d of logs = %.0f MB of OTLP, exactly-once everywhere, one stream thread"
            + " a stage,%nbroker and stages in this process; the copy moves the same spans. Rounds"
            + " interleaved, the first thrown away.%n",
        BATCHES,
        BATCHES,
        megabytes);
    List<Double> copy = new ArrayList<>();
    Map<String, List<Double>> stages = new LinkedHashMap<>();
    Delays delays;
    try (Bench bench = new Bench()) {
      for (int round = 0; round <= ROUNDS; round++) {
        Map<String, Double> rates = round(bench, spans, logs, round);
        if (round > 0) {
          rates.forEach(
              (stage, rate) ->
                  (stage.equals("copy")
                          ? copy
                          : stages.computeIfAbsent(stage, unused -> new ArrayList<>()))
                      .add(rate));
        }
      }
      delays = Delays.measure(bench);
    }
    Bench.row(out, "copy, exactly-once", copy, "MB/s");
    stages.forEach(
        (stage, rates) -> {
          Bench.row(out, stage, rates, "MB/s");
          out.printf(
              Locale.ROOT,
              "  %-34s %8.2f of the copy%n",
              "",
              Bench.median(rates) / Bench.median(copy));
        });
    delays.print(out);
    out.printf(
        Locale.ROOT,
        "pipeline ratio=%.2f sanitizer=%.2f traces=%.2f spanmetrics=%.2f sli=%.2f %s%n",
        ratio(stages, "whole pipeline", copy),
        ratio(stages, "sanitizer", copy),
        ratio(stages, "traces", copy),
        ratio(stages, "spanmetrics", copy),
        ratio(stages, "sli", copy),
        delays.line());
  }

  private static double ratio(Map<String, List<Double>> stages, String stage, List<Double> copy) {
    return Bench.median(stages.getOrDefault(stage, List.of(0.0))) / Bench.median(copy);
  }

  private static Map<String, Double> round(
      Bench bench, List<byte[]> spans, List<byte[]> logs, int round) throws Exception {
    Map<String, Double> rates = new LinkedHashMap<>();
    double spanMegabytes = Bench.megabytes(spans);
    double all = spanMegabytes + Bench.megabytes(logs);
    KafkaConnection copied = bench.fresh(List.of());
    Bench.produce(copied, Topics.RAW_SPANS, spans);
    rates.put(
        "copy",
        spanMegabytes
            / Copy.seconds(
                copied, Topics.RAW_SPANS, spans.size(), true, bench.directory("copy-" + round)));

    // Stage by stage, each on what the one before left.
    KafkaConnection staged = loaded(bench, spans, logs);
    rates.put("sanitizer", all / Stages.seconds(bench, staged, Set.of("sanitizer"), 2L * BATCHES));
    long clean = count(staged, Topics.SPANS);
    for (String stage : List.of("traces", "spanmetrics", "sli")) {
      rates.put(stage, spanMegabytes / Stages.seconds(bench, staged, Set.of(stage), clean));
    }

    KafkaConnection whole = loaded(bench, spans, logs);
    Set<String> together = Set.of("sanitizer", "traces", "spanmetrics", "sli", "alerts");
    rates.put("whole pipeline", all / Stages.seconds(bench, whole, together, 2L * BATCHES + clean));
    return rates;
  }

  private static KafkaConnection loaded(Bench bench, List<byte[]> spans, List<byte[]> logs) {
    KafkaConnection connection = bench.fresh(Stages.internalTopics());
    Bench.produce(connection, Topics.RAW_SPANS, spans);
    Bench.produce(connection, Topics.RAW_LOGS, logs);
    return connection;
  }

  /** Records that a reader of committed data gets. */
  private static long count(KafkaConnection connection, Topic topic) {
    long records = 0;
    try (var reader = Bench.reader(connection)) {
      String name = connection.namespace().topic(topic);
      var partitions =
          reader.partitionsFor(name).stream()
              .map(partition -> new TopicPartition(name, partition.partition()))
              .toList();
      reader.assign(partitions);
      reader.seekToBeginning(partitions);
      var ends = reader.endOffsets(partitions);
      while (ends.entrySet().stream()
          .anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
        records += reader.poll(Duration.ofMillis(200)).count();
      }
    }
    return records;
  }
}
