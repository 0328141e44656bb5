package io.sluice.benchmarks;

import io.sluice.app.bench.Benchmark;
import io.sluice.app.runtime.DataDirectory;
import io.sluice.app.runtime.SluiceProcess;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.SeriesIdentity;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** {@code sluice bench scrape}. */
public final class ScrapeBenchmark implements Benchmark {

  private static final String STAGE = "prometheus-sink";

  /** With the 17 lines of each histogram: 100,000 series as Prometheus counts them. */
  private static final int COUNTERS = 49_000;

  private static final int HISTOGRAMS = 3_000;
  private static final int SERIES = COUNTERS + 17 * HISTOGRAMS;
  private static final int ROUNDS = 10;
  private static final int PASSES = 5;
  private static final AvroSerde<SeriesPoint> POINTS = AvroSerde.of(SeriesPoint.getClassSchema());

  private static final Map<String, String> FORMATS =
      new LinkedHashMap<>(
          Map.of(
              "text", "text/plain",
              "OpenMetrics", "application/openmetrics-text;version=1.0.0",
              "protobuf",
                  "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
                      + "encoding=delimited"));

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
        SERIES,
        COUNTERS,
        HISTOGRAMS);
    try (Bench bench = new Bench();
        DataDirectory data = Stages.data(bench)) {
      KafkaConnection connection = bench.fresh(List.of());
      produce(connection, 1);
      try (SluiceProcess process = Stages.start(bench, connection, Set.of(STAGE), data)) {
        Bench.await(
            () ->
                process.health().values().stream().allMatch(health -> health.ready())
                    && Stages.taken(process, Set.of(STAGE)) >= COUNTERS + HISTOGRAMS);
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
            SERIES,
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
      produce(connection, pass + 2);
    }
    long records = (long) PASSES * (COUNTERS + HISTOGRAMS);
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

  private static void produce(KafkaConnection connection, long value) {
    Map<String, Object> settings = connection.clientConfig();
    settings.put("compression.type", "lz4");
    settings.put("linger.ms", 5);
    settings.put("batch.size", 128 << 10);
    String topic = connection.namespace().topic(Topics.SERIES);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (int i = 0; i < COUNTERS + HISTOGRAMS; i++) {
        SeriesPoint point = point(i, value);
        byte[] key = SeriesIdentity.of(point).getBytes(StandardCharsets.UTF_8);
        var unused = producer.send(new ProducerRecord<>(topic, key, POINTS.encode(point)));
      }
      producer.flush();
    }
  }

  private static SeriesPoint point(int number, long value) {
    boolean counter = number < COUNTERS;
    SeriesPoint.Builder point =
        SeriesPoint.newBuilder()
            .setName(
                counter ? "traces_http_requests_total" : "traces_http_request_duration_seconds")
            .setHelp("HTTP requests.")
            .setType(counter ? SeriesType.COUNTER : SeriesType.HISTOGRAM)
            .setLabels(
                Map.of(
                    "service", "service-" + number % 100,
                    "span_kind", "SPAN_KIND_SERVER",
                    "http_request_method", "GET",
                    "http_route", "/things/{thing}/parts/" + number / 100,
                    "http_status_class", "2xx"))
            .setStartTimeUnixNano(1)
            .setTimeUnixNano(System.currentTimeMillis() * 1_000_000)
            .setValue((double) value);
    if (!counter) {
      List<Long> counts = new ArrayList<>();
      for (int bucket = 0; bucket < 40; bucket++) {
        counts.add(value);
      }
      point.setHistogram(
          ExponentialHistogram.newBuilder()
              .setScale(3)
              .setCount(40 * value)
              .setSum(2.5 * value)
              .setZeroCount(0)
              .setOffset(-40)
              .setCounts(counts)
              .build());
    }
    return point.build();
  }
}
