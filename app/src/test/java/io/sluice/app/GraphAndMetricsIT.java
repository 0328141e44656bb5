package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.resource.v1.Resource;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.CloseReason;
import io.sluice.schemas.Completeness;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.Topics;
import io.sluice.schemas.Trace;
import io.sluice.schemas.TraceId;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * While traces and producers' metrics come in, a process is killed and comes back, and a second one
 * joins and is killed: every edge and every counter is what was sent, and none began anew. The two
 * sides of each call come in different records of its trace, so that what waits is killed too.
 */
@WithBroker
class GraphAndMetricsIT {

  private static final int SERVICES = 6;
  private static final int DELTA = 3;
  private static final AvroSerde<Trace> TRACES = AvroSerde.of(Trace.getClassSchema());
  private static final AvroSerde<SeriesPoint> POINTS = AvroSerde.of(SeriesPoint.getClassSchema());

  @TempDir private Path directory;

  private final Instant began = Instant.now().minus(Duration.ofHours(1));
  private final AtomicInteger sent = new AtomicInteger();
  private final List<SluiceCommand> started = new ArrayList<>();
  private volatile boolean sending = true;

  @Test
  void comesToWhatWasSentWhateverHappensToTheProcesses(TestBroker broker) throws Exception {
    broker.createTopics(3);
    Path config = SluiceCommand.config(directory, broker, 3);
    ExecutorService sender = Executors.newSingleThreadExecutor();
    SluiceCommand a = start(config, "a");
    try {
      Future<?> done = sender.submit(() -> sendOn(broker));
      await().atMost(Duration.ofMinutes(2)).until(() -> !values(broker).isEmpty());
      a.kill();
      awaitMore(50);
      a = start(config, "a");
      awaitMore(100);
      SluiceCommand b = start(config, "b");
      b.awaitRunning();
      awaitMore(200);
      b.kill();
      awaitMore(50);
      sending = false;
      done.get(1, TimeUnit.MINUTES);

      await()
          .atMost(Duration.ofMinutes(3))
          .during(Duration.ofSeconds(3))
          .untilAsserted(() -> assertThat(values(broker)).isEqualTo(expected()));
    } finally {
      started.forEach(SluiceCommand::close);
      sender.shutdownNow();
    }
  }

  private Map<String, Double> expected() {
    Map<String, Double> expected = new TreeMap<>();
    for (int service = 0; service < SERVICES; service++) {
      String name = "service-" + service;
      expected.put("traces_service_graph_request_total " + name + " pay", (double) sent.get());
      expected.put("deltas_total " + name, (double) DELTA * sent.get());
      expected.put("cumulative_total " + name, (double) sent.get());
    }
    return expected;
  }

