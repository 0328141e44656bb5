package io.sluice.console;

import static io.sluice.console.ConsoleFixture.encoded;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import io.sluice.schemas.AlertState;
import io.sluice.schemas.InputCause;
import io.sluice.schemas.Topics;
import io.sluice.schemas.cardinality.CardinalityReport;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.TraceBuilder;
import io.sluice.testkit.WithBroker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the description of the API to what the API does. */
@WithBroker
@SuppressWarnings("NullAway.Init") // start comes first
class OpenApiIT {

  private static final String TRACE = HexFormat.of().formatHex(Telemetry.traceId(7));

  @TempDir private Path directory;
  private ConsoleFixture console;
  private JsonNode document;

  @BeforeEach
  void start(TestBroker broker) {
    console = ConsoleFixture.start(broker, directory);
    fill(broker);
    console.awaitAnswer("/api/v1/dead-letters", "not protobuf");
    console.awaitAnswer("/api/v1/audit", "ann");
    console.awaitAnswer("/api/v1/redactions", "payment.card");
    console.awaitAnswer("/api/v1/cardinality", "calls_total");
    console.awaitAnswer("/api/v1/service-details?service=cart", "\"requests\":40");
    console.awaitAnswer("/api/v1/statements", "SELECT");
    console.awaitAnswer("/api/v1/alerts", "f1", "f2");
    console.awaitAnswer("/api/v1/slos/checkout-latency", "\"total\":9", "\"burns\":[{");
    document = json("/api/v1/openapi.json");
  }

  @AfterEach
  void stop() {
    console.close();
  }

  @Test
  void describesEveryPath() {
    List<String> described = new ArrayList<>();
    document.get("paths").fieldNames().forEachRemaining(described::add);
    assertThat(described).containsExactlyInAnyOrderElementsOf(console.paths());
  }

  @Test
  void describesEveryAnswer() {
    document
        .get("paths")
        .properties()
        .forEach(
            path -> {
              JsonNode get = path.getValue().get("get");
              JsonNode schema = get.at("/responses/200/content/application~1json/schema");
              if (schema.isMissingNode()) {
                return; // events, which have a test of their own
              }
              for (String url : List.of(bare(path.getKey(), get), full(path.getKey(), get))) {
                assertThat(JsonShape.problems(document, schema, json(url))).as(url).isEmpty();
              }
            });
  }

  @Test
  void describesAnswersThatAreNotEmpty() {
    for (String list :
        List.of(
            "/api/v1/logs#/logs",
            "/api/v1/logs/summary#/buckets",
            "/api/v1/traces#/traces",
            "/api/v1/traces/" + TRACE + "#/spans",
            "/api/v1/traces/" + TRACE + "#/alerts",
            "/api/v1/service-graph?from=2026-01-01T00:00:00Z#/calls",
            "/api/v1/slos/checkout-latency#/windows",
            "/api/v1/slos/checkout-latency#/budget/burns",
            "/api/v1/alerts#/history",
            "/api/v1/redactions#/redactions",
            "/api/v1/cardinality#/metrics",
            "/api/v1/statements#/mostTime",
            "/api/v1/dead-letters#/deadLetters",
            "/api/v1/audit#/records",
            "/api/v1/pipeline#/stages")) {
      int hash = list.indexOf('#');
      assertThat(json(list.substring(0, hash)).at(list.substring(hash + 1))).as(list).isNotEmpty();
    }
  }

  @Test
  void describesEveryParameterAndErrors() {
    JsonNode error = document.at("/components/schemas/Error");
    document
        .get("paths")
        .properties()
        .forEach(
            path -> {
              JsonNode get = path.getValue().get("get");
              TreeSet<String> described = new TreeSet<>();
              for (JsonNode parameter : get.get("parameters")) {
                if (parameter.get("in").asText().equals("query")) {
                  described.add(parameter.get("name").asText());
                }
              }
              AggregatedHttpResponse reply = get(bare(path.getKey(), get) + "zz=1");
              assertThat(reply.status().code()).as(path.getKey()).isEqualTo(400);
              JsonNode body = parse(reply);
              assertThat(JsonShape.problems(document, error, body)).isEmpty();
              String expected =
                  described.isEmpty()
                      ? "no parameter"
                      : "one of the parameters " + String.join(", ", described);
              assertThat(body.at("/error/message").asText())
                  .as(path.getKey())
                  .isEqualTo("zz: expected " + expected);
            });
  }

  @Test
  void describesWhatIsAnsweredWhenThereIsNoSuchThing() {
    document
        .get("paths")
        .properties()
        .forEach(
            path -> {
              if (path.getKey().contains("{")) {
                String unknown = path.getKey().replaceAll("\\{\\w+}", "f".repeat(32));
                assertDescribed(path.getValue().get("get"), get(unknown), unknown);
              }
            });
  }

