package io.sluice.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.BurnRateCause;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Reason;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topics;
import io.sluice.schemas.TraceId;
import io.sluice.schemas.stage.Health;
import io.sluice.sinks.search.LogEntry;
import io.sluice.sinks.search.LuceneStore;
import io.sluice.sinks.search.SearchStore;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@WithBroker
@SuppressWarnings("NullAway.Init") // start comes first
class ConsoleIT {

  private static final String HOSTILE = "<img src=x onerror=alert(1)>";

  @TempDir private Path directory;
  private SearchStore store;
  private Console console;
  private TestBroker broker;
  private volatile boolean ready = true;

  @BeforeEach
  void start(TestBroker freshBroker) {
    broker = freshBroker;
    broker.createTopics(1);
    store = LuceneStore.open(directory);
    for (int i = 0; i < 30; i++) {
      store.put(
          new LogEntry(
              "0-0-" + i,
              i,
              "cart",
              9,
              "INFO",
              HOSTILE + " line " + i,
              "",
              "",
              Map.of(),
              Map.of()));
    }
    store.refresh();
    console =
        new Console(
            new ConsoleConfig("127.0.0.1", 0, List.of()),
            broker.connection(),
            store,
            new SimpleMeterRegistry(),
            Clock.systemUTC(),
            () -> Map.of("part", new Health(true, ready, "a sentence")),
            Map.of("/demo", (context, request) -> HttpResponse.of("demo " + context.mappedPath())));
    console.start();
    await().atMost(Duration.ofSeconds(20)).until(() -> console.health().ready());
  }

  @AfterEach
  void stop() {
    console.close();
    store.close();
  }

  @Test
  void pagesThroughLogs() {
    JsonNode first = json("/api/v1/logs?limit=20&q=line");
    assertThat(first.get("logs")).hasSize(20);
    assertThat(first.get("total").asLong()).isEqualTo(30);
    JsonNode second =
        json("/api/v1/logs?limit=20&q=line&cursor=" + first.get("nextCursor").asText());
    assertThat(second.get("logs")).hasSize(10);
    assertThat(second.get("nextCursor").isNull()).isTrue();
    assertThat(first.at("/logs/0/body").asText()).isEqualTo(HOSTILE + " line 29");
  }

  @Test
  void saysWhichParameterIsWrongAndWhatWasExpected() {
    assertThat(error("/api/v1/logs?limit=0", 400)).contains("limit", "1 to 1000");
    assertThat(error("/api/v1/logs?from=yesterday", 400)).contains("from", "2026-");
    assertThat(error("/api/v1/logs?severity=loud", 400)).contains("severity");
    assertThat(error("/api/v1/logs?qq=x", 400)).contains("qq", "severity");
    assertThat(error("/api/v1/logs?cursor=x", 400)).contains("cursor");
    assertThat(error("/api/v1/traces?minDuration=fast", 400)).contains("minDuration", "300ms");
    assertThat(error("/api/v1/traces?tag=x", 400)).contains("tag", "key=value");
    assertThat(error("/api/v1/traces/xyz", 400)).contains("32 hex digits");
    assertThat(error("/api/v1/traces/" + "0a".repeat(16), 404)).contains("no trace");
    assertThat(error("/api/v1/slos/none", 404)).contains("no SLO");
    assertThat(get("/api/v1/runbooks/..%2f..%2fsecret").status().code()).isIn(400, 404);
    assertThat(error("/api/v1/nothing", 404)).contains("no such resource");
  }

  @Test
  void showsSlisAlertsAndDeadLettersFromTheirTopics() {
    long start = (System.currentTimeMillis() - 20_000) * 1_000_000;
    AvroSerde<SliWindow> windows = AvroSerde.of(SliWindow.getClassSchema());
    for (int revision = 0; revision < 2; revision++) {
      broker.produce(
          Topics.SLIS,
          bytes("checkout-latency"),
          windows.encode(
              SliWindow.newBuilder()
                  .setSloId("checkout-latency")
                  .setStartTimeUnixNano(start)
                  .setLengthNanos(10_000_000_000L)
                  .setGood(8)
                  .setTotal(9L + revision)
                  .setRevision(revision)
                  .setLateCount(revision)
                  .build()));
    }
    AvroSerde<Alert> alerts = AvroSerde.of(Alert.getClassSchema());
    broker.produce(Topics.ALERTS, bytes("f1"), alerts.encode(alert()));
    AvroSerde<DeadLetter> letters = AvroSerde.of(DeadLetter.getClassSchema());
    broker.produce(
        Topics.DEAD_LETTERS,
        bytes("k"),
        letters.encode(
            DeadLetter.newBuilder()
                .setStage("traces")
                .setReason(Reason.MALFORMED)
                .setMessage("not protobuf")
                .setTopic("sluice.spans")
                .setPartition(0)
                .setOffset(5)
                .setTimestampMillis(1)
                .setValue(ByteBuffer.wrap(bytes("the secret value")))
                .build()));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> json("/api/v1/dead-letters").get("deadLetters").size() == 1);

