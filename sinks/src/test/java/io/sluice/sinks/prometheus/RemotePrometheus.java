package io.sluice.sinks.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.testkit.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.concurrent.TimeUnit;

/** A real Prometheus that is written to, and can be stopped and started again on its data. */
final class RemotePrometheus implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Path directory;
  private final int port = Programs.freePort();
  private Process process;

  RemotePrometheus(Path directory) throws IOException {
    this(directory, Duration.ZERO);
  }

  /**
   * @param window how much older than the newest sample one may be that comes out of order
   */
  RemotePrometheus(Path directory, Duration window) throws IOException {
    this.directory = directory;
    Files.writeString(
        directory.resolve("prometheus.yml"),
        "storage: {exemplars: {max_exemplars: 1000}, tsdb: {out_of_order_time_window: "
            + window.toSeconds()
            + "s}}\n");
    process = launch();
  }

  String writeUrl() {
    return "http://127.0.0.1:" + port + "/api/v1/write";
  }

  void stop() throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  void start() throws IOException {
    process = launch();
  }

  private Process launch() throws IOException {
    Process launched =
        new ProcessBuilder(
                Programs.path("prometheus").toString(),
                "--config.file=" + directory.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.enable-remote-write-receiver",
                "--enable-feature=exemplar-storage,native-histograms",
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()))
            .start();
    await().atMost(Duration.ofMinutes(1)).until(() -> isReady(launched));
    return launched;
  }

  private boolean isReady(Process launched) throws IOException {
    try {
      return get("/-/ready").contains("Ready");
    } catch (IOException e) {
      assertThat(launched.isAlive()).as(Files.readString(directory.resolve("log"))).isTrue();
      return false;
    }
  }

  /** The series that an expression finds. */
  List<JsonNode> query(String expression) {
    List<JsonNode> found = new ArrayList<>();
    ask("/api/v1/query?query=", expression).get("result").forEach(found::add);
    return found;
  }

  /** The one value of an expression. */
  double value(String expression) {
    List<JsonNode> found = query(expression);
    assertThat(found).as(expression).hasSize(1);
    return Double.parseDouble(found.get(0).get("value").get(1).asText());
  }

  /** Times in milliseconds and values of the one series that a range selector finds. */
  List<String> samples(String selector) {
    List<JsonNode> found = query(selector);
    List<String> samples = new ArrayList<>();
    if (!found.isEmpty()) {
      assertThat(found).as(selector).hasSize(1);
      for (JsonNode sample : found.get(0).get("values")) {
        long millis = Math.round(sample.get(0).asDouble() * 1000);
        samples.add(millis + "=" + sample.get(1).asText());
      }
    }
    return samples;
  }

  JsonNode exemplars(String selector) {
    return ask("/api/v1/query_exemplars?start=0&end=99999999999&query=", selector);
  }

  /** How many samples it refused because newer ones were there already. */
  double outOfOrder() {
    try {
      return get("/metrics")
          .lines()
          .filter(line -> line.startsWith("prometheus_tsdb_out_of_order_samples_total"))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode ask(String path, String expression) {
    try {
      return JSON.readTree(get(path + URLEncoder.encode(expression, StandardCharsets.UTF_8)))
          .get("data");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String get(String path) throws IOException {
    try {
      return http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join(); // it may write into its directory until then
  }
}
