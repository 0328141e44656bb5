package io.sluice.benchmarks;

import io.sluice.app.config.Processors;
import io.sluice.app.runtime.DataDirectory;
import io.sluice.app.runtime.Role;
import io.sluice.app.runtime.SluiceProcess;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.sinks.search.LogQuery;
import io.sluice.sinks.search.SearchStore;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How long one event takes from its being sent to where people look, on an idle pipeline: until its
 * log line is found, until its span counts on {@code /metrics}, until an alert of a total outage
 * fires.
 */
record Delays(List<Double> searchable, List<Double> onMetrics, double alerted) {

  private static final int LOGS = 100;
  private static final int SPANS = 30;
  private static final Duration CALM = Duration.ofSeconds(25);

  static Delays measure(Bench bench) throws Exception {
    KafkaConnection connection = bench.fresh(Stages.internalTopics());
    Set<String> roles = new HashSet<>(Role.all(Processors.load()));
    try (DataDirectory data = Stages.data(bench);
        SluiceProcess process = Stages.start(bench, connection, roles, data)) {
      Bench.await(process::isReady);
      return new Delays(searchable(process), onMetrics(process), alerted(process));
    }
  }

  void print(PrintStream out) {
    out.printf(
        Locale.ROOT,
        "  event to searchable (n=%d)          p50 %5.0f ms   p99 %5.0f ms%n"
            + "  event to /metrics (n=%d)             p50 %5.0f ms   p99 %5.0f ms%n"
            + "  outage to alert FIRING (n=1)              %5.0f ms   (windows of 1 min and 15 s, buckets of"
            + " 10 s)%n",
        searchable.size(),
        Bench.quantile(searchable, 0.5),
        Bench.quantile(searchable, 0.99),
        onMetrics.size(),
        Bench.quantile(onMetrics, 0.5),
        Bench.quantile(onMetrics, 0.99),
        alerted);
  }

  String line() {
    return String.format(
        Locale.ROOT,
        "searchable_p50_ms=%.0f searchable_p99_ms=%.0f metrics_p50_ms=%.0f metrics_p99_ms=%.0f alert_ms=%.0f",
        Bench.quantile(searchable, 0.5),
        Bench.quantile(searchable, 0.99),
        Bench.quantile(onMetrics, 0.5),
        Bench.quantile(onMetrics, 0.99),
        alerted);
  }

  private static List<Double> searchable(SluiceProcess process) {
    SearchStore store = process.store().orElseThrow();
    List<Double> delays = new ArrayList<>();
    for (int i = 0; i < LOGS; i++) {
      String word = "needle" + i;
      long begin = System.nanoTime();
      send(
          process,
          "/v1/logs",
          Telemetry.service("delays").log(word).at(Instant.now()).toRequestBytes());
      Bench.await(() -> !store.logs(LogQuery.matching(word)).entries().isEmpty());
      delays.add(Bench.seconds(begin) * 1000);
    }
    return delays;
  }

  private static List<Double> onMetrics(SluiceProcess process) {
    List<Double> delays = new ArrayList<>();
    for (int i = 0; i < SPANS; i++) {
      String service = "delays-" + i;
      long begin = System.nanoTime();
      send(process, "/v1/traces", span(service, "work", i, Duration.ofMillis(1), false));
      Bench.await(() -> metrics(process).contains(service));
      delays.add(Bench.seconds(begin) * 1000);
    }
    return delays;
  }

  /** The shipped SLO of the demo's checkout: good for a while, then every request fails. */
  private static double alerted(SluiceProcess process) {
    int port = process.console().orElseThrow().port();
    String alerts = "http://localhost:" + port + "/api/v1/alerts";
    long calmUntil = System.nanoTime() + CALM.toNanos();
    int number = 1000;
    while (System.nanoTime() < calmUntil) {
      send(process, "/v1/traces", checkout(number++, false));
      pause(100);
    }
    long begin = System.nanoTime();
    while (!get(alerts).contains("\"FIRING\"")) {
      send(process, "/v1/traces", checkout(number++, true));
      pause(100);
    }
    return Bench.seconds(begin) * 1000;
  }

  private static byte[] checkout(int number, boolean bad) {
    return span("checkout", "POST /checkout", number, Duration.ofMillis(20), bad);
  }

  private static byte[] span(String service, String name, int number, Duration took, boolean bad) {
    var span =
        Telemetry.service(service)
            .span(name)
            .kind(SpanKind.SERVER)
            .trace(Telemetry.traceId(number + 1))
            .id(Telemetry.spanId(number + 1))
            .start(Instant.now().minus(took))
            .took(took);
    return (bad ? span.error() : span).toRequestBytes();
  }

  private static void pause(long millis) {
    long until = System.nanoTime() + millis * 1_000_000;
    Bench.await(() -> System.nanoTime() > until);
  }

  private static String metrics(SluiceProcess process) {
    return get("http://localhost:" + process.prometheusSink().orElseThrow().port() + "/metrics");
  }

  private static void send(SluiceProcess process, String path, byte[] body) {
    int port = process.ingest().orElseThrow().httpPort();
    exchange(
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .header("content-type", "application/x-protobuf")
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build());
  }

  private static String get(String url) {
    return exchange(HttpRequest.newBuilder(URI.create(url)).build());
  }

  private static String exchange(HttpRequest request) {
    try {
      HttpResponse<String> reply = Http.CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
      if (reply.statusCode() != 200) {
        throw new IllegalStateException(request.uri() + " answered " + reply.statusCode());
      }
      return reply.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private static final class Http {
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
  }
}
