package io.sluice.app;

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
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A real Prometheus that scrapes the sinks of several processes every second, as docs/metrics.md
 * says: without their addresses, since a series moves from one process to another. It learns of
 * them as they start, so that each may listen wherever the system lets it.
 */
final class Prometheus implements AutoCloseable {

  private static final String TARGETS = "targets.json";

  /** A sample's time in milliseconds and its value. */
  record Sample(long millis, double value) {}

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final Process process;
  private final Path directory;
  private final Path output;
  private final int port;
  private final List<String> targets = new ArrayList<>();

  private Prometheus(Process process, Path directory, Path output, int port) {
    this.process = process;
    this.directory = directory;
    this.output = output;
    this.port = port;
  }

  static Prometheus start(Path directory) throws IOException {
    int port = Programs.freePort();
    Path config =
        Files.writeString(
            directory.resolve("prometheus.yml"),
            """
            scrape_configs:
              - job_name: sluice
                scrape_interval: 1s
                scrape_timeout: 1s
                honor_labels: true
                file_sd_configs:
                  - files: [%s]
                relabel_configs:
                  - target_label: instance
                    replacement: sluice
            """
                .formatted(TARGETS));
    Path output = directory.resolve("prometheus.log");
    Process process =
        new ProcessBuilder(
                Programs.path("prometheus").toString(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + directory.resolve("prometheus-data"),
                "--enable-feature=exemplar-storage",
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    Prometheus started = new Prometheus(process, directory, output, port);
    await().atMost(Duration.ofMinutes(1)).until(started::isReady);
    return started;
  }

  /** Scrapes this address too, from now on. */
  void scrape(String address) throws IOException {
    targets.add(URI.create(address).getAuthority());
    Path written = directory.resolve("written-" + TARGETS);
    json.writeValue(written.toFile(), List.of(Map.of("targets", targets)));
    Files.move(written, directory.resolve(TARGETS), StandardCopyOption.ATOMIC_MOVE);
  }

  /** The samples of every series that a selector with a range finds, by the label given. */
  Map<String, List<Sample>> samples(String selector, String label) {
    Map<String, List<Sample>> samples = new TreeMap<>();
    for (JsonNode series : query(selector, null)) {
      List<Sample> found = new ArrayList<>();
      for (JsonNode sample : series.get("values")) {
        found.add(
            new Sample(
                Math.round(sample.get(0).asDouble() * 1000),
                Double.parseDouble(sample.get(1).asText())));
      }
      samples.put(series.get("metric").get(label).asText(), found);
    }
    return samples;
  }

  /** The one value of an expression at a time. */
  double value(String expression, long atMillis) {
    JsonNode result = query(expression, atMillis);
    assertThat(result).as(expression).hasSize(1);
    return Double.parseDouble(result.get(0).get("value").get(1).asText());
  }

  private JsonNode query(String expression, @Nullable Long atMillis) {
    Map<String, String> parameters = new TreeMap<>();
    parameters.put("query", expression);
    if (atMillis != null) {
      parameters.put("time", String.format(Locale.ROOT, "%.3f", atMillis / 1000.0));
    }
    return api("query", parameters).get("data").get("result");
  }

  /** The whole answer of {@code /api/v1/…}, whether it is one or says what is wrong. */
  JsonNode api(String path, Map<String, String> parameters) {
    String form =
        parameters.entrySet().stream()
            .map(
                each ->
                    each.getKey()
                        + "="
                        + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    try {
      return json.readTree(get("/api/v1/" + path + "?" + form));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isReady() {
    try {
      return get("/-/ready").contains("Ready");
    } catch (IOException e) {
      assertThat(process.isAlive()).as(log()).isTrue();
      return false;
    }
  }

  private String log() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String get(String path) throws IOException {
    try {
      HttpResponse<String> reply =
          http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
              HttpResponse.BodyHandlers.ofString());
      return reply.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
