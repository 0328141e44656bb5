package io.sluice.benchmarks;

import static io.sluice.benchmarks.PrometheusWay.OVER_SPANS;

import io.sluice.app.bench.Benchmark;
import io.sluice.app.runtime.DataDirectory;
import io.sluice.app.runtime.SluiceProcess;
import io.sluice.benchmarks.AlertReceiver.Told;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.definitions.Slo;
import io.sluice.schemas.definitions.Slos;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.testkit.Programs;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** {@code sluice bench alerts}. */
public final class AlertsBenchmark implements Benchmark {

  private static final AvroSerde<DefinitionSet> DEFINITIONS =
      AvroSerde.of(DefinitionSet.getClassSchema());
  private static final int SERVICES = 10;
  private static final Duration BETWEEN_EVENTS = Duration.ofMillis(250);
  private static final Duration CALM = Duration.ofSeconds(75);

  /** Outages begin one after the other, so that they meet a bucket of 10 s at every point. */
  private static final Duration BETWEEN_OUTAGES = Duration.ofMillis(3_700);

  /** 5 times a budget of 1 % over 60 s: 3 s of a total outage, whoever computes it. */
  private static final Duration MINIMUM = Duration.ofSeconds(3);

  private static final double SHARE = 0.05;

  /** Whose alerts: the names that the receiver has them under. */
  private static final String STREAM = "Sluice";

  private static final String RULES = "ErrorBudgetBurn";

  private static final Set<String> ROLES =
      Set.of("ingest", "sanitizer", "spanmetrics", "sli", "alerts", "notifier", "prometheus-sink");

  @Override
  public String name() {
    return "alerts";
  }

  @Override
  public String description() {
    return "from the first bad event at ingest to the notification, beside a real Prometheus";
  }

  @Override
  public void run(PrintStream out) throws Exception {
    out.printf(
        Locale.ROOT,
        "%d services, an event each %d ms; after %d s of good events one after the other fails in full. SLO of"
            + " 99 %%,%nfiring at 5 times the budget over 60 s and 15 s, buckets of 10 s, grace 2 s. All stages"
            + " in this process, exactly-once.%n",
        SERVICES,
        BETWEEN_EVENTS.toMillis(),
        CALM.toSeconds());
    boolean beside = Programs.find("prometheus").isPresent();
    if (!beside) {
      out.println("Without the Prometheus way: there is no program prometheus in PATH.");
    }
    List<Slo> slos = Slos.of(set()).slos();
    try (Bench bench = new Bench();
        AlertReceiver receiver = new AlertReceiver()) {
      KafkaConnection connection = bench.fresh(Stages.internalTopics());
      define(connection);
      try (DataDirectory data = Stages.data(bench);
          SluiceProcess process =
              Stages.start(
                  bench,
                  connection,
                  ROLES,
                  data,
                  Map.of("notifier.webhooks", "[\"" + receiver.webhook() + "\"]"))) {
        Bench.await(process::isReady);
        int sink = process.prometheusSink().orElseThrow().port();
        try (PrometheusWay prometheus =
            beside
                ? PrometheusWay.start(bench.directory("prometheus"), slos, SHARE, sink, receiver)
                : null) {
          List<String> ways = beside ? List.of(STREAM, RULES, OVER_SPANS) : List.of(STREAM);
          Map<String, Instant> begun = outages(process, receiver, ways);
          print(out, begun, receiver, beside);
        }
      }
    }
  }

  private static void print(
      PrintStream out, Map<String, Instant> begun, AlertReceiver receiver, boolean beside) {
    List<Double> stream = delays(begun, receiver.told(STREAM), Told::came);
    row(out, "Sluice, to the notification", stream);
    row(out, "of that to the decision", delays(begun, receiver.told(STREAM), Told::startsAt));
    String peer = "";
    double ratio = Double.NaN;
    if (beside) {
      List<Double> rules = delays(begun, receiver.told(RULES), Told::came);
      List<Double> spans = delays(begun, receiver.told(OVER_SPANS), Told::came);
      row(out, "Prometheus, rules of slo rules", rules);
      row(out, "Prometheus, over metrics of spans", spans);
      ratio = above(stream, 0.99) / Math.min(above(rules, 0.99), above(spans, 0.99));
      peer =
          String.format(
              Locale.ROOT,
              " prometheus_rules_above_p99_ms=%.0f prometheus_spans_above_p99_ms=%.0f",
              above(rules, 0.99),
              above(spans, 0.99));
    }
    out.printf(
        Locale.ROOT,
        "alerts ratio=%.2f minimum_ms=%d above_p50_ms=%.0f above_p99_ms=%.0f%s%n",
        ratio,
        MINIMUM.toMillis(),
        above(stream, 0.5),
        above(stream, 0.99),
        peer);
  }

