package io.sluice.benchmarks;

import io.sluice.app.bench.Benchmark;
import io.sluice.app.runtime.DataDirectory;
import io.sluice.app.runtime.SluiceProcess;
import io.sluice.processors.sli.SloPreview;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.Slos;
import io.sluice.schemas.stage.KafkaConnection;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** {@code sluice bench sli}. */
public final class SliBenchmark implements Benchmark {

  private static final int BATCHES = 12_000;
  private static final int ROUNDS = 5;
  private static final int[] SLOS = {10, 100, 1000};
  private static final String STAGE = "sli";

  /** Services that send; an SLO is for one service each. */
  private static final int SENDING = 8;

  @Override
  public String name() {
    return STAGE;
  }

  @Override
  public String description() {
    return "SLI windows of 10, 100 and 1,000 SLOs against a bare Kafka Streams copy of the same spans";
  }

  @Override
  public void run(PrintStream out) throws Exception {
    out.printf(
        Locale.ROOT,
        "OTLP batches of 48 spans of %d services, embedded broker in this process, lz4, %d partitions, 1 stream thread,%n"
            + "exactly-once, commit every 100 ms on both sides; from the first record to the last event counted at its SLO's%n"
            + "owner, and to the commit of the last record copied. Each SLO is for one service. Rounds interleaved, the first%n"
            + "thrown away.%n",
        SENDING,
        Bench.PARTITIONS);
    List<Spent> copies = new ArrayList<>();
    Map<Integer, List<Spent>> stages = new LinkedHashMap<>();
    double megabytes = 0;
    try (Bench bench = new Bench()) {
      for (int round = 0; round <= ROUNDS; round++) {
        List<byte[]> input = new Batches(round, Instant.now()).spans(BATCHES);
        megabytes = Bench.megabytes(input);
        Spent copy = copy(bench, input, round);
        if (round > 0) {
          copies.add(copy);
        }
        for (int slos : SLOS) {
          Spent stage = stage(bench, input, slos);
          if (round > 0) {
            stages.computeIfAbsent(slos, unused -> new ArrayList<>()).add(stage);
          }
        }
      }
    }
    Spent.row(out, "copy, exactly-once", copies, megabytes);
    for (Map.Entry<Integer, List<Spent>> each : stages.entrySet()) {
      Spent.row(out, each.getKey() + " SLOs", each.getValue(), megabytes);
    }
    double few = Spent.medianRate(stages.getOrDefault(SLOS[0], List.of()), megabytes);
    double many = Spent.medianRate(stages.getOrDefault(SLOS[2], List.of()), megabytes);
    out.printf(
        Locale.ROOT,
        "sli ratio=%.2f mb_s=%.1f copy_mb_s=%.1f many_to_few=%.2f%n",
        few / Spent.medianRate(copies, megabytes),
        few,
        Spent.medianRate(copies, megabytes),
        many / few);
  }

  private static Spent copy(Bench bench, List<byte[]> input, int round) throws Exception {
    KafkaConnection connection = loaded(bench, input);
    return Copy.spent(connection, Topics.SPANS, BATCHES, true, bench.directory("copy-" + round));
  }

  private static Spent stage(Bench bench, List<byte[]> input, int count) throws Exception {
    DefinitionSet set = slos(count);
    long expected = events(set, input);
    KafkaConnection connection = loaded(bench, input);
    define(connection, set);
    try (DataDirectory data = Stages.data(bench);
        SluiceProcess process = Stages.start(bench, connection, Set.of(STAGE), data)) {
      Bench.await(() -> Stages.taken(process, Set.of(STAGE)) > 0);
      Spent begin = Spent.begin();
      Bench.await(() -> counted(process) >= expected);
      return begin.untilNow();
    }
  }

  private static KafkaConnection loaded(Bench bench, List<byte[]> input) {
    KafkaConnection connection = bench.fresh(Stages.internalTopics());
    Bench.produce(connection, Topics.SPANS, input, i -> i % Bench.PARTITIONS);
    return connection;
  }

  private static DefinitionSet slos(int count) {
    List<DefinitionDocument> documents = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      documents.add(new DefinitionDocument("slo-" + i + ".yaml", slo(i)));
    }
    return new DefinitionSet(DefinitionKinds.SLOS, 1L, 0L, documents);
  }

  private static String slo(int number) {
    return """
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: slo-%1$d}
        spec:
          service: service-%1$d
          indicator:
            spec:
              ratioMetric:
                total:
                  metricSource:
                    type: sluice
                    spec: {signal: spans, selector: {service: service-%1$d}}
                good:
                  metricSource:
                    type: sluice
                    spec: {noError: true, durationBelow: 300ms}
          timeWindow: [{duration: 30d, isRolling: true}]
          budgetingMethod: Occurrences
          objectives: [{target: 0.999}]
        """
        .formatted(number);
  }

  /** How many events all SLOs together count. */
  private static long events(DefinitionSet set, List<byte[]> input) {
    SloPreview preview = new SloPreview(Slos.of(set));
    input.forEach(batch -> preview.add(Topics.SPANS, batch));
    return preview.matches().stream().mapToLong(SloPreview.Match::total).sum();
  }

  private static long counted(SluiceProcess process) {
    return process.meters().find("sluice.sli.events").counters().stream()
        .mapToLong(counter -> (long) counter.count())
        .sum();
  }

  private static void define(KafkaConnection connection, DefinitionSet set) throws Exception {
    AvroSerde<DefinitionSet> serde = AvroSerde.of(DefinitionSet.getClassSchema());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            connection.clientConfig(), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  connection.namespace().topic(Topics.DEFINITIONS),
                  set.getKind().getBytes(StandardCharsets.UTF_8),
                  serde.encode(set)))
          .get();
    }
  }
}
