package io.sluice.benchmarks;

import com.sun.net.httpserver.HttpServer;
import io.sluice.app.bench.Benchmark;
import io.sluice.app.runtime.DataDirectory;
import io.sluice.app.runtime.SluiceProcess;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.Topics;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
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

  @Override
  public String name() {
    return "alerts";
  }

  @Override
  public String description() {
    return "from the first bad event at ingest to the notification at a local webhook";
  }

  @Override
  public void run(PrintStream out) throws Exception {
    out.printf(
        Locale.ROOT,
        "%d services, an event each %d ms; after %d s of good events one after the other fails in full. SLO of"
            + " 99 %%,%nfiring at 5 times the budget over 60 s and 15 s, buckets of 10 s, grace 2 s. Ingest,"
            + " sanitizer, sli, alerts%nand notifier in this process, exactly-once.%n",
        SERVICES,
        BETWEEN_EVENTS.toMillis(),
        CALM.toSeconds());
    List<Double> delays = new ArrayList<>();
    try (Bench bench = new Bench();
        Webhook webhook = new Webhook()) {
      KafkaConnection connection = bench.fresh(Stages.internalTopics());
      define(connection);
      Set<String> roles = Set.of("ingest", "sanitizer", "sli", "alerts", "notifier");
      try (DataDirectory data = Stages.data(bench);
          SluiceProcess process =
              Stages.start(
                  bench,
                  connection,
                  roles,
                  data,
                  Map.of("notifier.webhooks", "[\"" + webhook.url() + "\"]"))) {
        Bench.await(process::isReady);
        Map<String, Long> begun = outages(process, webhook);
        begun.forEach(
            (service, nanos) ->
                delays.add((webhook.fired.getOrDefault(service, nanos) - nanos) / 1e6));
      }
    }
    double minimum = MINIMUM.toMillis();
    double p50 = Bench.quantile(delays, 0.5);
    double p99 = Bench.quantile(delays, 0.99);
    out.printf(
        Locale.ROOT,
        "  first bad event to notification (n=%d)   p50 %6.0f ms   p99 %6.0f ms%n"
            + "  above the arithmetic minimum of 3 s      p50 %6.0f ms   p99 %6.0f ms%n"
            + "alerts ratio=%.2f p50_ms=%.0f p99_ms=%.0f minimum_ms=%.0f above_p50_ms=%.0f above_p99_ms=%.0f%n",
        delays.size(),
        p50,
        p99,
        p50 - minimum,
        p99 - minimum,
        minimum / p50,
        p50,
        p99,
        minimum,
        p50 - minimum,
        p99 - minimum);
  }

  /** When each service's first bad event was sent. */
  private static Map<String, Long> outages(SluiceProcess process, Webhook webhook) {
    String ingest = "http://localhost:" + process.ingest().orElseThrow().httpPort() + "/v1/traces";
    HttpClient client = HttpClient.newHttpClient();
    Map<String, Long> begun = new HashMap<>();
    long begin = System.nanoTime();
    long longest = CALM.plus(Duration.ofMinutes(2)).toNanos();
    for (int number = 1; webhook.fired.size() < SERVICES; number++) {
      if (System.nanoTime() - begin > longest) {
        throw new IllegalStateException("only " + webhook.fired.keySet() + " fired");
      }
      for (int service = 0; service < SERVICES; service++) {
        String name = "bench-" + service;
        long failsFrom = begin + CALM.toNanos() + BETWEEN_OUTAGES.multipliedBy(service).toNanos();
        boolean bad = System.nanoTime() >= failsFrom;
        if (bad) {
          begun.putIfAbsent(name, System.nanoTime());
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

  private static void define(KafkaConnection connection) throws Exception {
    List<DefinitionDocument> documents = new ArrayList<>();
    for (int service = 0; service < SERVICES; service++) {
      documents.add(new DefinitionDocument("bench-" + service + ".yaml", slo(service)));
    }
    DefinitionSet set =
        new DefinitionSet(DefinitionKinds.SLOS, 1L, System.currentTimeMillis(), documents);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            connection.clientConfig(), new ByteArraySerializer(), new ByteArraySerializer())) {
      producer
          .send(
              new ProducerRecord<>(
                  connection.namespace().topic(Topics.DEFINITIONS),
                  DefinitionKinds.SLOS.getBytes(StandardCharsets.UTF_8),
                  DEFINITIONS.encode(set)))
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

  /** Notes when each service's alert came. */
  private static final class Webhook implements AutoCloseable {

    private final Map<String, Long> fired = new ConcurrentHashMap<>();
    private final HttpServer server;

    Webhook() throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.createContext(
          "/",
          exchange -> {
            String body =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            for (int service = 0; service < SERVICES; service++) {
              String name = "bench-" + service;
              if (body.contains("\"slo\":\"" + name + "\"") && body.contains("\"firing\"")) {
                fired.putIfAbsent(name, System.nanoTime());
              }
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
          });
      server.start();
    }

    String url() {
      return "http://127.0.0.1:" + server.getAddress().getPort() + "/";
    }

    @Override
    public void close() {
      server.stop(0);
    }
  }
}
