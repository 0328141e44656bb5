package io.sluice.sinks.prometheus;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.micrometer.core.instrument.Counter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Exemplar;
import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.SpanId;
import io.sluice.schemas.Topics;
import io.sluice.schemas.TraceId;
import io.sluice.testkit.RestartableBroker;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

@WithBroker
class PrometheusSinkIT {

  private static final AvroSerde<SeriesPoint> SERDE = AvroSerde.of(SeriesPoint.getClassSchema());

  /** Fields of io.prometheus.client's MetricFamily, Metric and Histogram. */
  private static final int NAME = 1;

  private static final int METRIC = 4;
  private static final int HISTOGRAM = 7;
  private static final int BUCKET = 3;
  private static final int SCHEMA = 5;
  private static final int POSITIVE_SPAN = 12;

  @Test
  void showsTheNewestPointOfEachSeriesAndTheSameAfterARestart(TestBroker broker) throws Exception {
    broker.createTopics(2);
    send(broker, counter("calls_total", 3, Map.of("service", "cart")));
    send(broker, counter("calls_total", 7, Map.of("service", "cart")));
    send(broker, counter("calls_total", 1, Map.of("service", "quote\" back\\slash\nnewline")));
    send(broker, histogram());
    for (int start = 0; start < 2; start++) {
      PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      try (PrometheusSink sink = sink(broker, registry)) {
        sink.start();
        await().atMost(Duration.ofMinutes(2)).until(() -> sink.health().ready());
        String page = scrape(sink);
        assertThat(page)
            .contains("# TYPE calls_total counter")
            .contains("calls_total{service=\"cart\"} 7.0")
            .contains("service=\"quote\\\" back\\\\slash\\nnewline\"")
            .contains("latency_bucket{le=\"0.5\"} 3")
            .contains("latency_bucket{le=\"+Inf\"} 4")
            .contains("latency_count 4")
            .contains("latency_sum 2.25");
      }
    }
  }

