package io.sluice.benchmarks;

import com.sun.management.ThreadMXBean;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.sluice.app.bench.Benchmark;
import io.sluice.ingest.IngestServer;
import io.sluice.instrumentation.kafka.KafkaExporters;
import io.sluice.schemas.stage.KafkaConnection;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/** {@code sluice bench exporter}: what a service pays for its spans, by both ways into Kafka. */
public final class ExporterBenchmark implements Benchmark {

  private static final int BATCH = 512;
  private static final int BATCHES = 200;
  private static final int ROUNDS = 5;

  /**
   * What a service has for its spans: the threads that exporters start join their maker's group.
   */
  private static final ThreadGroup SERVICE = new ThreadGroup("service");

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** For one span, of the threads that a service has for it. */
  private record Cost(double spansPerSecond, double bytes, double cpuMicros) {}

  /** What threads have used so far. */
  private record Used(long bytes, long cpuNanos) {}

  @Override
  public String name() {
    return "exporter";
  }

  @Override
  public String description() {
    return "the SDK exporter to Kafka beside the SDK's OTLP/gRPC exporter through ingest, same spans";
  }

  @Override
  public void run(PrintStream out) throws Exception {
    List<List<SpanData>> batches = spans();
    out.printf(
        "%d batches of %d spans a round, until Kafka has acknowledged them; broker and ingest in this"
            + " process.%nBytes and processor are those of all threads that the exporter starts and of"
            + " the one that hands it the spans. %d rounds interleaved, the first thrown away.%n",
        BATCHES, BATCH, ROUNDS + 1);
    List<Cost> kafka = new ArrayList<>();
    List<Cost> otlp = new ArrayList<>();
    try (Bench bench = new Bench()) {
      for (int round = 0; round <= ROUNDS; round++) {
        KafkaConnection connection = bench.fresh(List.of());
        Cost direct = asAService(() -> toKafka(connection, batches));
        Cost served = overOtlp(bench.fresh(List.of()), batches);
        if (round > 0) {
          kafka.add(direct);
          otlp.add(served);
        }
      }
    }
    row(out, "SDK exporter to Kafka", kafka);
    row(out, "OTLP/gRPC exporter, ingest", otlp);
    out.printf(
        Locale.ROOT,
        "exporter ratio=%.2f spans_s=%.0f otlp_spans_s=%.0f bytes_per_span=%.0f"
            + " otlp_bytes_per_span=%.0f cpu_us_per_span=%.2f otlp_cpu_us_per_span=%.2f%n",
        rate(kafka) / rate(otlp),
        rate(kafka),
        rate(otlp),
        bytes(kafka),
        bytes(otlp),
        cpu(kafka),
        cpu(otlp));
  }

  private static Cost toKafka(KafkaConnection connection, List<List<SpanData>> batches) {
    KafkaExporters exporters =
        KafkaExporters.builder(connection.bootstrapServers())
            .namespace(connection.namespace().name())
            .maxBytes(
                512L << 20) // the benchmark is faster than any service: nothing may be dropped
            .build();
    SpanExporter spans = exporters.spans();
    spans.export(batches.get(0));
    succeeds(spans.flush()); // the topic is known
    return cost(spans, batches);
  }

  private static Cost overOtlp(KafkaConnection connection, List<List<SpanData>> batches)
      throws Exception {
    IngestServer server =
        new IngestServer(
            Bench.freePorts(), connection, new SimpleMeterRegistry(), OpenTelemetry.noop());
    server.start();
    try {
      Bench.await(() -> server.health().ready());
      return asAService(
          () -> {
            SpanExporter spans =
                OtlpGrpcSpanExporter.builder()
                    .setEndpoint("http://127.0.0.1:" + server.grpcPort())
                    .build();
            succeeds(spans.export(batches.get(0)));
            return cost(spans, batches);
          });
    } finally {
      server.close();
    }
  }

