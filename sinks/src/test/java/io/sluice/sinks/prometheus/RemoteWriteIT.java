package io.sluice.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.Exemplar;
import io.sluice.schemas.ExponentialHistogram;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.SpanId;
import io.sluice.schemas.Topics;
import io.sluice.schemas.TraceId;
import io.sluice.schemas.stage.ConsumerThread;
import io.sluice.sinks.prometheus.RelabelRule.Action;
import io.sluice.sinks.prometheus.RemoteWriteConfig.Histograms;
import io.sluice.testkit.MovingClock;
import io.sluice.testkit.NeedsProgram;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Series in a real Prometheus, read back by PromQL. */
@WithBroker
@NeedsProgram("prometheus")
class RemoteWriteIT {

  private static final AvroSerde<SeriesPoint> SERDE = AvroSerde.of(SeriesPoint.getClassSchema());
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir private Path directory;

  /** Whole seconds not long ago: Prometheus takes nothing that is much older than its newest. */
  private final long start = (System.currentTimeMillis() / 1000 - 300) * 1000;

  @Test
  void prometheusHasTheValuesTheTimesAndTheExemplars(TestBroker broker) throws Exception {
    broker.createTopics(2);
    try (RemotePrometheus prometheus = new RemotePrometheus(directory);
        RemoteWriteSink sink = sink(broker, config(prometheus.writeUrl()))) {
      sink.start();
      for (int i = 0; i < 5; i++) {
        send(broker, counter("calls_total", "cart", start + i * 10_000L, 3 + i));
        send(broker, point("depth", SeriesType.GAUGE, "cart", start + i * 10_000L, -i));
        send(broker, counter("calls_total", "secret", start + i * 10_000L, 1));
      }
      send(broker, histogram(start));
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        expected.add((start + i * 10_000L) + "=" + (3 + i));
      }
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(prometheus.samples("calls_total[1h]")).isEqualTo(expected));
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(prometheus.query("latency @ " + start / 1000)).hasSize(1));
      JsonNode labels = prometheus.query("calls_total[1h]").get(0).get("metric");
      assertThat(labels.get("service").asText()).isEqualTo("cart");
      assertThat(labels.get("cluster").asText()).isEqualTo("north");
      assertThat(labels.get("team").asText()).as("relabelled").isEqualTo("team-cart");
      await() // it may come in another request
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(prometheus.samples("depth[1h]"))
                      .last()
                      .isEqualTo(start + 40_000 + "=-4"));

      assertThat(prometheus.value("last_over_time(latency_bucket{le=\"0.5\"}[1h])")).isEqualTo(3);
      assertThat(prometheus.value("last_over_time(latency_bucket{le=\"+Inf\"}[1h])")).isEqualTo(4);
      assertThat(prometheus.value("last_over_time(latency_sum[1h])")).isEqualTo(2.25);
      String then = "latency @ " + start / 1000;
      assertThat(prometheus.value("histogram_count(" + then + ")")).isEqualTo(4);
      assertThat(prometheus.value("histogram_sum(" + then + ")")).isEqualTo(2.25);
      assertThat(prometheus.value("histogram_quantile(1, " + then + ")")).isEqualTo(2);
      JsonNode exemplar = prometheus.exemplars("latency_bucket").get(0).get("exemplars").get(0);
      assertThat(exemplar.get("labels").get("trace_id").asText()).isEqualTo("07".repeat(16));
      assertThat(prometheus.outOfOrder()).isZero();
    }
  }

  @Test
  void aSeriesThatEndedIsGoneAtOnce(TestBroker broker) throws Exception {
    broker.createTopics(1);
    long now = System.currentTimeMillis();
    try (RemotePrometheus prometheus = new RemotePrometheus(directory);
        RemoteWriteSink sink = sink(broker, config(prometheus.writeUrl()))) {
      sink.start();
      send(broker, counter("calls_total", "cart", now - 2_000, 3));
      await().atMost(PATIENCE).until(() -> prometheus.query("calls_total").size() == 1);
      send(
          broker,
          SeriesPoint.newBuilder(counter("calls_total", "cart", now - 2_000, 3))
              .setStale(true)
              .build());
      await().atMost(PATIENCE).until(() -> prometheus.query("calls_total").isEmpty());
      assertThat(prometheus.samples("calls_total[1h]")).containsExactly(now - 2_000 + "=3");
    }
  }

  /** The sink is stopped several times, Prometheus is away meanwhile. */
  @Test
  void nothingIsLostOrOutOfOrderWhoeverIsAway(TestBroker broker) throws Exception {
    broker.createTopics(3);
    int series = 20;
    int points = 120;
    try (RemotePrometheus prometheus = new RemotePrometheus(directory)) {
      RemoteWriteSink sink = sink(broker, config(prometheus.writeUrl()));
      try {
        sink.start();
        for (int i = 0; i < points; i++) {
          for (int s = 0; s < series; s++) {
            send(broker, counter("calls_total", "s" + s, start + i * 500L, i));
          }
          switch (i) {
            case 20, 45, 100 -> {
              int arrived = i - 10;
              await()
                  .atMost(PATIENCE)
                  .until(
                      () -> prometheus.samples("calls_total{service=\"s0\"}[1h]").size() > arrived);
              sink.close(); // what is under way is not committed
              sink = sink(broker, config(prometheus.writeUrl()));
              sink.start();
            }
            case 60 -> prometheus.stop();
            case 90 -> prometheus.start();
            default -> {}
          }
        }
        for (int s = 0; s < series; s++) {
          String changes = "changes(calls_total{service=\"s" + s + "\"}[1h])";
          await()
              .atMost(PATIENCE)
              .untilAsserted(() -> assertThat(prometheus.value(changes)).isEqualTo(points - 1));
        }
        assertThat(prometheus.outOfOrder()).isZero();
        assertThat(broker.records(Topics.DEAD_LETTERS)).isEmpty();
      } finally {
        sink.close();
      }
    }
  }

  /** Time goes by meanwhile, so that what stands still is written again. */
  @Test
  void everySeriesHasItsLastValueAfterTenMinutesWithoutPrometheus(TestBroker broker)
      throws Exception {
    broker.createTopics(2);
    long begin = start - Duration.ofMinutes(10).toMillis();
    MovingClock clock = new MovingClock(Instant.ofEpochMilli(begin));
    try (RemotePrometheus prometheus = new RemotePrometheus(directory)) {
      try (RemoteWriteSink sink = sink(broker, config(prometheus.writeUrl()), clock, "one")) {
        sink.start();
        send(broker, counter("moving_total", "cart", begin, 1));
        send(broker, counter("standing_total", "cart", begin, 7));
        send(broker, counter("late_total", "cart", begin, 100));
        await().atMost(PATIENCE).until(() -> prometheus.query("{service='cart'}[1h]").size() == 3);
        prometheus.stop();
        for (int minute = 1; minute <= 10; minute++) {
          clock.advance(Duration.ofMinutes(1));
          send(broker, counter("moving_total", "cart", clock.millis(), 1 + minute));
        }
        send(broker, counter("late_total", "cart", begin + 60_000, 130));
        send(broker, counter("late_total", "cart", begin + 60_000, 140)); // of calls before
        prometheus.start();
        await().atMost(PATIENCE).until(() -> committed(broker) == 15);
      }
      try (RemoteWriteSink sink = sink(broker, config(prometheus.writeUrl()))) {
        sink.start(); // which writes at once what stands still
        Map<String, Double> onTheTopic =
            Map.of("moving_total", 11.0, "standing_total", 7.0, "late_total", 140.0);
        onTheTopic.forEach(
            (name, value) ->
                await()
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(prometheus.value(name)).isEqualTo(value)));
      }
      assertThat(prometheus.samples("moving_total[1h]")).hasSizeGreaterThanOrEqualTo(12);
      assertThat(prometheus.outOfOrder()).isZero();
      assertThat(broker.records(Topics.DEAD_LETTERS)).isEmpty();
    }
  }

  /** Whom the broker takes for alive still, as it does for a while when one was killed. */
  @Test
  void takesUpAtOnceWhatItHadWhenItWasKilled(TestBroker broker) throws Exception {
    broker.createTopics(1);
    Map<String, Object> settings = broker.connection().clientConfig();
    settings.put("group.id", broker.connection().namespace().applicationId("remote-write"));
    settings.putAll(ConsumerThread.knownAs("one"));
    try (RemotePrometheus prometheus = new RemotePrometheus(directory);
        KafkaConsumer<byte[], byte[]> killed =
            new KafkaConsumer<>(
                settings, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        RemoteWriteSink sink = sink(broker, config(prometheus.writeUrl()))) {
      killed.subscribe(List.of(broker.connection().namespace().topic(Topics.SERIES)));
      await()
          .atMost(PATIENCE)
          .until(
              () -> killed.poll(Duration.ofMillis(100)) != null && !killed.assignment().isEmpty());
      sink.start();
      send(broker, counter("calls_total", "cart", start, 3));
      await()
          .atMost(PATIENCE)
          .until(() -> prometheus.samples("calls_total[1h]").equals(List.of(start + "=3")));
    }
  }

  @Test
  void aSeriesThatStoodStillIsThereAfterARestartUntilItIsDeleted(TestBroker broker)
      throws Exception {
    broker.createTopics(1);
    long then = System.currentTimeMillis() - Duration.ofMinutes(10).toMillis();
    SeriesPoint alert = point("alert_firing", SeriesType.GAUGE, "cart", then, 1);
    try (RemotePrometheus prometheus = new RemotePrometheus(directory)) {
      try (RemoteWriteSink sink = sink(broker, config(prometheus.writeUrl()))) {
        sink.start();
        send(broker, alert);
        await().atMost(PATIENCE).until(() -> prometheus.samples("alert_firing[1h]").size() == 1);
        send(broker, counter("calls_total", "cart", then, 3));
        send(broker, histogram(then));
        await().atMost(PATIENCE).until(() -> prometheus.samples("calls_total[1h]").size() == 1);
        await().atMost(PATIENCE).until(() -> committed(broker) == 3);
      }
      assertThat(prometheus.query("alert_firing"))
          .as("Prometheus looks back five minutes")
          .isEmpty();
      try (RemoteWriteSink sink = sink(broker, config(prometheus.writeUrl()))) {
        sink.start();
        await().atMost(PATIENCE).until(() -> prometheus.query("alert_firing").size() == 1);
        await().atMost(PATIENCE).until(() -> prometheus.query("latency").size() == 1);
        assertThat(prometheus.value("latency_count")).isEqualTo(4);

        send(broker, counter("calls_total", "cart", then + 1_000, 5));
        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(prometheus.value("calls_total")).isEqualTo(5));
        assertThat(prometheus.samples("calls_total[1h]")).as("the late one is the last").hasSize(3);

        delete(broker, alert);
        await().atMost(PATIENCE).until(() -> prometheus.query("alert_firing").isEmpty());
      }
      try (RemoteWriteSink sink = sink(broker, config(prometheus.writeUrl()))) {
        sink.start();
        send(broker, counter("calls_total", "cart", then + 2_000, 6));
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () ->
                    assertThat(prometheus.value("calls_total"))
                        .as("behind what was written again before")
                        .isEqualTo(6));
        assertThat(prometheus.outOfOrder()).isZero();
        assertThat(broker.records(Topics.DEAD_LETTERS)).isEmpty();
      }
    }
  }

  /** Versions before 2.51 answer 500, as if it were about themselves. */
  @Test
  void goesOnWhereAPointIsOlderThanPrometheusTakesOutOfOrder(TestBroker broker) throws Exception {
    broker.createTopics(1);
    long old = start - Duration.ofHours(3).toMillis();
    try (RemotePrometheus prometheus = new RemotePrometheus(directory, Duration.ofHours(1));
        RemoteWriteSink sink = sink(broker, config(prometheus.writeUrl()))) {
      sink.start();
      send(broker, counter("calls_total", "cart", start, 1));
      await().atMost(PATIENCE).until(() -> prometheus.samples("calls_total[1h]").size() == 1);
      send(broker, counter("calls_total", "old", old, 1));
      send(broker, counter("calls_total", "cart", start + 10_000, 2));
      await()
          .atMost(PATIENCE)
          .until(() -> prometheus.samples("calls_total{service='cart'}[1h]").size() >= 2);
      await().atMost(PATIENCE).until(() -> !broker.records(Topics.DEAD_LETTERS).isEmpty());
      assertThat(broker.records(Topics.DEAD_LETTERS)).hasSize(1);
    }
  }

  /** It takes nothing that is an hour older than its newest. */
  @Test
  void prometheusTakesTheEndOfASeriesThatWasQuietForLong(TestBroker broker) throws Exception {
    broker.createTopics(1);
    long now = System.currentTimeMillis();
    long then = now - Duration.ofMinutes(61).toMillis();
    SeriesPoint quiet = counter("quiet_total", "cart", then, 3);
    try (RemotePrometheus prometheus = new RemotePrometheus(directory);
        RemoteWriteSink sink = sink(broker, config(prometheus.writeUrl()))) {
      sink.start();
      send(broker, quiet);
      await().atMost(PATIENCE).until(() -> prometheus.samples("quiet_total[2h]").size() == 1);
      send(broker, counter("live_total", "cart", now, 1));
      await().atMost(PATIENCE).until(() -> prometheus.query("live_total").size() == 1);
      send(
          broker,
          SeriesPoint.newBuilder(quiet).setTimeUnixNano(now * 1_000_000).setStale(true).build());
      delete(broker, quiet);
      await().atMost(PATIENCE).until(() -> committed(broker) == 4);
      assertThat(broker.records(Topics.DEAD_LETTERS)).isEmpty();
    }
  }

  /** What stands still is written again with the receiver's time. */
  @Test
  void losesNothingToAClockThatWasAnHourAhead(TestBroker broker) throws Exception {
    broker.createTopics(1);
    long now = System.currentTimeMillis();
    Clock ahead = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));
    try (RemotePrometheus prometheus = new RemotePrometheus(directory)) {
      try (RemoteWriteSink sink = sink(broker, config(prometheus.writeUrl()))) {
        sink.start();
        send(broker, counter("calls_total", "cart", now - 120_000, 1));
        await().atMost(PATIENCE).until(() -> prometheus.query("calls_total").size() == 1);
        await().atMost(PATIENCE).until(() -> committed(broker) == 1);
      }
      try (RemoteWriteSink sink = sink(broker, config(prometheus.writeUrl()), ahead, "one")) {
        sink.start(); // which writes at once what stands still
        await().atMost(PATIENCE).until(() -> prometheus.samples("calls_total[1h]").size() == 2);
        assertThat(noted(broker)).isBetween(now - 120_000, now + 1_800_000);
      }
      try (RemoteWriteSink sink = sink(broker, config(prometheus.writeUrl()))) {
        sink.start();
        send(broker, counter("calls_total", "cart", System.currentTimeMillis(), 2));
        await()
            .atMost(PATIENCE)
            .untilAsserted(() -> assertThat(prometheus.value("calls_total")).isEqualTo(2));
        assertThat(broker.records(Topics.DEAD_LETTERS)).isEmpty();
      }
    }
  }

  /** Such points stay on the topic, and are read again at each start. */
  @Test
  void losesNothingAfterARestartToPointsOfTheFuture(TestBroker broker) throws Exception {
    broker.createTopics(1);
    long ahead = System.currentTimeMillis() + Duration.ofMinutes(30).toMillis();
    try (RemotePrometheus prometheus = new RemotePrometheus(directory)) {
      try (RemoteWriteSink sink = sink(broker, config(prometheus.writeUrl()))) {
        sink.start();
        sendAt(ahead, broker, counter("calls_total", "cart", ahead, 1));
        await().atMost(PATIENCE).until(() -> committed(broker) == 1);
      }
      try (RemoteWriteSink sink = sink(broker, config(prometheus.writeUrl()))) {
        sink.start();
        send(broker, counter("calls_total", "cart", System.currentTimeMillis(), 2));
        await().atMost(PATIENCE).until(() -> committed(broker) == 2);
        await().atMost(PATIENCE).until(() -> prometheus.value("calls_total") == 2);
        assertThat(broker.records(Topics.DEAD_LETTERS)).isEmpty();
      }
    }
  }

  @Test
  void writesWithAClockThatIsAnHourBehind(TestBroker broker) throws Exception {
    broker.createTopics(1);
    long now = System.currentTimeMillis();
    Clock behind = Clock.offset(Clock.systemUTC(), Duration.ofHours(-1));
    try (RemotePrometheus prometheus = new RemotePrometheus(directory);
        RemoteWriteSink sink = sink(broker, config(prometheus.writeUrl()), behind, "one")) {
      sink.start();
      for (int i = 0; i < 3; i++) {
        long then = now - 120_000 + i * 10_000L;
        String sample = then + "=" + i;
        send(broker, counter("calls_total", "cart", then, i));
        await()
            .atMost(PATIENCE)
            .until(() -> prometheus.samples("calls_total[1h]").contains(sample));
      }
    }
  }

  /** Up to when samples may have times that are not their points' own. */
  private static long noted(TestBroker broker) throws Exception {
    return committedOffsets(broker)
        .map(OffsetAndMetadata::metadata)
        .filter(text -> !text.isEmpty())
        .mapToLong(Long::parseLong)
        .max()
        .orElse(0);
  }

  private static Stream<OffsetAndMetadata> committedOffsets(TestBroker broker) throws Exception {
    return broker
        .admin()
        .listConsumerGroupOffsets(broker.connection().namespace().applicationId("remote-write"))
        .partitionsToOffsetAndMetadata()
        .get()
        .values()
        .stream();
  }

  private static long committed(TestBroker broker) throws Exception {
    return committedOffsets(broker).mapToLong(OffsetAndMetadata::offset).sum();
  }

  @Test
  void twoInstancesShareTheSeries(TestBroker broker) throws Exception {
    broker.createTopics(4);
    try (RemotePrometheus prometheus = new RemotePrometheus(directory);
        RemoteWriteSink one = sink(broker, config(prometheus.writeUrl()));
        RemoteWriteSink two =
            sink(broker, config(prometheus.writeUrl()), Clock.systemUTC(), "two")) {
      one.start();
      for (int i = 0; i < 60; i++) {
        for (int s = 0; s < 8; s++) {
          send(broker, counter("calls_total", "s" + s, start + i * 1_000L, i));
        }
        if (i == 20) {
          await().atMost(PATIENCE).until(() -> one.health().ready());
          two.start();
          await().atMost(PATIENCE).until(() -> two.health().ready());
        }
        if (i == 40) {
          one.close();
        }
      }
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(prometheus.query("changes(calls_total[1h])"))
                      .hasSize(8)
                      .allMatch(found -> found.get("value").get(1).asText().equals("59")));
      assertThat(prometheus.outOfOrder()).isZero();
    }
  }

  private static RemoteWriteConfig config(String url) {
    RemoteWriteConfig defaults = RemoteWriteConfig.defaults();
    return new RemoteWriteConfig(
        url,
        Map.of("cluster", "north"),
        List.of(
            new RelabelRule(Action.DROP, List.of("service"), null, "secret", null, null),
            new RelabelRule(Action.REPLACE, List.of("service"), null, "(.+)", "team", "team-$1")),
        Histograms.BOTH,
        defaults.maxSeries(),
        defaults.shards(),
        defaults.timeout(),
        "",
        "",
        "",
        defaults.tls());
  }

  private static RemoteWriteSink sink(TestBroker broker, RemoteWriteConfig config) {
    return sink(broker, config, Clock.systemUTC(), "one");
  }

  private static RemoteWriteSink sink(
      TestBroker broker, RemoteWriteConfig config, Clock clock, String instanceId) {
    PrometheusSinkConfig shown =
        new PrometheusSinkConfig("127.0.0.1", 0, List.of(0.25, 0.5, 1.0), List.of(1024.0));
    return new RemoteWriteSink(
        config, shown, broker.connection(), new SimpleMeterRegistry(), clock, instanceId);
  }

  private static void send(TestBroker broker, SeriesPoint point) {
    broker.produce(Topics.SERIES, identity(point), SERDE.encode(point));
  }

  /** Of a process whose clock says so. */
  private static void sendAt(long millis, TestBroker broker, SeriesPoint point) throws Exception {
    String topic = broker.connection().namespace().topic(Topics.SERIES);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            broker.connection().clientConfig(),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer
          .send(new ProducerRecord<>(topic, null, millis, identity(point), SERDE.encode(point)))
          .get();
    }
  }

  private static void delete(TestBroker broker, SeriesPoint point) {
    broker.produce(Topics.SERIES, identity(point), null);
  }

  private static byte[] identity(SeriesPoint point) {
    return (point.getName() + point.getLabels()).getBytes(StandardCharsets.UTF_8);
  }

  private static SeriesPoint counter(String name, String service, long millis, double value) {
    return point(name, SeriesType.COUNTER, service, millis, value);
  }

  private static SeriesPoint point(
      String name, SeriesType type, String service, long millis, double value) {
    return SeriesPoint.newBuilder()
        .setName(name)
        .setHelp("help")
        .setType(type)
        .setLabels(Map.of("service", service))
        .setStartTimeUnixNano(1)
        .setTimeUnixNano(millis * 1_000_000)
        .setValue(value)
        .build();
  }

  /** One zero, two values up to 0.5, one of 1.5 seconds. */
  private static SeriesPoint histogram(long millis) {
    byte[] trace = new byte[16];
    java.util.Arrays.fill(trace, (byte) 7);
    return SeriesPoint.newBuilder(point("latency", SeriesType.HISTOGRAM, "cart", millis, 0))
        .setHistogram(
            ExponentialHistogram.newBuilder()
                .setScale(0)
                .setCount(4)
                .setSum(2.25)
                .setZeroCount(1)
                .setOffset(-2)
                .setCounts(List.of(2L, 0L, 1L))
                .build())
        .setExemplars(
            List.of(
                Exemplar.newBuilder()
                    .setValue(1.5)
                    .setTimeUnixNano(millis * 1_000_000)
                    .setTraceId(new TraceId(trace))
                    .setSpanId(new SpanId(new byte[8]))
                    .build()))
        .build();
  }
}