  @Test
  void answersInTheFormatThatIsAskedFor(TestBroker broker) throws Exception {
    broker.createTopics(1);
    Exemplar exemplar =
        new Exemplar(1.5, 1_000_000_000L, new TraceId(new byte[16]), new SpanId(new byte[8]));
    SeriesPoint point = SeriesPoint.newBuilder(histogram()).setExemplars(List.of(exemplar)).build();
    send(broker, point);
    try (PrometheusSink sink =
        sink(broker, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT))) {
      sink.start();
      await().atMost(Duration.ofMinutes(2)).until(() -> scrape(sink).contains("latency_bucket"));

      assertThat(scrape(sink)).doesNotContain("trace_id");
      HttpResponse<byte[]> open = scrape(sink, "application/openmetrics-text;version=1.0.0");
      assertThat(open.headers().firstValue("content-type").orElse(""))
          .startsWith("application/openmetrics-text");
      assertThat(new String(open.body(), StandardCharsets.UTF_8))
          .contains("trace_id=\"00000000000000000000000000000000\"")
          .endsWith("# EOF\n");
      HttpResponse<byte[]> protobuf =
          scrape(
              sink,
              "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;"
                  + "encoding=delimited");
      assertThat(protobuf.headers().firstValue("content-type").orElse(""))
          .startsWith("application/vnd.google.protobuf");
      UnknownFieldSet histogram = histogramOf("latency", protobuf.body());
      assertThat(histogram.hasField(SCHEMA)).isTrue();
      assertThat(histogram.getField(POSITIVE_SPAN).getLengthDelimitedList())
          .as("buckets of a native histogram")
          .isNotEmpty();
      assertThat(histogram.getField(BUCKET).getLengthDelimitedList())
          .as("classic buckets")
          .hasSize(4);
    }
  }

  /** The histogram of the first metric of a family, in Prometheus' protobuf. */
  private static UnknownFieldSet histogramOf(String name, byte[] body) throws IOException {
    InputStream in = new ByteArrayInputStream(body);
    while (in.available() > 0) {
      UnknownFieldSet.Builder builder = UnknownFieldSet.newBuilder();
      builder.mergeDelimitedFrom(in);
      UnknownFieldSet family = builder.build();
      if (first(family, NAME).toStringUtf8().equals(name)) {
        UnknownFieldSet metric = UnknownFieldSet.parseFrom(first(family, METRIC));
        return UnknownFieldSet.parseFrom(first(metric, HISTOGRAM));
      }
    }
    throw new AssertionError("no family " + name);
  }

  private static ByteString first(UnknownFieldSet message, int field) {
    return message.getField(field).getLengthDelimitedList().get(0);
  }

  private static HttpResponse<byte[]> scrape(PrometheusSink sink, String accept) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + sink.port() + "/metrics"))
                .header("accept", accept)
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
  }

  @Test
  void dropsASeriesThatEnded(TestBroker broker) throws Exception {
    broker.createTopics(1);
    send(broker, counter("calls_total", 3, Map.of("service", "cart")));
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (PrometheusSink sink = sink(broker, registry)) {
      sink.start();
      await().atMost(Duration.ofMinutes(2)).until(() -> scrape(sink).contains("calls_total{"));
      send(
          broker,
          SeriesPoint.newBuilder(counter("calls_total", 3, Map.of("service", "cart")))
              .setStale(true)
              .build());
      await().atMost(Duration.ofMinutes(2)).until(() -> !scrape(sink).contains("calls_total{"));
    }
  }

  /** What it keeps is in every scrape, and the other shows the rest. */
  @Test
  void goesOnShowingWhatItKeepsWhenAnotherInstanceComes(TestBroker broker) throws Exception {
    broker.createTopics(4);
    for (int i = 0; i < 40; i++) {
      send(broker, counter("calls_total", i + 1, Map.of("service", "s" + i)));
    }
    try (PrometheusSink one = sink(broker, "one");
        PrometheusSink two = sink(broker, "two")) {
      one.start();
      await().atMost(Duration.ofMinutes(2)).until(() -> shown(one).size() == 40);
      two.start();
      List<Set<String>> scrapes = new ArrayList<>();
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(1))
          .until(
              () -> {
                scrapes.add(shown(one));
                int ofTwo = shown(two).size();
                return ofTwo > 0 && shown(one).size() + ofTwo == 40;
              });
      await().atMost(Duration.ofMinutes(2)).until(() -> two.health().ready());
      Set<String> kept = shown(one);
      assertThat(kept).isNotEmpty().doesNotContainAnyElementsOf(shown(two));
      assertThat(scrapes).allSatisfy(scrape -> assertThat(scrape).containsAll(kept));
    }
  }

  @Test
  void isReadyWhenOtherInstancesShowAllSeries(TestBroker broker) throws Exception {
    broker.createTopics(1);
    send(broker, counter("calls_total", 1, Map.of("service", "cart")));
    try (PrometheusSink one = sink(broker, "one");
        PrometheusSink two = sink(broker, "two")) {
      one.start();
      await().atMost(Duration.ofMinutes(2)).until(() -> one.health().ready());
      two.start();
      await().atMost(Duration.ofMinutes(2)).until(() -> two.health().ready());
      assertThat(List.of(one.health().detail(), two.health().detail()))
          .containsExactlyInAnyOrder("1 series", "other instances show all series");
    }
  }

  /** Another instance may have its partitions then. */
  @Test
  void showsNoSeriesWhileItIsCutOffFromKafka() throws Exception {
    try (RestartableBroker kafka = RestartableBroker.start();
        TestBroker broker = kafka.newNamespace()) {
      broker.createTopics(1);
      send(broker, counter("calls_total", 1, Map.of("service", "cart")));
      try (PrometheusSink sink = sink(broker, "one")) {
        sink.start();
        await().atMost(Duration.ofMinutes(2)).until(() -> shown(sink).size() == 1);
        kafka.stop();
        await().atMost(Duration.ofMinutes(2)).until(() -> shown(sink).isEmpty());
        assertThat(scrape(sink)).as("its own metrics").contains("sluice_prometheus_series");
        kafka.restart();
        await().atMost(Duration.ofSeconds(60)).until(() -> shown(sink).size() == 1);
      }
    }
  }

  /** The lines of the counter that every test sends. */
  private static Set<String> shown(PrometheusSink sink) throws Exception {
    return scrape(sink).lines().filter(line -> line.startsWith("calls_total{")).collect(toSet());
  }

  @Test
  void writesPoisonToDeadLettersOnceOverRestarts(TestBroker broker) throws Exception {
    broker.createTopics(1);
    broker.produce(Topics.SERIES, new byte[] {1}, "no point".getBytes(StandardCharsets.UTF_8));
    send(broker, counter("negative_total", -1, Map.of())); // would cost every scrape all the rest
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    for (int start = 1; start <= 2; start++) {
      String name = "calls_" + start;
      send(broker, counter(name, 3, Map.of()));
      try (PrometheusSink sink = sink(broker, registry)) {
        sink.start();
        await().atMost(Duration.ofMinutes(2)).until(() -> scrape(sink).contains(name));
        await().atMost(Duration.ofMinutes(2)).until(() -> committed(broker) > 0);
      }
    }
    assertThat(broker.records(Topics.DEAD_LETTERS)).hasSize(2);
    Collection<Counter> dead = registry.get("sluice.stage.dead").counters();
    assertThat(dead.stream().mapToDouble(Counter::count).sum())
        .as("an alert counts them")
        .isEqualTo(2);
  }

  @Test
  void showsNoOldValuesWhileItReadsTheTopic() {
    TopicPartition partition = new TopicPartition("series", 0);
    SeriesTable table = new SeriesTable(new SeriesSnapshots(List.of(1.0), List.of(1.0)));
    table.put(partition, "a", counter("calls_total", 3, Map.of()));
    assertThat(table.collect(MetricSnapshots.of()).size()).as("a newer value may follow").isZero();
    table.put(partition, "a", counter("calls_total", 7, Map.of()));
    table.show(partition);
    assertThat(table.collect(MetricSnapshots.of()).size()).isEqualTo(1);
    table.drop(partition);
    table.put(partition, "a", counter("calls_total", 3, Map.of()));
    assertThat(table.collect(MetricSnapshots.of()).size()).as("read again").isZero();
  }

  private static long committed(TestBroker broker) throws Exception {
    String group = broker.connection().namespace().applicationId("prometheus-sink");
    return broker
        .admin()
        .listConsumerGroupOffsets(group)
        .partitionsToOffsetAndMetadata()
        .get()
        .values()
        .stream()
        .mapToLong(at -> at.offset())
        .sum();
  }

  private static PrometheusSink sink(TestBroker broker, PrometheusMeterRegistry registry) {
    return sink(broker, registry, "one");
  }

  private static PrometheusSink sink(TestBroker broker, String instanceId) {
    return sink(broker, new PrometheusMeterRegistry(PrometheusConfig.DEFAULT), instanceId);
  }

  private static PrometheusSink sink(
      TestBroker broker, PrometheusMeterRegistry registry, String instanceId) {
    PrometheusSinkConfig config =
        new PrometheusSinkConfig("127.0.0.1", 0, List.of(0.25, 0.5, 1.0), List.of(1024.0));
    return new PrometheusSink(config, broker.connection(), registry, Clock.systemUTC(), instanceId);
  }

  private static void send(TestBroker broker, SeriesPoint point) {
    String identity = point.getName() + point.getLabels();
    broker.produce(Topics.SERIES, identity.getBytes(StandardCharsets.UTF_8), SERDE.encode(point));
  }

  private static SeriesPoint counter(String name, double value, Map<String, String> labels) {
    return SeriesPoint.newBuilder()
        .setName(name)
        .setHelp("help")
        .setType(SeriesType.COUNTER)
        .setLabels(labels)
        .setStartTimeUnixNano(1)
        .setTimeUnixNano(2)
        .setValue(value)
        .build();
  }

  /** One zero, two values up to 0.5, one of 1.5 seconds. */
  private static SeriesPoint histogram() {
    return SeriesPoint.newBuilder()
        .setName("latency")
        .setHelp("help")
        .setType(SeriesType.HISTOGRAM)
        .setLabels(Map.of())
        .setStartTimeUnixNano(1)
        .setTimeUnixNano(2)
        .setValue(0)
        .setHistogram(
            ExponentialHistogram.newBuilder()
                .setScale(0)
                .setCount(4)
                .setSum(2.25)
                .setZeroCount(1)
                .setOffset(-2)
                .setCounts(List.of(2L, 0L, 1L))
                .build())
        .build();
  }

  private static String scrape(PrometheusSink sink) throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + sink.port() + "/metrics")).build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }
}
