package io.sluice.console;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import io.sluice.schemas.Alert;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.DefinitionDocument;
import io.sluice.schemas.DefinitionSet;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topics;
import io.sluice.schemas.TraceId;
import io.sluice.schemas.definitions.DefinitionKinds;
import io.sluice.schemas.stage.Health;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.TraceBuilder;
import io.sluice.testkit.WithBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
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
  private TestBroker broker;
  private ConsoleFixture console;

  @BeforeEach
  void start(TestBroker freshBroker) {
    broker = freshBroker;
    console =
        ConsoleFixture.start(
            broker,
            directory,
            Map.of("/demo", (context, request) -> HttpResponse.of("demo " + context.mappedPath())));
    for (int i = 0; i < 30; i++) {
      console.store().put(Samples.log(i, "cart", HOSTILE + " line " + i));
    }
    console.store().refresh();
  }

  @AfterEach
  void stop() {
    console.close();
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
  void showsAGroupOfAnSloAsLongAsItHasABudget() {
    String file =
        """
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: cart}
        spec:
          service: shop
          indicator:
            spec:
              ratioMetric:
                good: {metricSource: {type: sluice, spec: {noError: true}}}
                total:
                  metricSource:
                    type: sluice
                    spec: {signal: spans, selector: {service: shop}, groupBy: {keys: http.route}}
          timeWindow: [{duration: 1h, isRolling: true}]
          budgetingMethod: Occurrences
          objectives: [{target: 0.99}]
        """;
    ConsoleFixture.send(
        broker,
        Topics.DEFINITIONS,
        DefinitionKinds.SLOS,
        new DefinitionSet(
            DefinitionKinds.SLOS, 7L, 0L, List.of(new DefinitionDocument("a.yaml", file))));
    String id = "cart[http.route=/a/{b} ü]";
    SliWindow window = Samples.window(id, Duration.ofSeconds(20), 8, 9, 0);
    ConsoleFixture.send(broker, Topics.SLIS, id, window);
    Alert alert =
        Samples.alert("f2", AlertState.FIRING, "x")
            .setLabels(Map.of("slo", "cart", "group", "http.route=/a/{b} ü"))
            .build();
    ConsoleFixture.send(broker, Topics.ALERTS, "f2", alert);
    ConsoleFixture.send(broker, Topics.BUDGETS, id, Samples.budget(id));
    String path = "/api/v1/slos/cart%5Bhttp.route%3D%2Fa%2F%7Bb%7D%20%C3%BC%5D";
    console.awaitAnswer("/api/v1/slos", "\"id\":\"" + id + "\"");
    console.awaitAnswer(path, "\"total\":9", "\"f2\"");

    JsonNode slo = json(path);
    assertThat(slo.get("id").asText()).isEqualTo(id);
    assertThat(slo.get("group").asText()).isEqualTo("http.route=/a/{b} ü");
    assertThat(slo.at("/windows/0/total").asLong()).isEqualTo(9);
    assertThat(slo.at("/alerts/0/fingerprint").asText()).isEqualTo("f2");
    assertThat(error("/api/v1/slos/cart", 404)).as("only its groups are").contains("no SLO");

    broker.produce(Topics.BUDGETS, id.getBytes(UTF_8), null);
    console.awaitAnswer("/api/v1/slos", "\"slos\":[]");
  }

  @Test
  void showsSlisAlertsAndDeadLettersFromTheirTopics() {
    SliWindow first = Samples.window("checkout-latency", Duration.ofSeconds(20), 8, 9, 0);
    ConsoleFixture.send(broker, Topics.SLIS, "checkout-latency", first);
    SliWindow corrected = SliWindow.newBuilder(first).setTotal(10).setRevision(1).build();
    ConsoleFixture.send(broker, Topics.SLIS, "checkout-latency", corrected);
    Alert alert = Samples.alert("f1", AlertState.FIRING, HOSTILE).build();
    ConsoleFixture.send(broker, Topics.ALERTS, "f1", alert);
    ConsoleFixture.send(broker, Topics.DEAD_LETTERS, "k", Samples.deadLetter("not protobuf"));
    console.awaitAnswer("/api/v1/slos/checkout-latency", "\"revision\":1");
    console.awaitAnswer("/api/v1/alerts", "FIRING");
    console.awaitAnswer("/api/v1/dead-letters", "not protobuf");

    JsonNode slo = json("/api/v1/slos/checkout-latency");
    assertThat(slo.at("/windows")).hasSize(1);
    assertThat(slo.at("/windows/0/total").asLong()).as("the later revision").isEqualTo(10);
    assertThat(slo.at("/policies/0/short/burnRate").asDouble()).isEqualTo(20, within(1e-6));
    JsonNode shown = json("/api/v1/alerts").at("/alerts/0");
    assertThat(shown.get("state").asText()).isEqualTo("FIRING");
    assertThat(shown.at("/exampleTraces/0").asText()).hasSize(32);
    assertThat(json("/api/v1/dead-letters").toString())
        .contains("not protobuf")
        .doesNotContain("the secret value");
  }

  @Test
  void aTraceNamesAlertsThatHadItAsAnExampleBefore() {
    byte[] id = Telemetry.traceId(7);
    TraceBuilder trace = TraceBuilder.trace(id, Telemetry.service("cart").span("GET /"));
    console.store().put(Samples.trace(trace, "cart", "GET /"));
    console.store().refresh();
    Alert pending = Samples.alert("f1", AlertState.PENDING, "x").build();
    Alert firing =
        Alert.newBuilder(pending)
            .setTransition(2)
            .setState(AlertState.FIRING)
            .setTimeUnixNano(pending.getTimeUnixNano() + 1)
            .setExampleTraces(List.of(new TraceId(Telemetry.traceId(8))))
            .build();
    ConsoleFixture.send(broker, Topics.ALERTS, "f1", pending);
    ConsoleFixture.send(broker, Topics.ALERTS, "f1", firing);
    console.awaitAnswer("/api/v1/alerts", "\"transition\":2");
    JsonNode found = json("/api/v1/traces/" + HexFormat.of().formatHex(id));
    assertThat(found.get("alerts")).map(JsonNode::asText).containsExactly("f1");
    assertThat(found.get("alertsNote").isNull()).isTrue();
  }

  @Test
  void namesThePlaceholdersOfTheRulesInEffect() {
    assertThat(json("/api/v1/redactions/placeholders").get("placeholders"))
        .map(JsonNode::asText)
        .contains("[private key]", "[card]")
        .doesNotContain("?");
    String file =
        """
        kind: redaction-rules
        family: vault
        rules:
          - id: vault.pass
            description: Passes.
            detector: keys
            keys: [pass]
            placeholder: "[vault pass]"
            examples: {positive: [pass], negative: [passed]}
          - id: vault.later
            description: Others, counted only.
            mode: shadow
            detector: keys
            keys: [later]
            placeholder: "[vault later]"
            examples: {positive: [later], negative: [late]}
        """;
    ConsoleFixture.send(
        broker,
        Topics.DEFINITIONS,
        DefinitionKinds.REDACTION_RULES,
        new DefinitionSet(
            DefinitionKinds.REDACTION_RULES,
            7L,
            0L,
            List.of(new DefinitionDocument("a.yaml", file))));
    console.awaitAnswer("/api/v1/redactions/placeholders", "{\"placeholders\":[\"[vault pass]\"]}");
  }

  @Test
  void tellsWhatIsRedactedWhereAndWhatIsNew() {
    ConsoleFixture.send(
        broker,
        Topics.REDACTIONS,
        "k",
        Samples.redaction(Duration.ofDays(2), "payment.card", "cart", "log.body", 5));
    for (int i = 0; i < 3; i++) {
      ConsoleFixture.send(
          broker,
          Topics.REDACTIONS,
          "k",
          Samples.redaction(Duration.ZERO, "payment.card", HOSTILE, "log.body", 2));
    }
    broker.produce(Topics.REDACTIONS, null, new byte[] {1, 2, 3});
    ConsoleFixture.send(
        broker,
        Topics.REDACTIONS,
        "k",
        Samples.redaction(Duration.ZERO, "payment.card", "cart", "log.body", 1));
    console.awaitAnswer("/api/v1/redactions", "\"total\":7");

    JsonNode day = json("/api/v1/redactions");
    assertThat(day.at("/services/0/service").asText()).isEqualTo(HOSTILE);
    assertThat(day.at("/redactions/0/count").asLong()).isEqualTo(6);
    assertThat(day.at("/redactions/0/rulesVersion").asLong()).isEqualTo(3);
    assertThat(day.get("new")).hasSize(1);
    assertThat(day.at("/new/0/service").asText()).isEqualTo(HOSTILE);
    assertThat(json("/api/v1/redactions?since=7d").get("total").asLong()).isEqualTo(12);
    assertThat(json("/api/v1/redactions?service=cart").get("total").asLong()).isEqualTo(1);
    assertThat(json("/api/v1/redactions?rule=payment").get("total").asLong()).isEqualTo(7);
    assertThat(json("/api/v1/redactions?rule=pay").get("total").asLong()).isZero();
    assertThat(json("/api/v1/redactions?limit=1").get("redactions")).hasSize(1);
    assertThat(json("/api/v1/redactions?limit=1").get("places").asInt()).isEqualTo(2);
    assertThat(error("/api/v1/redactions?since=soon", 400)).contains("since", "300ms");
    assertThat(error("/api/v1/redactions?since=9d", 400)).contains("since", "at most 8d");
    assertThat(error("/api/v1/redactions?field=x", 400)).contains("field", "rule", "service");
  }

  @Test
  void tellsWhichStatementsTakeMostTime() {
    ConsoleFixture.send(
        broker,
        Topics.STATEMENTS,
        "shop",
        Samples.ranking(
            HOSTILE,
            Samples.statement("SELECT ?", 3, 2, Shop.FAILED),
            Samples.statement("", 1, 1, null)));
    ConsoleFixture.send(
        broker,
        Topics.STATEMENTS,
        "gone",
        Samples.ranking("gone", Samples.statement("x", 9, 9, null)));
    broker.produce(Topics.STATEMENTS, new byte[] {1}, new byte[] {1, 2, 3});
    broker.produce(Topics.STATEMENTS, "gone".getBytes(UTF_8), null);
    ConsoleFixture.send(
        broker,
        Topics.STATEMENTS,
        "cart",
        Samples.ranking("cart", Samples.statement("x", 2, 3, null)));
    console.awaitAnswer("/api/v1/statements", "cart");

    JsonNode all = json("/api/v1/statements");
    assertThat(all.get("databases")).hasSize(2);
    assertThat(all.at("/databases/0/service").asText()).isEqualTo(HOSTILE);
    assertThat(all.at("/databases/0/totalMs").asDouble()).isEqualTo(4000);
    assertThat(all.get("mostTime").findValuesAsText("statement"))
        .containsExactly("SELECT ?", "x", "");
    assertThat(all.get("slowest").findValuesAsText("statement"))
        .containsExactly("x", "SELECT ?", "");
    assertThat(all.at("/mostTime/0/share").asDouble()).isEqualTo(0.75);
    assertThat(all.at("/mostTime/0/slowestTrace").asText()).isEqualTo(Shop.FAILED);
    assertThat(all.at("/mostTime/1/slowestTrace").isNull()).isTrue();
    assertThat(json("/api/v1/statements?service=cart").get("mostTime")).hasSize(1);
    assertThat(json("/api/v1/statements?system=redis").get("mostTime")).isEmpty();
    assertThat(json("/api/v1/statements?limit=1").get("slowest")).hasSize(1);
    assertThat(error("/api/v1/statements?database=x", 400)).contains("limit, service, system");
  }

  @Test
  void answersHealthWithEachPartAndLeavesTheReasonToThoseWhoMayRead() {
    assertThat(get("/health/live").status().code()).isEqualTo(200);
    console.setPart(new Health(true, false, "cannot read /etc/passwords"));
    for (String path : List.of("/health/ready", "/health/live")) {
      assertThat(get(path).contentUtf8()).contains("\"part\"").doesNotContain("passwords");
    }
    assertThat(get("/health/ready").status().code()).isEqualTo(503);
    assertThat(json("/api/v1/pipeline").at("/stages/0/detail").asText()).contains("passwords");
  }

  @Test
  void keepsWhatWasChangedWithWhoDidIt() {
    ConsoleFixture.send(broker, Topics.AUDIT, "ann", Samples.audited("ann", "apply", "slos"));
    send("POST", "/demo/x", "localhost:" + console.port(), null);
    console.awaitAnswer("/api/v1/audit", "\"ann\"", "\"/demo/x\"");
    JsonNode newest = json("/api/v1/audit?limit=1").at("/records/0");
    assertThat(newest.get("user").asText()).isEqualTo("anonymous");
    assertThat(newest.get("origin").asText()).isEqualTo("127.0.0.1");
    assertThat(newest.get("action").asText()).isEqualTo("POST");
    assertThat(newest.get("outcome").asText()).isEqualTo("done");
    assertThat(newest.get("detail").asText()).isEqualTo("status 200");
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
}
