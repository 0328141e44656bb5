package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Topic;
import io.sluice.schemas.Topics;
import io.sluice.testkit.LogBuilder;
import io.sluice.testkit.Service;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two processes share the roles against a Kafka that is not Sluice's own, which others write to
 * directly: records as the Collector's Kafka exporter makes them, and records that nothing can
 * read.
 */
@WithBroker
class RunIT {

  private static final int TRACES = 20;
  private static final List<Topic> RAW =
      List.of(Topics.RAW_LOGS, Topics.RAW_SPANS, Topics.RAW_METRICS);

  /** A length that reaches far over the end. */
  private static final byte[] GARBAGE = {0x0a, (byte) 0xff, (byte) 0xff, 0x7f, 1, 2, 3};

  private static final byte[] TEXT = "not telemetry at all".getBytes(StandardCharsets.UTF_8);

  @TempDir private Path directory;

  @Test
  void readsWhatTheCollectorWritesAndPassesOverPoison(TestBroker broker) throws Exception {
    Path config = SluiceCommand.config(directory, broker, 1);
    try (SluiceCommand topics =
        SluiceCommand.run(directory, "topics", "create", "--config", config.toString())) {
      assertThat(topics.awaitExit(Duration.ofMinutes(1))).as(topics.output()).isZero();
    }
    for (Topic raw : RAW) {
      broker.produce(raw, null, GARBAGE);
      broker.produce(raw, null, TEXT);
      broker.produce(raw, null, null);
    }
    broker.produce(Topics.RAW_LOGS, null, tooDeep());
    broker.produce(Topics.RAW_SPANS, null, manySpans());
    broker.produce(Topics.RAW_LOGS, null, manyLogs());

    try (SluiceCommand stages = start(config, "a", "sanitizer", "traces", "spanmetrics");
        SluiceCommand views =
            start(config, "b", "sli", "alerts", "prometheus-sink", "search-sink", "console")) {
      views.awaitRunning();
      stages.awaitRunning();
      await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(
              () ->
                  assertThat(stages.get(stages.address("health")))
                      .contains("\"ok\":true", "sanitizer", "traces"));
      await()
          .atMost(Duration.ofMinutes(2))
          .untilAsserted(
              () -> {
                assertThat(spanCounts(views)).containsExactlyInAnyOrderElementsOf(expectedCounts());
                assertThat(bodies(views)).hasSize(TRACES);
                assertThat(calls(views)).isEqualTo(3L * TRACES);
              });
      // Poison among what Sluice itself writes, behind good records.
      for (Topic topic :
          List.of(
              Topics.SPANS,
              Topics.LOGS,
              Topics.METRICS,
              Topics.TRACES,
              Topics.SERIES,
              Topics.SLIS)) {
        broker.produce(topic, TEXT, GARBAGE);
      }
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () -> assertThat(deadLetters(broker)).containsExactlyInAnyOrderEntriesOf(expected()));
      String health = stages.address("health");
      assertThat(stages.get(health.replace("health/ready", "metrics")))
          .contains("sluice_stage_records_total{", "stage=\"sanitizer\"");
      stages.stop();
      views.stop();
    }
    assertThat(broker.records(Topics.DEAD_LETTERS))
        .extracting(record -> letter(record.value()).getValue())
        .filteredOn(Objects::nonNull)
        .extracting(ByteBuffer::array)
        .as("original bytes")
        .contains(GARBAGE, TEXT);
  }

  private SluiceCommand start(Path config, String name, String... roles) {
    List<String> arguments = new ArrayList<>(List.of("run"));
    arguments.addAll(List.of(roles));
    arguments.addAll(
        List.of("--config", config.toString(), "--data", directory.resolve(name).toString()));
    return SluiceCommand.start(directory, arguments.toArray(String[]::new));
  }

  /** All traces in one record: the spans of a service together, as the Collector batches them. */
  private static byte[] manySpans() {
    List<SpanBuilder> spans = new ArrayList<>();
    Instant now = Instant.now();
    String[] services = {"front", "middle", "back"};
    for (int depth = 0; depth < services.length; depth++) {
      for (int trace = 1; trace <= TRACES; trace++) {
        SpanBuilder span =
            Telemetry.service(services[depth])
                .span("work")
                .trace(Telemetry.traceId(trace))
                .id(Telemetry.spanId(trace * 10L + depth))
                .start(now.plusMillis(depth))
                .took(Duration.ofMillis(20 - depth));
        spans.add(depth == 0 ? span : span.parent(Telemetry.spanId(trace * 10L + depth - 1)));
      }
    }
    return Telemetry.spans(spans).toByteArray();
  }

  private static byte[] manyLogs() {
    Instant now = Instant.now();
    List<LogBuilder> logs =
        IntStream.range(0, TRACES)
            .mapToObj(i -> service(i % 3).log("line " + i).at(now.plusMillis(i)))
            .toList();
    return Telemetry.logs(logs).toByteArray();
  }

  private static Service service(int number) {
    return Telemetry.service("logger-" + number);
  }

  private static byte[] tooDeep() {
    Object value = "bottom";
    for (int i = 0; i < 500; i++) {
      value = List.of(value);
    }
    return Telemetry.service("deep").log("deep").attribute("a", value).toRequestBytes();
  }

  private static List<Integer> spanCounts(SluiceCommand views) {
    JsonNode traces = views.api("/api/v1/traces?limit=1000&service=front").get("traces");
    return StreamSupport.stream(traces.spliterator(), false)
        .map(trace -> trace.get("spanCount").asInt())
        .toList();
  }

  private static List<Integer> expectedCounts() {
    return IntStream.range(0, TRACES).mapToObj(i -> 3).toList();
  }

  private static List<String> bodies(SluiceCommand views) {
    JsonNode logs = views.api("/api/v1/logs?limit=1000&q=line").get("logs");
    return StreamSupport.stream(logs.spliterator(), false)
        .map(log -> log.get("body").asText())
        .distinct()
        .toList();
  }

  private static long calls(SluiceCommand views) {
    return views
        .get(views.address("metrics"))
        .lines()
        .filter(line -> line.startsWith("traces_spanmetrics_calls_total{"))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private static Map<String, Long> deadLetters(TestBroker broker) {
    return broker.records(Topics.DEAD_LETTERS).stream()
        .map(record -> letter(record.value()))
        .collect(
            Collectors.groupingBy(
                letter ->
                    letter.getStage()
                        + " "
                        + letter.getTopic().substring(letter.getTopic().indexOf('.') + 1)
                        + " "
                        + letter.getReason(),
                Collectors.counting()));
  }

  private static DeadLetter letter(byte[] bytes) {
    AvroSerde<DeadLetter> serde = AvroSerde.of(DeadLetter.getClassSchema());
    return serde.decode(bytes);
  }

  /** Each poison once, by every stage that reads its topic. */
  private static Map<String, Long> expected() {
    Map<String, Long> letters = new HashMap<>();
    for (Topic raw : RAW) {
      letters.put("sanitizer " + raw.name() + " MALFORMED", 2L);
      letters.put("sanitizer " + raw.name() + " INVALID", 1L); // without a value
    }
    letters.put("sanitizer otlp_logs TOO_DEEP", 1L);
    letters.put("traces sluice.spans MALFORMED", 1L);
    letters.put("spanmetrics sluice.spans MALFORMED", 1L);
    letters.put("spanmetrics sluice.traces MALFORMED", 1L);
    letters.put("spanmetrics sluice.metrics MALFORMED", 1L);
    letters.put("sli sluice.spans MALFORMED", 1L);
    letters.put("sli sluice.logs MALFORMED", 1L);
    letters.put("sli sluice.traces MALFORMED", 1L);
    letters.put("alerts sluice.slis MALFORMED", 1L);
    letters.put("search-sink sluice.logs MALFORMED", 1L);
    letters.put("search-sink sluice.traces MALFORMED", 1L);
    letters.put("prometheus-sink sluice.series MALFORMED", 1L);
    return letters;
  }
}