    JsonNode slo = json("/api/v1/slos/checkout-latency");
    assertThat(slo.at("/windows")).hasSize(1);
    assertThat(slo.at("/windows/0/total").asLong()).as("the later revision").isEqualTo(10);
    assertThat(slo.at("/policies/0/short/burnRate").asDouble()).isEqualTo(20, within(1e-6));
    JsonNode alert = json("/api/v1/alerts").at("/alerts/0");
    assertThat(alert.get("state").asText()).isEqualTo("FIRING");
    assertThat(alert.at("/exampleTraces/0").asText()).hasSize(32);
    assertThat(json("/api/v1/dead-letters").toString())
        .contains("not protobuf")
        .doesNotContain("the secret value");
  }

  @Test
  void answersHealthWithEachPart() {
    assertThat(get("/health/live").status().code()).isEqualTo(200);
    ready = false;
    AggregatedHttpResponse reply = get("/health/ready");
    assertThat(reply.status().code()).isEqualTo(503);
    assertThat(reply.contentUtf8()).contains("a sentence");
  }

  @Test
  void keepsForeignPagesOut() {
    assertThat(get("/").headers().get("content-security-policy"))
        .contains("default-src 'self'")
        .doesNotContain("unsafe");
    assertThat(send("GET", "/api/v1/slos", "evil.example", null).status().code()).isEqualTo(403);
    String host = "localhost:" + console.port();
    assertThat(send("POST", "/demo/x", host, "http://evil.example").status().code()).isEqualTo(403);
    assertThat(send("POST", "/demo/x", host, "http://" + host).contentUtf8()).isEqualTo("demo /x");
    assertThat(send("POST", "/demo/x", host, null).contentUtf8()).isEqualTo("demo /x");
  }

  @Test
  void servesThePageAndItsLibrariesFromItself() {
    for (String path :
        List.of(
            "/",
            "/app.js",
            "/style.css",
            "/views/traces.js",
            "/lib/lit-html/lit-html.js",
            "/lib/uplot/uPlot.esm.js")) {
      assertThat(get(path).status().code()).as(path).isEqualTo(200);
    }
    assertThat(get("/index.html").contentUtf8())
        .doesNotContain("http://")
        .doesNotContain("https://");
  }

  private static Alert alert() {
    return Alert.newBuilder()
        .setFingerprint("f1")
        .setTransition(1)
        .setState(AlertState.FIRING)
        .setLabels(Map.of("slo", "checkout-latency"))
        .setAnnotations(Map.of("summary", HOSTILE))
        .setStartsAtUnixNano(1)
        .setTimeUnixNano(1)
        .setCause(new BurnRateCause(0.99, 5.0, 60L, 20.0, 8L, 10L, 15L, 20.0, 8L, 10L))
        .setExampleTraces(List.of(new TraceId(Telemetry.traceId(7))))
        .build();
  }

  private AggregatedHttpResponse get(String path) {
    return send("GET", path, "localhost:" + console.port(), null);
  }

  private AggregatedHttpResponse send(
      String method, String path, String host, @Nullable String origin) {
    RequestHeadersBuilder headers =
        RequestHeaders.builder(HttpMethod.valueOf(method), path).authority(host);
    if (origin != null) {
      headers.add("origin", origin);
    }
    return WebClient.of("h1c://127.0.0.1:" + console.port())
        .execute(headers.build())
        .aggregate()
        .join();
  }

  private JsonNode json(String path) {
    AggregatedHttpResponse reply = get(path);
    assertThat(reply.status().code()).as(path + ": " + reply.contentUtf8()).isEqualTo(200);
    return parse(reply);
  }

  private String error(String path, int status) {
    AggregatedHttpResponse reply = get(path);
    assertThat(reply.status().code()).as(path).isEqualTo(status);
    return parse(reply).at("/error/message").asText();
  }

  private static JsonNode parse(AggregatedHttpResponse reply) {
    try {
      return new ObjectMapper().readTree(reply.contentUtf8());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
