package io.sluice.benchmarks;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.sinks.prometheus.PrometheusSinkConfig;
import io.sluice.sinks.prometheus.ReadyRequests;
import io.sluice.sinks.prometheus.RemoteWriteConfig;
import io.sluice.sinks.prometheus.RemoteWriteSink;
import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Remote write to a real Prometheus, beside a loop that posts ready bodies to it: the same
 * requests, compressed already, each shard's one after the other. Each side of each round has a
 * Prometheus of its own, which has nothing.
 */
final class RemoteWriteRates {

  private static final RemoteWriteConfig DEFAULTS = RemoteWriteConfig.defaults();
  static final SeriesLoad LOAD = new SeriesLoad(10_000, 500);
  private static final int PASSES = 60;

  /** The compiler is at work longer than one round. */
  private static final int WARM_UP = 3;

  private static final int POINTS = PASSES * LOAD.points();

  private final Bench bench;
  private int receivers;
  private long samples;

  RemoteWriteRates(Bench bench) {
    this.bench = bench;
  }

  /** Measures and prints. */
  BesideLoop measure(PrintStream out, int rounds) throws Exception {
    KafkaConnection connection = bench.fresh(List.of());
    long begin = System.currentTimeMillis() - PASSES * 1000L;
    for (int pass = 0; pass < PASSES; pass++) {
      LOAD.produce(connection, pass, begin + pass * 1000L);
    }
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    Bench.forEach(connection, connection.namespace().topic(Topics.SERIES), records::add);
    List<List<byte[]>> bodies = ReadyRequests.of(records, DEFAULTS);
    records.clear();
    BesideLoop beside = new BesideLoop("points", POINTS);
    beside.measure(WARM_UP, rounds, () -> loop(bodies), () -> sinkFromBeginning(connection));
    beside.print(out, "remote write to Prometheus, " + samples + " samples");
    return beside;
  }

  private Spent loop(List<List<byte[]>> bodies) throws Exception {
    try (PrometheusReceiver receiver = receiver()) {
      Spent spent =
          new Posts(
                  receiver.writeUrl(),
                  answer -> true,
                  "Content-Type",
                  "application/x-protobuf",
                  "Content-Encoding",
                  "snappy",
                  "X-Prometheus-Remote-Write-Version",
                  "0.1.0")
              .spent(bodies);
      samples = receiver.samples();
      return spent;
    }
  }

  private Spent sinkFromBeginning(KafkaConnection connection) throws Exception {
    Spent spent = sink(connection);
    try (Admin admin = Admin.create(connection.clientConfig())) {
      String group = connection.namespace().applicationId("remote-write");
      admin.deleteConsumerGroups(List.of(group)).all().get();
    }
    return spent;
  }

  private Spent sink(KafkaConnection connection) throws Exception {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    try (PrometheusReceiver receiver = receiver();
        RemoteWriteSink sink = sink(receiver.writeUrl(), connection, meters)) {
      sink.start();
      Bench.await(() -> Stages.taken(meters, sink.name()) > 0);
      Spent begin = Spent.begin();
      Bench.await(() -> Stages.counted(meters, sink.name(), "out") >= POINTS);
      Spent spent = begin.untilNow();
      if (receiver.samples() != samples || receiver.outOfOrder() > 0) {
        throw new IllegalStateException(
            "Prometheus has " + receiver.samples() + " samples of the sink, not " + samples);
      }
      return spent;
    }
  }

  private PrometheusReceiver receiver() throws Exception {
    return new PrometheusReceiver(bench.directory("prometheus-" + receivers++));
  }

  static RemoteWriteSink sink(String url, KafkaConnection connection, MeterRegistry meters) {
    RemoteWriteConfig config =
        new RemoteWriteConfig(
            url,
            DEFAULTS.externalLabels(),
            DEFAULTS.relabel(),
            DEFAULTS.histograms(),
            DEFAULTS.maxSeries(),
            DEFAULTS.shards(),
            DEFAULTS.timeout(),
            "",
            "",
            "",
            DEFAULTS.tls());
    return new RemoteWriteSink(
        config, PrometheusSinkConfig.defaults(), connection, meters, Clock.systemUTC(), "bench");
  }
}