  /** Of all counters, as the topic says now. None may fall or begin anew. */
  private static Map<String, Double> values(TestBroker broker) {
    Map<String, Double> values = new TreeMap<>();
    Map<String, Set<Long>> starts = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : broker.records(Topics.SERIES)) {
      SeriesPoint point = POINTS.decode(record.value());
      Map<String, String> labels = point.getLabels();
      if (point.getName().endsWith("_total")) {
        String name =
            labels.containsKey("client")
                ? point.getName() + " " + labels.get("client") + " " + labels.get("server")
                : point.getName() + " " + labels.get("service");
        Double before = values.put(name, point.getValue());
        assertThat(before == null || before <= point.getValue()).as(name).isTrue();
        starts.computeIfAbsent(name, none -> new HashSet<>()).add(point.getStartTimeUnixNano());
      }
    }
    assertThat(starts).allSatisfy((name, times) -> assertThat(times).as(name).hasSize(1));
    return values;
  }

  private void sendOn(TestBroker broker) {
    while (sending) {
      int number = sent.incrementAndGet();
      for (int service = 0; service < SERVICES; service++) {
        String name = "service-" + service;
        byte[] traceId = Telemetry.traceId((long) number * SERVICES + service + 1);
        SpanBuilder client = span(name, SpanKind.CLIENT, traceId).id(Telemetry.spanId(1));
        SpanBuilder server = span("pay", SpanKind.SERVER, traceId).id(Telemetry.spanId(2));
        broker.produce(Topics.TRACES, traceId, trace(traceId, 1, client));
        broker.produce(Topics.METRICS, name.getBytes(StandardCharsets.UTF_8), points(name, number));
        broker.produce(
            Topics.TRACES, traceId, trace(traceId, 2, server.parent(Telemetry.spanId(1))));
      }
    }
  }

  private static SpanBuilder span(String service, SpanKind kind, byte[] traceId) {
    return Telemetry.service(service)
        .span("x")
        .kind(kind)
        .trace(traceId)
        .start(Instant.now())
        .took(Duration.ofMillis(5))
        .attribute("server.address", "nobody");
  }

  private static byte[] trace(byte[] traceId, int version, SpanBuilder span) {
    return TRACES.encode(
        Trace.newBuilder()
            .setTraceId(new TraceId(traceId))
            .setVersion(version)
            .setServices(List.of())
            .setStartTimeUnixNano(0)
            .setDurationNanos(0)
            .setError(false)
            .setSpanCount(1)
            .setCompleteness(version == 1 ? Completeness.COMPLETE : Completeness.LATE)
            .setCloseReason(version == 1 ? CloseReason.COMPLETE : CloseReason.LATE)
            .setCloseDelayMillis(0)
            .setOtlp(ByteBuffer.wrap(Telemetry.spans(span).toByteArray()))
            .build());
  }

  /** The {@code number}th of a delta counter and of a cumulative one. */
  private byte[] points(String service, int number) {
    AnyValue name = AnyValue.newBuilder().setStringValue(service).build();
    return ExportMetricsServiceRequest.newBuilder()
        .addResourceMetrics(
            ResourceMetrics.newBuilder()
                .setResource(
                    Resource.newBuilder()
                        .addAttributes(KeyValue.newBuilder().setKey("service.name").setValue(name)))
                .addScopeMetrics(
                    ScopeMetrics.newBuilder()
                        .addMetrics(
                            counter(
                                "deltas",
                                AggregationTemporality.AGGREGATION_TEMPORALITY_DELTA,
                                point(number - 1, number, DELTA)))
                        .addMetrics(
                            counter(
                                "cumulative",
                                AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE,
                                point(0, number, number)))))
        .build()
        .toByteArray();
  }

  private static Metric counter(
      String name, AggregationTemporality temporality, NumberDataPoint.Builder point) {
    Sum.Builder sum =
        Sum.newBuilder()
            .setIsMonotonic(true)
            .setAggregationTemporality(temporality)
            .addDataPoints(point);
    return Metric.newBuilder().setName(name).setSum(sum).build();
  }

  /** From the {@code from}th to the {@code to}th millisecond. */
  private NumberDataPoint.Builder point(int from, int to, int value) {
    long nanos = TimeUnit.MILLISECONDS.toNanos(began.toEpochMilli());
    return NumberDataPoint.newBuilder()
        .setStartTimeUnixNano(nanos + TimeUnit.MILLISECONDS.toNanos(from))
        .setTimeUnixNano(nanos + TimeUnit.MILLISECONDS.toNanos(to))
        .setAsInt(value);
  }

  private void awaitMore(int rounds) {
    int enough = sent.get() + rounds;
    await().atMost(Duration.ofMinutes(2)).until(() -> sent.get() >= enough);
  }

  private SluiceCommand start(Path config, String name) {
    SluiceCommand command =
        SluiceCommand.run(
            directory,
            "run",
            "spanmetrics",
            "--config",
            config.toString(),
            "--data",
            directory.resolve(name).toString(),
            "--set",
            "telemetry.port=0");
    started.add(command);
    return command;
  }
}
