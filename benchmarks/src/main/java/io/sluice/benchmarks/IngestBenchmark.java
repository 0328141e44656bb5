package io.sluice.benchmarks;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.app.bench.Benchmark;
import io.sluice.ingest.IngestServer;
import io.sluice.schemas.Topics;
import io.sluice.schemas.stage.KafkaConnection;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;

/** {@code sluice bench ingest}. */
public final class IngestBenchmark implements Benchmark {

  private static final int ROUNDS = 5;
  private static final int REPEATS = 3;

  /** What services send: small batches at short intervals, and the SDKs' default of 512 spans. */
  private enum Size {
    SMALL("48 spans", 48, 8_000, 256),
    SDK("512 spans", 512, 750, 48);

    private final String label;
    private final int spans;
    private final int batches;
    private final int concurrent;

    Size(String label, int spans, int batches, int concurrent) {
      this.label = label;
      this.spans = spans;
      this.batches = batches;
      this.concurrent = concurrent;
    }
  }

  /** MB/s, and milliseconds of a core for each MB. */
  private record Rate(double megabytes, double coreMillis) {}

  private enum Way {
    HTTP("OTLP/HTTP", false, false),
    HTTP_GZIP("OTLP/HTTP gzip", false, true),
    GRPC("OTLP/gRPC", true, false),
    GRPC_GZIP("OTLP/gRPC gzip", true, true);

    private final String label;
    private final boolean grpc;
    private final boolean gzip;

    Way(String label, boolean grpc, boolean gzip) {
      this.label = label;
      this.grpc = grpc;
      this.gzip = gzip;
    }
  }

  @Override
  public String name() {
    return "ingest";
  }

  @Override
  public String description() {
    return "OTLP over gRPC and HTTP into Kafka, against a bare producer of the same bytes";
  }

  @Override
  public void run(PrintStream out) throws Exception {
    out.printf(
        "Acks from all replicas, lz4 to Kafka, MB of uncompressed OTLP. The client is in this process,"
            + " beside%nthe broker, and its work counts. %d rounds interleaved, the first thrown"
            + " away.%n",
        ROUNDS + 1);
    List<String> line = new ArrayList<>();
    double lowest = Double.MAX_VALUE;
    for (Size size : Size.values()) {
      Map<Way, Double> ratios = measure(out, size);
      for (var ratio : ratios.entrySet()) {
        String name = (ratio.getKey() + "_" + size).toLowerCase(Locale.ROOT);
        line.add(String.format(Locale.ROOT, "%s=%.2f", name, ratio.getValue()));
        lowest = ratio.getKey().gzip ? lowest : Math.min(lowest, ratio.getValue());
      }
    }
    out.printf(Locale.ROOT, "ingest ratio=%.2f %s%n", lowest, String.join(" ", line));
  }

  /** Each way's share of what the bare producer reaches. */
  private static Map<Way, Double> measure(PrintStream out, Size size) throws Exception {
    List<byte[]> batches = new Batches(1, Instant.now()).spans(size.batches, size.spans);
    List<byte[]> zipped = batches.stream().map(IngestBenchmark::gzip).toList();
    double megabytes = Bench.megabytes(batches) * REPEATS;
    out.printf(
        Locale.ROOT,
        "%s, %.0f KB a request, %.0f MB a round, %d requests at a time:%n",
        size.label,
        Bench.megabytes(batches) * 1000 / size.batches,
        megabytes,
        size.concurrent);
    List<Rate> bare = new ArrayList<>();
    Map<Way, List<Rate>> rates = new EnumMap<>(Way.class);
    try (Bench bench = new Bench()) {
      for (int round = 0; round <= ROUNDS; round++) {
        KafkaConnection connection = bench.fresh(List.of());
        Rate producer =
            rate(megabytes, () -> Bench.produce(connection, Topics.RAW_SPANS, repeat(batches)));
        if (round > 0) {
          bare.add(producer);
        }
        for (Way way : Way.values()) {
          KafkaConnection target = bench.fresh(List.of());
          List<byte[]> bodies = repeat(way.gzip ? zipped : batches);
          Rate rate = rate(megabytes, () -> through(target, way, bodies, size.concurrent));
          if (round > 0) {
            rates.computeIfAbsent(way, unused -> new ArrayList<>()).add(rate);
          }
        }
      }
    }
    print(out, "bare producer", bare);
    Map<Way, Double> ratios = new EnumMap<>(Way.class);
    rates.forEach(
        (way, measured) -> {
          print(out, way.label, measured);
          ratios.put(way, median(measured) / median(bare));
        });
    return ratios;
  }

