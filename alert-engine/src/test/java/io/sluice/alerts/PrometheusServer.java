package io.sluice.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.testkit.Programs;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;

/** A real Prometheus with rules, over samples that promtool wrote into its data directory. */
final class PrometheusServer implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path directory;
  private final int port = Programs.freePort();
  private Process process;

  PrometheusServer(Path directory, Path rules) throws IOException {
    this.directory = directory;
    Files.writeString(
        directory.resolve("prometheus.yml"),
        "global: {evaluation_interval: 15s}\nrule_files: ['" + rules + "']\n");
    process = launch();
  }

  static Path data(Path directory) {
    return directory.resolve("data");
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  void restart() throws IOException, InterruptedException {
    process.destroy();
    process.waitFor();
    process = launch();
  }

  /** The expressions of the alerts that it has loaded. */
  List<String> alerts() throws Exception {
    List<String> queries = new ArrayList<>();
    for (JsonNode group : get("/api/v1/rules?type=alert").at("/data/groups")) {
      group.get("rules").forEach(rule -> queries.add(rule.get("query").asText()));
    }
    return queries;
  }

  /** The values of the one series that an expression gives, each 15 s, by the second. */
  Map<Long, Double> values(String expression, long fromSecond, long toSecond) throws Exception {
    JsonNode result =
        get("/api/v1/query_range?step=15&start=%d&end=%d&query=%s"
                .formatted(
                    fromSecond, toSecond, URLEncoder.encode(expression, StandardCharsets.UTF_8)))
            .at("/data/result");
    Map<Long, Double> values = new TreeMap<>();
    assertThat(result.size()).as(expression).isLessThanOrEqualTo(1);
    for (JsonNode value : result.path(0).path("values")) {
      values.put(value.get(0).asLong(), Double.parseDouble(value.get(1).asText()));
    }
    return values;
  }

  private Process launch() throws IOException {
    Process launched =
        new ProcessBuilder(
                Programs.path("prometheus").toString(),
                "--config.file=" + directory.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + data(directory),
                "--storage.tsdb.retention.time=100y",
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
            .start();
    Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> isReady(launched));
    return launched;
  }

  private boolean isReady(Process launched) throws Exception {
    try {
      return ask("/-/ready").statusCode() == 200;
    } catch (IOException e) {
      assertThat(launched.isAlive()).as(Files.readString(directory.resolve("log"))).isTrue();
      return false;
    }
  }

  private JsonNode get(String path) throws Exception {
    HttpResponse<String> reply = ask(path);
    assertThat(reply.statusCode()).as(reply.body()).isEqualTo(200);
    return JSON.readTree(reply.body());
  }

  private HttpResponse<String> ask(String path) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(url() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join(); // it may write into its directory until then
  }
}
