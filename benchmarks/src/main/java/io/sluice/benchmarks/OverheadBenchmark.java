package io.sluice.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.sluice.app.bench.Benchmark;
import io.sluice.instrumentation.ServiceTelemetry;
import io.sluice.instrumentation.async.Spans;
import io.sluice.instrumentation.http.HttpServerTelemetry;
import io.sluice.instrumentation.kafka.KafkaExporters;
import io.sluice.schemas.stage.KafkaConnection;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** {@code sluice bench overhead}: a small HTTP service with and without its instrumentation. */
public final class OverheadBenchmark implements Benchmark {

  private static final int ROUNDS = 7;
  private static final Duration ROUND = Duration.ofSeconds(2);
  private static final int CONNECTIONS = 2;

  @Override
  public String name() {
    return "overhead";
  }

  @Override
  public String description() {
    return "a small HTTP service with and without spans, metrics and the exporter to Kafka";
  }

  @Override
  public void run(PrintStream out) throws Exception {
    out.printf(
        "%d connections, each with one request at a time; a request is two spans, a counter and three"
            + " histograms.%nClients, service and broker in this process. %d rounds of %d s each in"
            + " turn, the first thrown away.%n",
        CONNECTIONS, ROUNDS + 1, ROUND.toSeconds());
    System.setProperty("sun.net.httpserver.nodelay", "true"); // else it waits 40 ms now and then
    List<HttpLoad.Measured> bare = new ArrayList<>();
    List<HttpLoad.Measured> unsent = new ArrayList<>();
    List<HttpLoad.Measured> kafka = new ArrayList<>();
    long requests = 0;
    try (Bench bench = new Bench()) {
      KafkaExporters exporters = exporters(bench.fresh(List.of()));
      CountedSpans spans = new CountedSpans(exporters.spans());
      try (ServiceTelemetry sent =
              ServiceTelemetry.builder("bench")
                  .spanExporter(spans)
                  .logExporter(exporters.logs())
                  .metricExporter(exporters.metrics())
                  .build();
          ServiceTelemetry unsentTelemetry = nowhere();
          Service plain = new Service(null);
          Service observed = new Service(unsentTelemetry.openTelemetry());
          Service published = new Service(sent.openTelemetry())) {
        for (int round = 0; round <= ROUNDS; round++) {
          HttpLoad.Measured without = HttpLoad.run(plain.port(), CONNECTIONS, ROUND);
          HttpLoad.Measured toNowhere = HttpLoad.run(observed.port(), CONNECTIONS, ROUND);
          HttpLoad.Measured toKafka = HttpLoad.run(published.port(), CONNECTIONS, ROUND);
          requests += toKafka.requests();
          if (round > 0) {
            bare.add(without);
            unsent.add(toNowhere);
            kafka.add(toKafka);
          }
        }
        if (!sent.flush(Duration.ofSeconds(30))) {
          out.println("not all telemetry reached Kafka");
        }
      }
      out.printf(
          Locale.ROOT,
          "%d requests with the exporter to Kafka; %.0f %% of their spans got as far as it, the SDK's"
              + " queue had no room for the others. It dropped %d items.%n",
          requests,
          100.0 * spans.count() / (2 * requests),
          exporters.dropped().values().stream().mapToLong(n -> n).sum());
    }
    row(out, "without", bare);
    row(out, "spans and metrics, sent nowhere", unsent);
    row(out, "spans and metrics to Kafka", kafka);
    out.printf(
        Locale.ROOT,
        "overhead ratio=%.2f p50_ratio=%.2f p99_ratio=%.2f unsent_ratio=%.2f requests_s=%.0f"
            + " bare_requests_s=%.0f p50_us=%.0f bare_p50_us=%.0f p99_us=%.0f bare_p99_us=%.0f%n",
        rate(kafka) / rate(bare),
        micros(kafka, 0.5) / micros(bare, 0.5),
        micros(kafka, 0.99) / micros(bare, 0.99),
        rate(unsent) / rate(bare),
        rate(kafka),
        rate(bare),
        micros(kafka, 0.5),
        micros(bare, 0.5),
        micros(kafka, 0.99),
        micros(bare, 0.99));
  }

  private static ServiceTelemetry nowhere() {
    return ServiceTelemetry.builder("bench")
        .spanExporter(SpanExporter.composite())
        .logExporter(LogRecordExporter.composite())
        .metricExporter(new NowhereMetrics())
        .build();
  }

  private static KafkaExporters exporters(KafkaConnection connection) {
    return KafkaExporters.builder(connection.bootstrapServers())
        .namespace(connection.namespace().name())
        .build();
  }

  private static void row(PrintStream out, String name, List<HttpLoad.Measured> rounds) {
    Bench.row(out, name, rounds.stream().map(HttpLoad.Measured::perSecond).toList(), "requests/s");
    out.printf(
        Locale.ROOT,
        "  %-34s p50 %.0f us, p99 %.0f us%n",
        "",
        micros(rounds, 0.5),
        micros(rounds, 0.99));
  }

  private static double rate(List<HttpLoad.Measured> rounds) {
    return Bench.median(rounds.stream().map(HttpLoad.Measured::perSecond).toList());
  }

  private static double micros(List<HttpLoad.Measured> rounds, double quantile) {
    return Bench.median(rounds.stream().map(round -> round.micros(quantile)).toList());
  }

  /** Answers with a price; observed when there is somebody to tell. */
  private static final class Service implements AutoCloseable {

    private static final AttributeKey<String> KIND = AttributeKey.stringKey("kind");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);

    Service(@Nullable OpenTelemetry openTelemetry) throws IOException {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server.setExecutor(threads);
      var context = server.createContext("/price");
      if (openTelemetry == null) {
        context.setHandler(exchange -> answer(exchange, price(exchange)));
      } else {
        Tracer tracer = openTelemetry.getTracer("bench");
        LongCounter prices = openTelemetry.getMeter("bench").counterBuilder("prices").build();
        Attributes gift = Attributes.of(KIND, "gift");
        context.getFilters().add(HttpServerTelemetry.create(openTelemetry).filter());
        context.setHandler(
            exchange -> {
              String price =
                  Spans.instrument(tracer, "compute price").supplier(() -> price(exchange)).get();
              prices.add(1, gift);
              answer(exchange, price);
            });
      }
      server.start();
    }

    int port() {
      return server.getAddress().getPort();
    }

    private static String price(HttpExchange exchange) {
      int id = exchange.getRequestURI().getQuery().hashCode();
      StringBuilder json = new StringBuilder("{\"prices\":[");
      for (int i = 0; i < 20; i++) {
        json.append(i == 0 ? "" : ",").append(Math.floorMod(id * 31 + i, 10_000));
      }
      return json.append("]}").toString();
    }

    private static void answer(HttpExchange exchange, String body) throws IOException {
      byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
      exchange.close();
    }

    @Override
    public void close() {
      server.stop(0);
      threads.shutdownNow();
    }
  }
}
