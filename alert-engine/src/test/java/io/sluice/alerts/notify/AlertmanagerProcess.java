package io.sluice.alerts.notify;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.testkit.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;

/** A real Alertmanager that groups by SLO and tells a webhook. */
final class AlertmanagerProcess implements AutoCloseable {

  static final String PROGRAM = "prometheus-alertmanager";

  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final Path directory;
  private final Path config;
  private final int port = Programs.freePort();
  private Process process;

  AlertmanagerProcess(Path directory, String webhook) throws IOException {
    this.directory = directory;
    this.config =
        Files.writeString(
            directory.resolve("alertmanager.yml"),
            """
            route:
              receiver: hook
              group_by: [service]
              group_wait: 1s
              group_interval: 1s
              repeat_interval: 1h
            receivers:
              - name: hook
                webhook_configs: [{url: '%s', send_resolved: true}]
            """
                .formatted(webhook));
    this.process = start();
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** What it holds of the alert of an SLO now; missing when it holds none. */
  JsonNode alert(String slo) {
    for (JsonNode alert : get("/api/v2/alerts")) {
      if (alert.at("/labels/slo").asText().equals(slo)) {
        return alert;
      }
    }
    return json.missingNode();
  }

  String state(String slo) {
    return alert(slo).at("/status/state").asText();
  }

  void silence(String slo) {
    String body =
        """
        {"matchers":[{"name":"slo","value":"%s","isRegex":false,"isEqual":true}],
         "startsAt":"%s","endsAt":"%s","createdBy":"test","comment":"test"}
        """
            .formatted(slo, Instant.now(), Instant.now().plusSeconds(600));
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url() + "/api/v2/silences"))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    if (send(request).statusCode() != 200) {
      throw new IllegalStateException("the silence was refused");
    }
  }

  /** SIGKILL, and another start on the same port: what it held of alerts is gone. */
  void restart() throws IOException, InterruptedException {
    process.destroyForcibly().waitFor();
    process = start();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
  }

  private Process start() throws IOException {
    Process started =
        new ProcessBuilder(
                Programs.path(PROGRAM).toString(),
                "--config.file=" + config,
                "--storage.path=" + directory.resolve("alertmanager-data"),
                "--web.listen-address=127.0.0.1:" + port,
                "--cluster.listen-address=")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("alertmanager.log").toFile())
            .start();
    await().atMost(Duration.ofMinutes(1)).until(this::isReady);
    return started;
  }

  private boolean isReady() {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/-/ready")).build();
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private JsonNode get(String path) {
    try {
      return json.readTree(send(HttpRequest.newBuilder(URI.create(url() + path)).build()).body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpResponse<String> send(HttpRequest request) {
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
