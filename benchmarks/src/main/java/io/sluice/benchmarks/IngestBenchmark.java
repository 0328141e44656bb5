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
import io.sluice.ingest.IngestConfig;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.zip.GZIPOutputStream;

/** {@code sluice bench ingest}. */
public final class IngestBenchmark implements Benchmark {

  private static final int BATCHES = 8_000;
  private static final int ROUNDS = 5;
  private static final int CONCURRENT = 64;

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
    List<byte[]> batches = new Batches(1, Instant.now()).spans(BATCHES);
    List<byte[]> zipped = batches.stream().map(IngestBenchmark::gzip).toList();
    double megabytes = Bench.megabytes(batches);
    out.printf(
        Locale.ROOT,
        "%d OTLP batches of %.1f KB = %.0f MB (uncompressed counts), acks=all, lz4 to Kafka, %d requests"
            + " at a time%nfrom a client in the same process beside the broker; rounds interleaved, the"
            + " first thrown away.%n",
        BATCHES,
        megabytes * 1000 / BATCHES,
        megabytes,
        CONCURRENT);
    List<Double> bare = new ArrayList<>();
    Map<Way, List<Double>> rates = new LinkedHashMap<>();
    try (Bench bench = new Bench()) {
      for (int round = 0; round <= ROUNDS; round++) {
        double producer =
            megabytes / Bench.produce(bench.fresh(List.of()), Topics.RAW_SPANS, batches);
        if (round > 0) {
          bare.add(producer);
        }
        for (Way way : Way.values()) {
          double rate =
              megabytes / through(bench.fresh(List.of()), way, way.gzip ? zipped : batches);
          if (round > 0) {
            rates.computeIfAbsent(way, unused -> new ArrayList<>()).add(rate);
          }
        }
      }
    }
    Bench.row(out, "bare producer", bare, "MB/s");
    rates.forEach((way, measured) -> Bench.row(out, way.label, measured, "MB/s"));
    double limit = Bench.median(bare);
    out.printf(
        Locale.ROOT,
        "ingest ratio=%.2f http=%.2f http_gzip=%.2f grpc=%.2f grpc_gzip=%.2f%n",
        Math.min(ratio(rates, Way.HTTP, limit), ratio(rates, Way.GRPC, limit)),
        ratio(rates, Way.HTTP, limit),
        ratio(rates, Way.HTTP_GZIP, limit),
        ratio(rates, Way.GRPC, limit),
        ratio(rates, Way.GRPC_GZIP, limit));
  }

  private static double ratio(Map<Way, List<Double>> rates, Way way, double limit) {
    return Bench.median(rates.getOrDefault(way, List.of(0.0))) / limit;
  }

  private static double through(KafkaConnection connection, Way way, List<byte[]> bodies)
      throws InterruptedException {
    IngestServer server =
        new IngestServer(freePorts(), connection, new SimpleMeterRegistry(), OpenTelemetry.noop());
    server.start();
    try (ClientFactory factory = ClientFactory.builder().build()) {
      Bench.await(() -> server.health().ready());
      int port = way.grpc ? server.grpcPort() : server.httpPort();
      WebClient client =
          WebClient.builder((way.grpc ? "h2c" : "h1c") + "://127.0.0.1:" + port)
              .factory(factory)
              .responseTimeoutMillis(30_000)
              .build();
      Semaphore places = new Semaphore(CONCURRENT);
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
      places.acquire(CONCURRENT);
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

  private static IngestConfig freePorts() {
    IngestConfig defaults = IngestConfig.defaults();
    return new IngestConfig(
        defaults.bindAddress(),
        0,
        0,
        defaults.maxBodySize(),
        defaults.maxInflatedSize(),
        defaults.maxAttributes(),
        defaults.maxAttributeLength(),
        defaults.maxDepth(),
        defaults.maxInFlight(),
        defaults.ackTimeout(),
        defaults.retryDelay());
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