  @Test
  void describesWhoMayNotAsk(TestBroker broker) throws Exception {
    assertThat(document.at("/security/1/bearerAuth").isArray()).isTrue();
    assertThat(document.at("/components/securitySchemes/bearerAuth/scheme").asText())
        .isEqualTo("bearer");
    Path tokens = directory.resolve("tokens");
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest("sender".getBytes(StandardCharsets.UTF_8));
    Files.writeString(tokens, "shop write " + HexFormat.of().formatHex(hash) + "\n");
    try (ConsoleFixture guarded =
        ConsoleFixture.startUnread(
            broker.connection(), directory.resolve("guarded"), Map.of(), tokens.toString())) {
      WebClient client = WebClient.of("h1c://127.0.0.1:" + guarded.port());
      JsonNode operation = document.get("paths").get("/api/v1/alerts").get("get");
      RequestHeaders asking = RequestHeaders.of(HttpMethod.GET, "/api/v1/alerts");
      assertDescribed(operation, client.execute(asking).aggregate().join(), "nobody");
      RequestHeaders sender =
          asking.toBuilder().add(HttpHeaderNames.AUTHORIZATION, "Bearer sender").build();
      AggregatedHttpResponse refused = client.execute(sender).aggregate().join();
      assertThat(refused.status().code()).isEqualTo(403);
      assertDescribed(operation, refused, "a sender");
    }
  }

  private void assertDescribed(JsonNode operation, AggregatedHttpResponse reply, String what) {
    JsonNode described = operation.at("/responses/" + reply.status().code());
    assertThat(described.isMissingNode()).as(what + ": " + reply.status()).isFalse();
    JsonNode schema = described.at("/content/application~1json/schema");
    assertThat(JsonShape.problems(document, schema, parse(reply))).as(what).isEmpty();
  }

  private void fill(TestBroker broker) {
    for (int i = 0; i < 12; i++) {
      console.store().put(Samples.log(i, "cart", "line " + i));
    }
    console
        .store()
        .put(
            Samples.trace(
                TraceBuilder.trace(
                    Telemetry.traceId(7),
                    Telemetry.service("checkout")
                        .span("POST /checkout")
                        .kind(SpanKind.SERVER)
                        .event("e", Map.of("k", "v"))
                        .calls(
                            Telemetry.service("payment")
                                .span("POST /charge")
                                .kind(SpanKind.SERVER)
                                .error("declined"))),
                "checkout",
                "POST /checkout"));
    console.store().refresh();
    String slo = "checkout-latency";
    ConsoleFixture.send(
        broker, Topics.SLIS, slo, Samples.window(slo, Duration.ofSeconds(60), 8, 9, 0));
    ConsoleFixture.send(broker, Topics.BUDGETS, slo, Samples.budget(slo));
    ConsoleFixture.send(
        broker, Topics.ALERTS, "f1", Samples.alert("f1", AlertState.RESOLVED, "x").build());
    ConsoleFixture.send(
        broker,
        Topics.ALERTS,
        "f2",
        Samples.alert("f2", AlertState.FIRING, "x").setInput(new InputCause(1L, 60L, 90L)).build());
    ConsoleFixture.send(broker, Topics.DEAD_LETTERS, "k", Samples.deadLetter("not protobuf"));
    ConsoleFixture.send(broker, Topics.AUDIT, "ann", Samples.audited("ann", "apply", "slos"));
    ConsoleFixture.send(
        broker,
        Topics.REDACTIONS,
        "k",
        Samples.redaction(Duration.ZERO, "payment.card", "cart", "log.body", 2));
    ConsoleFixture.send(
        broker,
        Topics.STATEMENTS,
        "cart",
        Samples.ranking("cart", Samples.statement("SELECT ?", 3, 2, TRACE)));
    sendCardinality(broker);
    Shop.asked(broker, "cart");
  }

  private static void sendCardinality(TestBroker broker) {
    Map<String, Double> numbers =
        Map.of(
            CardinalityReport.DEMAND,
            5000d,
            CardinalityReport.LIMIT,
            1000d,
            CardinalityReport.WITHOUT,
            10d);
    for (String label : List.of("", "user")) {
      numbers.forEach(
          (name, value) -> {
            String key = name + "{" + label + "}";
            ConsoleFixture.send(
                broker,
                Topics.SERIES,
                key,
                Samples.cardinality(name, "cart", "calls_total", label, value));
          });
    }
  }

  /** With what it takes, and no more. It ends so that a parameter can follow. */
  private static String bare(String path, JsonNode get) {
    String url = path + "?";
    for (JsonNode parameter : get.get("parameters")) {
      String name = parameter.get("name").asText();
      String example = encoded(parameter.path("example").asText().replace("TRACE", TRACE));
      if (parameter.get("in").asText().equals("path")) {
        url = url.replace("{" + name + "}", example);
      } else if (parameter.path("required").asBoolean()) {
        url += name + "=" + example + "&";
      }
    }
    return url;
  }

  /** With every parameter that has an example, each once. */
  private static String full(String path, JsonNode get) {
    List<String> query = new ArrayList<>();
    for (JsonNode parameter : get.get("parameters")) {
      JsonNode example = parameter.get("example");
      if (parameter.get("in").asText().equals("query")
          && !parameter.path("required").asBoolean()
          && example != null) {
        String value = example.isArray() ? example.get(0).asText() : example.asText();
        query.add(parameter.get("name").asText() + "=" + encoded(value));
      }
    }
    return bare(path, get) + String.join("&", query);
  }

  private JsonNode json(String path) {
    AggregatedHttpResponse reply = get(path);
    assertThat(reply.status().code()).as(path + ": " + reply.contentUtf8()).isEqualTo(200);
    return parse(reply);
  }

  private AggregatedHttpResponse get(String path) {
    return WebClient.of("h1c://127.0.0.1:" + console.port()).get(path).aggregate().join();
  }

  private static JsonNode parse(AggregatedHttpResponse reply) {
    try {
      return new ObjectMapper().readTree(reply.contentUtf8());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
