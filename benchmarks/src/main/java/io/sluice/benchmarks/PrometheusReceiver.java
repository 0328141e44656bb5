package io.sluice.benchmarks;

import io.sluice.testkit.Programs;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;

/** A real Prometheus that has nothing and is written to, until it is closed. */
final class PrometheusReceiver implements AutoCloseable {

  private final HttpClient http = HttpClient.newHttpClient();
  private final int port = Programs.freePort();
  private final Process process;

  /** Starts it and waits until it is ready. */
  PrometheusReceiver(Path directory) throws IOException {
    Path config = Files.writeString(directory.resolve("prometheus.yml"), "{}\n");
    process =
        new ProcessBuilder(
                Programs.path("prometheus").toString(),
                "--config.file=" + config,
                "--storage.tsdb.path=" + directory.resolve("data"),
                "--web.enable-remote-write-receiver",
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    Bench.await(() -> get("/-/ready").contains("Ready"));
  }

  String writeUrl() {
    return "http://127.0.0.1:" + port + "/api/v1/write";
  }

  /** Samples that it has taken. */
  long samples() {
    return sum("prometheus_tsdb_head_samples_appended_total");
  }

  /** Samples that it refused because newer ones were there already. */
  long outOfOrder() {
    return sum("prometheus_tsdb_out_of_order_samples_total");
  }

  private long sum(String metric) {
    return get("/metrics")
        .lines()
        .filter(line -> line.startsWith(metric))
        .mapToLong(line -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  private String get(String path) {
    try {
      return http.send(
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path)).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return ""; // it is starting
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while Prometheus was asked", e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