  /** As the SDK's batch processor does: the next batch when the export of the last has ended. */
  private static Cost cost(SpanExporter exporter, List<List<SpanData>> batches) {
    Used before = used();
    long begin = System.nanoTime();
    for (int i = 0; i < BATCHES; i++) {
      succeeds(exporter.export(batches.get(i % batches.size())));
    }
    succeeds(exporter.flush());
    double seconds = Bench.seconds(begin);
    Used after = used();
    exporter.shutdown().join(10, TimeUnit.SECONDS);
    double spans = (double) BATCHES * BATCH;
    return new Cost(
        spans / seconds,
        (after.bytes - before.bytes) / spans,
        (after.cpuNanos - before.cpuNanos) / spans / 1000);
  }

  private static Cost asAService(Callable<Cost> work) throws Exception {
    FutureTask<Cost> task = new FutureTask<>(work);
    new Thread(SERVICE, task, "service").start();
    return task.get();
  }

  /** Of all threads of the service. None of them ends while it is measured. */
  private static Used used() {
    long bytes = 0;
    long cpu = 0;
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getThreadGroup() == SERVICE) {
        bytes += Math.max(0, THREADS.getThreadAllocatedBytes(thread.getId()));
        cpu += Math.max(0, THREADS.getThreadCpuTime(thread.getId()));
      }
    }
    return new Used(bytes, cpu);
  }

  private static void succeeds(CompletableResultCode result) {
    if (!result.join(60, TimeUnit.SECONDS).isSuccess()) {
      throw new IllegalStateException("an export failed");
    }
  }

  /** Ten batches of traces of 16 spans, as an SDK ends them. */
  private static List<List<SpanData>> spans() {
    List<SpanData> ended = new ArrayList<>();
    try (SdkTracerProvider provider =
        SdkTracerProvider.builder()
            .addSpanProcessor(SimpleSpanProcessor.create(new Collecting(ended)))
            .build()) {
      var tracer = provider.get("bench");
      for (int i = 0; i < 10 * BATCH; i += 16) {
        Span root = tracer.spanBuilder("POST /checkout").setSpanKind(SpanKind.SERVER).startSpan();
        for (int child = 1; child < 16; child++) {
          tracer
              .spanBuilder("SELECT orders")
              .setParent(Context.root().with(root))
              .setSpanKind(SpanKind.CLIENT)
              .setAttribute("db.system.name", "postgresql")
              .setAttribute("db.query.text", "SELECT * FROM orders WHERE customer = $1")
              .setAttribute("server.address", "orders.shop")
              .setAttribute("server.port", 5432)
              .startSpan()
              .end();
        }
        root.setAttribute("http.request.method", "POST");
        root.setAttribute("http.route", "/checkout");
        root.setAttribute("http.response.status_code", 200);
        root.end();
      }
    }
    List<List<SpanData>> batches = new ArrayList<>();
    for (int i = 0; i < ended.size(); i += BATCH) {
      batches.add(List.copyOf(ended.subList(i, i + BATCH)));
    }
    return batches;
  }

  private record Collecting(List<SpanData> into) implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      into.addAll(spans);
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  private static double rate(List<Cost> costs) {
    return Bench.median(costs.stream().map(Cost::spansPerSecond).toList());
  }

  private static double bytes(List<Cost> costs) {
    return Bench.median(costs.stream().map(Cost::bytes).toList());
  }

  private static double cpu(List<Cost> costs) {
    return Bench.median(costs.stream().map(Cost::cpuMicros).toList());
  }

  private static void row(PrintStream out, String name, List<Cost> costs) {
    Bench.row(out, name, costs.stream().map(Cost::spansPerSecond).toList(), "spans/s");
    out.printf(
        Locale.ROOT,
        "  %-34s %8.0f bytes and %.2f us of a core per span%n",
        "",
        bytes(costs),
        cpu(costs));
  }
}
