package io.sluice.benchmarks;

import io.sluice.app.bench.Benchmark;
import io.sluice.app.runtime.DataDirectory;
import io.sluice.app.runtime.SluiceProcess;
import io.sluice.schemas.stage.KafkaConnection;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** {@code sluice bench scrape}. */
public final class ScrapeBenchmark implements Benchmark {

  private static final String STAGE = "prometheus-sink";

  /** With the 17 lines of each histogram: 100,000 series as Prometheus counts them. */
  private static final int COUNTERS = 49_000;

  private static final int HISTOGRAMS = 3_000;
  private static final SeriesLoad LOAD = new SeriesLoad(COUNTERS, HISTOGRAMS);
  private static final int ROUNDS = 10;
  private static final int PASSES = 5;

  private static final Map<String, String> FORMATS = new LinkedHashMap<>();

  static {
    FORMATS.put("text", "text/plain");
    FORMATS.put("OpenMetrics", "application/openmetrics-text;version=1.0.0");
    FORMATS.put(
        "protobuf",
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited");
  }

  @Override
  public String name() {
    return "scrape";
  }

  @Override
  public String description() {
    return "a scrape of 100,000 series in each format, and the stream while it is scraped";
  }

  @Override
  public void run(PrintStream out) throws Exception {
    out.printf(
        Locale.ROOT,
        "%d series (%d counters, %d histograms of 17), embedded broker in this process.%n",
        LOAD.series(),
        COUNTERS,
        HISTOGRAMS);
    try (Bench bench = new Bench();
        DataDirectory data = Stages.data(bench)) {
      KafkaConnection connection = bench.fresh(List.of());
      LOAD.produce(connection, 1, System.currentTimeMillis());
      try (SluiceProcess process = Stages.start(bench, connection, Set.of(STAGE), data)) {
        Bench.await(
            () ->
                process.health().values().stream().allMatch(health -> health.ready())
                    && Stages.taken(process, Set.of(STAGE)) >= LOAD.points());
        int port = process.prometheusSink().orElseThrow().port();
        double slowest = 0;
        for (Map.Entry<String, String> format : FORMATS.entrySet()) {
          List<Double> millis = scrapes(out, format, port);
          slowest = Math.max(slowest, Bench.median(millis) / 1000);
        }
        double alone = recordsPerSecond(connection, process);
        double scraped = whileScraped(connection, process, port);
        out.printf(Locale.ROOT, "  %-34s %8.0f records/s%n", "taken in, not scraped", alone);
        out.printf(
            Locale.ROOT, "  %-34s %8.0f records/s%n", "taken in, scraped without pause", scraped);
        out.printf(
            Locale.ROOT,
            "scrape ratio=%.2f series=%d slowest_format_median_s=%.3f%n",
            scraped / alone,
            LOAD.series(),
            slowest);
      }
    }
  }

  private static List<Double> scrapes(PrintStream out, Map.Entry<String, String> format, int port)
      throws Exception {
    List<Double> millis = new ArrayList<>();
    int bytes = 0;
    for (int round = 0; round <= ROUNDS; round++) {
      long begin = System.nanoTime();
      bytes = scrape(port, format.getValue());
      if (round > 0) {
        millis.add(Bench.seconds(begin) * 1000);
      }
    }
    Bench.row(
        out, String.format(Locale.ROOT, "%s, %.1f MB", format.getKey(), bytes / 1e6), millis, "ms");
    return millis;
  }

  private static double whileScraped(KafkaConnection connection, SluiceProcess process, int port)
      throws Exception {
    AtomicBoolean going = new AtomicBoolean(true);
    CompletableFuture<Void> scraper =
        CompletableFuture.runAsync(
            () -> {
              while (going.get()) {
                scrapeUnchecked(port);
              }
            });
    double rate = recordsPerSecond(connection, process);
    going.set(false);
    scraper.get();
    return rate;
  }

  /** New values of all series, some times over. */
  private static double recordsPerSecond(KafkaConnection connection, SluiceProcess process) {
    long before = Stages.taken(process, Set.of(STAGE));
    long begin = System.nanoTime();
    for (int pass = 0; pass < PASSES; pass++) {
      LOAD.produce(connection, pass + 2, System.currentTimeMillis());
    }
    long records = (long) PASSES * LOAD.points();
    Bench.await(() -> Stages.taken(process, Set.of(STAGE)) >= before + records);
    return records / Bench.seconds(begin);
  }

  private static int scrape(int port, String accept) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
            .header("accept", accept)
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.ofByteArray())
        .body()
        .length;
  }

  private static void scrapeUnchecked(int port) {
    try {
      scrape(port, "application/openmetrics-text;version=1.0.0");
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
