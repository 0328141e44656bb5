package io.sluice.benchmarks;

import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.app.bench.Benchmark;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.sinks.prometheus.RemoteWriteSink;
import io.sluice.sinks.search.LuceneStore;
import io.sluice.sinks.search.ReadyDocuments;
import io.sluice.sinks.search.SearchSink;
import io.sluice.sinks.search.SearchSinkConfig;
import io.sluice.sinks.search.SearchStore;
import io.sluice.testkit.OpenSearchNode;
import io.sluice.testkit.OpenSearchNode.Version;
import io.sluice.testkit.Programs;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/** {@code sluice bench search-sink}. */
public final class SearchSinkBenchmark implements Benchmark {

  private static final int LOGS_PER_BATCH = 60;

  // So that a round takes seconds.
  private static final int LUCENE_LOG_BATCHES = 2_000;
  private static final int LUCENE_TRACE_BATCHES = 5_000;
  private static final int OPENSEARCH_LOG_BATCHES = 1_000;
  private static final int OPENSEARCH_TRACE_BATCHES = 1_000;
  private static final int ROUNDS = 5;
  private static final int NODE_HEAP_MIB = 1024;

  private final Map<String, Double> results = new LinkedHashMap<>();

  @Override
  public String name() {
    return "search-sink";
  }

  @Override
  public String description() {
    return "the sinks into Lucene, OpenSearch and Prometheus beside bare loops, and catching up";
  }

  @Override
  public void run(PrintStream out) throws Exception {
    out.printf(
        Locale.ROOT,
        "Sink from the embedded broker in this process, beside a bare loop that has everything ready;"
            + " %d rounds interleaved,%nafter some to warm up. Receivers are processes of their own on"
            + " the same cores.%n",
        ROUNDS);
    lucene(out);
    Optional<String> missing = OpenSearchNode.missing(Version.V2);
    if (missing.isPresent()) {
      out.printf("OpenSearch is left out: %s.%n", missing.get());
    } else {
      openSearch(out);
    }
    if (Programs.find("prometheus").isEmpty()) {
      out.println("Remote write is left out: no program prometheus is in PATH.");
    } else {
      remoteWrite(out);
    }
    StringBuilder line = new StringBuilder();
    results.forEach(
        (key, value) -> line.append(String.format(Locale.ROOT, " %s=%.2f", key, value)));
    out.printf("search-sink ratio=%.2f%s%n", results.get("lucene_logs"), line);
  }

  private void lucene(PrintStream out) throws Exception {
    double half;
    try (Bench bench = new Bench()) {
      LuceneRates rates = new LuceneRates(bench);
      SearchLoad logs = SearchLoad.logs(bench, LUCENE_LOG_BATCHES);
      BesideLoop besideLogs =
          rates.measure(
              out, "logs into Lucene", logs, ReadyDocuments.ofLogs(logs.records()), ROUNDS);
      results.put("lucene_logs", besideLogs.ratio());
      half = besideLogs.perSecond() / 2;
      SearchLoad traces = SearchLoad.traces(bench, LUCENE_TRACE_BATCHES);
      results.put(
          "lucene_traces",
          rates
              .measure(
                  out,
                  "traces into Lucene",
                  traces,
                  ReadyDocuments.ofTraces(traces.records()),
                  ROUNDS)
              .ratio());
    }
    try (Bench bench = new Bench()) {
      Path index = bench.directory("index");
      caughtUp(
          "lucene",
          ofLogs(out, bench.fresh(List.of()), half, "Lucene", () -> LuceneStore.open(index)));
    }
  }

  private void openSearch(PrintStream out) throws Exception {
    try (Bench bench = new Bench();
        OpenSearchNode node =
            OpenSearchNode.start(Version.V2, bench.directory("opensearch"), NODE_HEAP_MIB)) {
      OpenSearchRates rates = new OpenSearchRates(node);
      BesideLoop logs =
          rates.measure(
              out, "logs into OpenSearch", SearchLoad.logs(bench, OPENSEARCH_LOG_BATCHES), ROUNDS);
      results.put("opensearch_logs", logs.ratio());
      SearchLoad traces = SearchLoad.traces(bench, OPENSEARCH_TRACE_BATCHES);
      results.put(
          "opensearch_traces",
          rates.measure(out, "traces into OpenSearch", traces, ROUNDS).ratio());
      KafkaConnection connection = bench.fresh(List.of());
      caughtUp(
          "opensearch",
          ofLogs(
              out,
              connection,
              logs.perSecond() / 2,
              "OpenSearch",
              () -> OpenSearchRates.open(node.url(), connection.namespace())));
    }
  }

  private void remoteWrite(PrintStream out) throws Exception {
    try (Bench bench = new Bench()) {
      BesideLoop points = new RemoteWriteRates(bench).measure(out, ROUNDS);
      results.put("remote_write", points.ratio());
      KafkaConnection connection = bench.fresh(List.of());
      SeriesLoad series = RemoteWriteRates.LOAD;
      try (PrometheusReceiver receiver = new PrometheusReceiver(bench.directory("catch-up"));
          Feed feed =
              new Feed(
                  connection,
                  points.perSecond() / 2,
                  number ->
                      series.record(
                          connection,
                          (int) (number % series.points()),
                          number / series.points(),
                          System.currentTimeMillis()))) {
        CatchUp caught =
            CatchUp.measure(
                out,
                "remote write",
                feed,
                "remote-write",
                meters -> {
                  RemoteWriteSink sink =
                      RemoteWriteRates.sink(receiver.writeUrl(), connection, meters);
                  sink.start();
                  return sink;
                });
        caughtUp("remote_write", caught);
        if (receiver.outOfOrder() > 0) {
          throw new IllegalStateException("Prometheus refused samples as out of order");
        }
      }
    }
  }

  private void caughtUp(String sink, CatchUp caught) {
    results.put(sink + "_catch_up", caught.ratio());
    results.put(sink + "_memory", caught.memory());
  }

  private interface Open {
    SearchStore open();
  }

  private static CatchUp ofLogs(
      PrintStream out, KafkaConnection connection, double perSecond, String store, Open open)
      throws Exception {
    List<byte[]> batches = new Batches(2, Instant.now()).logs(OPENSEARCH_LOG_BATCHES);
    String topic = connection.namespace().topic(Topics.LOGS);
    try (Feed feed =
        new Feed(
            connection,
            perSecond / LOGS_PER_BATCH,
            number -> new ProducerRecord<>(topic, batches.get((int) (number % batches.size()))))) {
      return CatchUp.measure(
          out,
          "logs into " + store,
          feed,
          "search-sink",
          meters -> running(connection, open, meters));
    }
  }

  private static AutoCloseable running(
      KafkaConnection connection, Open open, MeterRegistry meters) {
    SearchStore store = open.open();
    SearchSink sink =
        new SearchSink(SearchSinkConfig.defaults(), connection, store, meters, Clock.systemUTC());
    sink.start();
    return () -> {
      sink.close();
      store.close();
    };
  }
}
