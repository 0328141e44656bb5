package io.sluice.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.testkit.LogBuilder;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.testcontainers.containers.Container;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.Network;
import org.testcontainers.containers.startupcheck.OneShotStartupCheckStrategy;
import org.testcontainers.lifecycle.Startables;

/**
 * What docker-compose.yml describes, but for Grafana, with Sluice's roles in two containers, the
 * console and all others: a trace and a log go in by OTLP and come out, without their secret, as a
 * redaction, as documents in OpenSearch that the console shows, and as a series that Prometheus
 * answers with; and a shop that is broken brings an alert to Alertmanager. Images that are missing
 * are built by {@code deploy/stand-ins}.
 */
@NeedsDocker
class DeploymentIT {

  private static final String SECRET = "hunter2-in-a-container";
  private static final Duration LONGEST = Duration.ofMinutes(3);

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, GenericContainer<?>> services = new HashMap<>();

  @TempDir private Path directory;

  @Test
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void anEventGoesThroughEveryService() throws Exception {
    standIn("base");
    assumeThat(run("docker", "run", "--rm", base(), "true"))
        .as("Docker answers but runs no containers here")
        .isZero();
    standIn();
    try (Network network = Network.newNetwork()) {
      start(network);
      String traceId = "5b8aa5a2d2c872e8321cf37308d69df2";
      send(traceId);

      JsonNode trace =
          await()
              .atMost(LONGEST)
              .until(
                  () -> get("console", 8080, "/api/v1/traces/" + traceId),
                  answer -> answer.path("spans").size() == 2);
      assertThat(trace.toString()).contains("deployed").doesNotContain(SECRET);
      for (String index : List.of("otel-v1-apm-span-*", "logs-otel-v1-*")) {
        JsonNode found =
            await()
                .atMost(LONGEST)
                .until(
                    () -> get("opensearch", 9200, "/" + index + "/_search?q=traceId:" + traceId),
                    answer -> answer.at("/hits/total/value").asInt() > 0);
        assertThat(found.toString()).contains("deployed").doesNotContain(SECRET);
      }
      await().atMost(LONGEST).untilAsserted(() -> assertThat(redactions()).contains("deployed"));
      await()
          .atMost(LONGEST)
          .untilAsserted(
              () ->
                  assertThat(promQl("sum(traces_spanmetrics_calls_total{service=\"deployed\"})"))
                      .isEqualTo("2"));
      await()
          .atMost(LONGEST)
          .untilAsserted(
              () ->
                  assertThat(get("alertmanager", 9093, "/api/v2/alerts").findValuesAsText("slo"))
                      .contains("checkout-latency"));
    } finally {
      services.values().forEach(GenericContainer::stop);
    }
  }

  private void start(Network network) {
    ComposeFile compose = ComposeFile.read();
    for (String name :
        List.of("kafka", "topics", "opensearch", "prometheus", "alertmanager", "console", "shop")) {
      services.put(name, compose.service(name, network));
    }
    List<String> roles = new ArrayList<>(compose.roles());
    roles.remove("console");
    services.put("sluice", compose.together(roles, network));
    service("opensearch").addExposedPort(9200);
    service("topics")
        .withStartupCheckStrategy(new OneShotStartupCheckStrategy().withTimeout(LONGEST));
    service("topics").setWaitStrategy(null);
    service("topics").dependsOn(service("kafka"));
    GenericContainer<?> shop = service("shop");
    for (String name : List.of("sluice", "console")) {
      service(name).dependsOn(service("topics"));
    }
    shop.dependsOn(service("sluice"));
    List<String> command = new ArrayList<>(List.of(shop.getCommandParts()));
    command.addAll(List.of("--fault", "payment-slow"));
    shop.withCommand(command.toArray(String[]::new));
    Startables.deepStart(services.values()).join();
  }

  private GenericContainer<?> service(String name) {
    return Objects.requireNonNull(services.get(name), name);
  }

  private void send(String traceId) throws IOException, InterruptedException {
    Instant now = Instant.now();
    SpanBuilder root =
        Telemetry.service("deployed")
            .span("root")
            .trace(HexFormat.of().parseHex(traceId))
            .id(Telemetry.spanId(1))
            .start(now)
            .took(Duration.ofMillis(20))
            .attribute("password", SECRET);
    SpanBuilder child =
        Telemetry.service("deployed")
            .span("child")
            .trace(HexFormat.of().parseHex(traceId))
            .id(Telemetry.spanId(2))
            .parent(Telemetry.spanId(1))
            .start(now)
            .took(Duration.ofMillis(10));
    LogBuilder line =
        Telemetry.service("deployed").log("a password=" + SECRET + " in a line").at(now).in(child);
    post("/v1/traces", Telemetry.spans(List.of(root, child)).toByteArray());
    post("/v1/logs", line.toRequestBytes());
  }

  private void post(String path, byte[] request) throws IOException, InterruptedException {
    HttpResponse<String> reply =
        http.send(
            HttpRequest.newBuilder(address("sluice", 4318, path))
                .header("content-type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(request))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
  }

  /** What the ledger in Kafka says, by the command in one of the containers. */
  private String redactions() throws IOException, InterruptedException {
    Container.ExecResult result =
        service("sluice")
            .execInContainer("./sluice", "redactions", "--config", "/etc/sluice/sluice.yaml");
    assertThat(result.getExitCode()).as(result.getStderr()).isZero();
    assertThat(result.getStdout()).doesNotContain(SECRET);
    return result.getStdout();
  }

  private String promQl(String expression) throws IOException, InterruptedException {
    String query = URLEncoder.encode(expression, StandardCharsets.UTF_8);
    return get("prometheus", 9090, "/api/v1/query?query=" + query)
        .at("/data/result/0/value/1")
        .asText();
  }

  private JsonNode get(String service, int port, String path)
      throws IOException, InterruptedException {
    HttpResponse<String> reply =
        http.send(
            HttpRequest.newBuilder(address(service, port, path)).build(),
            HttpResponse.BodyHandlers.ofString());
    return json.readTree(reply.body());
  }

  private URI address(String service, int port, String path) {
    return URI.create("http://localhost:" + service(service).getMappedPort(port) + path);
  }

  private static String base() throws IOException {
    return Files.readAllLines(ComposeFile.ROOT.resolve("Dockerfile")).stream()
        .filter(line -> line.startsWith("FROM eclipse-temurin:"))
        .map(line -> line.split(" ", -1)[1])
        .findFirst()
        .orElseThrow();
  }

  private void standIn(String... images) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ComposeFile.ROOT.resolve("deploy/stand-ins/build").toString());
    command.addAll(List.of(images));
    assertThat(run(command.toArray(String[]::new)))
        .as(Files.readString(directory.resolve("output.txt")))
        .isZero();
  }

  private int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(directory.resolve("output.txt").toFile())
        .start()
        .waitFor();
  }
}
