package io.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import io.sluice.schemas.Reason;
import io.sluice.schemas.stage.Health;
import io.sluice.schemas.stage.KafkaConnection;
import io.sluice.schemas.stage.StageMeters;
import io.sluice.testkit.TestBroker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** A server of a test's own and a plain HTTP client for it. */
final class RunningIngest implements AutoCloseable {

  /** Long enough for a busy machine; nothing waits for it to pass. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final IngestServer server;
  private final String scheme;
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private RunningIngest(IngestConfig config, KafkaConnection connection) {
    scheme = config.tls().isOn() ? "https" : "http";
    server = new IngestServer(config, connection, registry, OpenTelemetry.noop());
    server.start();
  }

  /** Started, and perhaps not ready yet. */
  static RunningIngest start(IngestConfig config, KafkaConnection connection) {
    return new RunningIngest(config, connection);
  }

  /** Creates the topics, starts and waits until it is ready. */
  static RunningIngest ready(TestConfig config, TestBroker broker) {
    broker.createTopics(2);
    return start(config.build(), broker.connection()).awaitReady();
  }

  RunningIngest awaitReady() {
    await().atMost(PATIENCE).until(() -> server.health().ready());
    return this;
  }

  Health health() {
    return server.health();
  }

  String grpcEndpoint() {
    return scheme + "://127.0.0.1:" + server.grpcPort();
  }

  int httpPort() {
    return server.httpPort();
  }

  URI http(String path) {
    return URI.create(scheme + "://127.0.0.1:" + server.httpPort() + path);
  }

  HttpResponse<byte[]> post(String path, String contentType, byte[] body, String... headers) {
    return postLater(path, contentType, body, headers).join();
  }

  CompletableFuture<HttpResponse<byte[]>> postLater(
      String path, String contentType, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(http(path))
            .timeout(PATIENCE)
            .header("content-type", contentType)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return send(request.build());
  }

  CompletableFuture<HttpResponse<byte[]>> send(HttpRequest request) {
    return client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
  }

  /** How many records and requests were refused for this reason. */
  double refused(Reason reason) {
    String label = reason.name().toLowerCase(Locale.ROOT);
    return registry.get(StageMeters.DEAD).tag("reason", label).counter().count();
  }

  /** How many requests were sent away for this reason. */
  double sentAway(String reason) {
    return registry.get("sluice.ingest.sent.away").tag("reason", reason).counter().count();
  }

  /** Bytes of requests under way. */
  double held() {
    return registry.get("sluice.ingest.in.flight").gauge().value();
  }

  /** Every request was answered, so none holds memory any more. */
  void assertNothingHeld() {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(held()).isEqualTo(0.0));
  }

  @Override
  public void close() {
    server.close();
  }
}