  private static void row(PrintStream out, String name, List<Double> delays) {
    out.printf(
        Locale.ROOT,
        "  %-36s p50 %6.0f ms   p99 %6.0f ms   above the minimum p50 %6.0f ms   p99 %6.0f ms (n=%d)%n",
        name,
        Bench.quantile(delays, 0.5),
        Bench.quantile(delays, 0.99),
        above(delays, 0.5),
        above(delays, 0.99),
        delays.size());
  }

  private static double above(List<Double> delays, double rank) {
    return Bench.quantile(delays, rank) - MINIMUM.toMillis();
  }

  /** Milliseconds from each service's first bad event. */
  private static List<Double> delays(
      Map<String, Instant> begun, Map<String, Told> told, Function<Told, Instant> when) {
    List<Double> delays = new ArrayList<>();
    told.forEach(
        (slo, alert) ->
            delays.add(
                Duration.between(begun.getOrDefault(slo, Instant.MAX), when.apply(alert)).toNanos()
                    / 1e6));
    return delays;
  }

  /** When each service's first bad event was sent. */
  private static Map<String, Instant> outages(
      SluiceProcess process, AlertReceiver receiver, List<String> ways) {
    String ingest = "http://localhost:" + process.ingest().orElseThrow().httpPort() + "/v1/traces";
    HttpClient client = HttpClient.newHttpClient();
    Map<String, Instant> begun = new HashMap<>();
    long begin = System.nanoTime();
    long longest = CALM.plus(Duration.ofMinutes(4)).toNanos();
    for (int number = 1;
        !ways.stream().allMatch(way -> receiver.told(way).size() == SERVICES);
        number++) {
      if (System.nanoTime() - begin > longest) {
        ways.forEach(way -> System.err.println(way + ": " + receiver.told(way).keySet()));
        throw new IllegalStateException("not all alerts fired");
      }
      for (int service = 0; service < SERVICES; service++) {
        String name = "bench-" + service;
        long failsFrom = begin + CALM.toNanos() + BETWEEN_OUTAGES.multipliedBy(service).toNanos();
        boolean bad = System.nanoTime() >= failsFrom;
        if (bad) {
          begun.putIfAbsent(name, Instant.now());
        }
        send(client, ingest, span(name, number * SERVICES + service, bad));
      }
      long next = begin + BETWEEN_EVENTS.multipliedBy(number).toNanos();
      LockSupport.parkNanos(Math.max(0, next - System.nanoTime()));
    }
    return begun;
  }

  private static byte[] span(String service, int number, boolean bad) {
    var span =
        Telemetry.service(service)
            .span("work")
            .kind(SpanKind.SERVER)
            .trace(Telemetry.traceId(number + 1))
            .id(Telemetry.spanId(number + 1))
            .start(Instant.now().minusMillis(2))
            .took(Duration.ofMillis(1));
    return (bad ? span.error() : span).toRequestBytes();
  }

  private static void send(HttpClient client, String url, byte[] body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url))
            .header("content-type", "application/x-protobuf")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build();
    var unused = client.sendAsync(request, HttpResponse.BodyHandlers.discarding());
  }

  private static DefinitionSet set() {
    List<DefinitionDocument> documents = new ArrayList<>();
    for (int service = 0; service < SERVICES; service++) {
      documents.add(new DefinitionDocument("bench-" + service + ".yaml", slo(service)));
    }
    return new DefinitionSet(DefinitionKinds.SLOS, 1L, System.currentTimeMillis(), documents);
  }

  private static void define(KafkaConnection connection) throws Exception {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            connection.clientConfig(), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  connection.namespace().topic(Topics.DEFINITIONS),
                  DefinitionKinds.SLOS.getBytes(StandardCharsets.UTF_8),
                  DEFINITIONS.encode(set())))
          .get();
    }
  }

  private static String slo(int service) {
    return """
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: bench-%d}
        spec:
          service: bench-%d
          indicator:
            spec:
              ratioMetric:
                total:
                  metricSource: {type: sluice, spec: {signal: spans, selector: {service: bench-%d}}}
                good:
                  metricSource: {type: sluice, spec: {noError: true}}
          timeWindow: [{duration: 1h, isRolling: true}]
          budgetingMethod: Occurrences
          objectives: [{target: 0.99}]
          alertPolicies:
            - kind: AlertPolicy
              spec:
                conditions:
                  - spec:
                      severity: page
                      condition: {kind: burnrate, threshold: 5, lookbackWindow: 60s, shortWindow: 15s}
        """
        .formatted(service, service, service);
  }
}