  /** Runs something that says how many seconds of its time count. */
  private static Rate rate(double megabytes, Callable<Double> run) throws Exception {
    double before = Bench.cpuSeconds();
    double seconds = run.call();
    return new Rate(megabytes / seconds, (Bench.cpuSeconds() - before) * 1000 / megabytes);
  }

  private static List<byte[]> repeat(List<byte[]> batches) {
    return Collections.nCopies(REPEATS, batches).stream().flatMap(List::stream).toList();
  }

  private static double median(List<Rate> rates) {
    return Bench.median(rates.stream().map(Rate::megabytes).toList());
  }

  private static void print(PrintStream out, String name, List<Rate> rates) {
    Bench.row(out, name, rates.stream().map(Rate::megabytes).toList(), "MB/s");
    out.printf(
        Locale.ROOT,
        "  %-34s %8.1f core-ms/MB%n",
        "",
        Bench.median(rates.stream().map(Rate::coreMillis).toList()));
  }

  private static double through(
      KafkaConnection connection, Way way, List<byte[]> bodies, int concurrent)
      throws InterruptedException {
    IngestServer server =
        new IngestServer(
            Bench.freePorts(), connection, new SimpleMeterRegistry(), OpenTelemetry.noop());
    server.start();
    try (ClientFactory factory = ClientFactory.builder().build()) {
      Bench.await(() -> server.health().ready());
      int port = way.grpc ? server.grpcPort() : server.httpPort();
      WebClient client =
          WebClient.builder((way.grpc ? "h2c" : "h1c") + "://127.0.0.1:" + port)
              .factory(factory)
              .responseTimeoutMillis(30_000)
              .build();
      Semaphore places = new Semaphore(concurrent);
      AtomicLong refused = new AtomicLong();
      AtomicReference<String> why = new AtomicReference<>("");
      long begin = System.nanoTime();
      for (byte[] body : bodies) {
        places.acquire();
        var unused =
            client
                .execute(request(way, body))
                .aggregate()
                .whenComplete(
                    (reply, failure) -> {
                      if (failure != null || !accepted(way, reply)) {
                        refused.incrementAndGet();
                        why.compareAndSet(
                            "", failure != null ? failure.toString() : describe(reply));
                      }
                      places.release();
                    });
      }
      places.acquire(concurrent);
      double seconds = Bench.seconds(begin);
      if (refused.get() > 0) {
        throw new IllegalStateException(refused + " requests were not accepted");
      }
      return seconds;
    } finally {
      server.close();
    }
  }

  private static String describe(AggregatedHttpResponse reply) {
    return reply.status() + " " + reply.contentUtf8() + " " + reply.trailers();
  }

  private static boolean accepted(Way way, AggregatedHttpResponse reply) {
    return reply.status().isSuccess()
        && (!way.grpc || "0".equals(reply.trailers().get("grpc-status")));
  }

  private static HttpRequest request(Way way, byte[] body) {
    RequestHeadersBuilder headers =
        RequestHeaders.builder(
            HttpMethod.POST,
            way.grpc
                ? "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
                : "/v1/traces");
    if (way.grpc) {
      headers.add("content-type", "application/grpc").add("te", "trailers");
      if (way.gzip) {
        headers.add("grpc-encoding", "gzip");
      }
      byte[] framed =
          ByteBuffer.allocate(5 + body.length)
              .put((byte) (way.gzip ? 1 : 0))
              .putInt(body.length)
              .put(body)
              .array();
      return HttpRequest.of(headers.build(), HttpData.wrap(framed));
    }
    headers.add("content-type", "application/x-protobuf");
    if (way.gzip) {
      headers.add("content-encoding", "gzip");
    }
    return HttpRequest.of(headers.build(), HttpData.wrap(body));
  }

  private static byte[] gzip(byte[] bytes) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }
}
