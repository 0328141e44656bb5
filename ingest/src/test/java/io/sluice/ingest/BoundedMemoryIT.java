package io.sluice.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.schemas.otlp.ProtoWriter;
import io.sluice.schemas.otlp.Slice;
import io.sluice.testkit.Telemetry;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The requests that cost the most for their size, many at a time, against a process with little
 * memory: it answers each of them and goes on.
 */
@WithBroker
class BoundedMemoryIT {

  private static final int ROUNDS = 4;
  private static final int INFLATED = 7_000_000;
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String JSON = "application/json";

  private record Hostile(String path, String contentType, Slice plain) {}

  private static List<Hostile> hostile() {
    ProtoWriter records = new ProtoWriter(INFLATED);
    ProtoWriter values = new ProtoWriter(INFLATED);
    for (int i = 0; i < INFLATED / 2 - 50; i++) {
      records.bytes(2, Slice.empty()); // span, log record or metric
      values.bytes(1, Slice.empty());
    }
    Slice group = field(1, field(2, records.slice()));
    Slice body = field(5, field(5, values.slice()));
    String many = "{},".repeat(INFLATED / 3 - 100) + "{}";
    return List.of(
        new Hostile("/v1/traces", PROTOBUF, group),
        new Hostile("/v1/metrics", PROTOBUF, group),
        new Hostile("/v1/logs", PROTOBUF, field(1, field(2, field(2, body)))),
        new Hostile("/v1/traces", JSON, json("{\"scopeSpans\":[{\"spans\":[" + many + "]}]}")),
        new Hostile(
            "/v1/logs",
            JSON,
            bytes(
                "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"arrayValue\":"
                    + "{\"values\":["
                    + many
                    + "]}}}]}]}]}")),
        new Hostile("/v1/traces", JSON, json(many)),
        new Hostile("/v1/metrics", JSON, bytes(histogram(INFLATED / 2))),
        new Hostile("/v1/metrics", JSON, bytes(histogram(800_000))),
        new Hostile(
            "/v1/logs",
            JSON,
            bytes("{\"resourceLogs\":[{\"schemaUrl\":\"" + "ä".repeat(INFLATED / 3) + "\"}]}")),
        new Hostile("/v1/logs", JSON, bytes("{" + names(INFLATED / 12) + "}")),
        new Hostile("/v1/traces", JSON, bytes("{\"x\":" + "[".repeat(INFLATED))),
        new Hostile("/v1/logs", PROTOBUF, Slice.of(new byte[50_000_000])));
  }

  @Test
  @Timeout(300)
  void hostileRequestsDoNotTakeTheMemoryOfAll(TestBroker broker) throws Exception {
    broker.createTopics(2);
    HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    try (SmallHeapServer server = SmallHeapServer.start("256m", broker.connection())) {
      List<HttpRequest> requests =
          hostile().stream()
              .map(
                  hostile ->
                      request(
                          server,
                          hostile.path(),
                          hostile.contentType(),
                          Gzip.of(hostile.plain().toBytes())))
              .toList();
      for (int round = 0; round < ROUNDS; round++) {
        List<CompletableFuture<HttpResponse<byte[]>>> replies = new ArrayList<>();
        requests.forEach(
            request ->
                replies.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())));
        assertThat(replies)
            .allSatisfy(reply -> assertThat(reply.join().statusCode()).isIn(200, 400, 413, 429));
      }

      byte[] good = Telemetry.service("shop").gauge("good", 1).toRequestBytes();
      HttpResponse<byte[]> reply =
          client.send(
              request(server, "/v1/metrics", PROTOBUF, Gzip.of(good)),
              HttpResponse.BodyHandlers.ofByteArray());
      assertThat(reply.statusCode()).isEqualTo(200);
      assertThat(server.isAlive()).isTrue();
    }
  }

  /** Each part has one byte. */
  @Test
  @Timeout(300)
  void bodiesInTheSmallestPartsTakeWhatTheirBytesTake(TestBroker broker) throws Exception {
    broker.createTopics(2);
    int perWrite = 10_000;
    String parts = "1\r\n\0\r\n".repeat(perWrite);
    ExecutorService senders = Executors.newFixedThreadPool(2);
    try (SmallHeapServer server = SmallHeapServer.start("128m", broker.connection())) {
      List<Future<String>> replies = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        replies.add(
            senders.submit(
                () -> {
                  try (RawHttp http = new RawHttp(server.port())) {
                    http.send(
                        "POST /v1/logs HTTP/1.1\r\nhost: x\r\ncontent-type: "
                            + PROTOBUF
                            + "\r\ntransfer-encoding: chunked\r\n\r\n");
                    for (int sent = 0; sent < 4_000_000; sent += perWrite) {
                      http.send(parts);
                    }
                    return http.send("0\r\n\r\n").reply();
                  }
                }));
      }
      for (Future<String> reply : replies) {
        assertThat(reply.get()).startsWith("HTTP/1.1 400");
      }
      assertThat(server.isAlive()).isTrue();
    } finally {
      senders.shutdownNow();
    }
  }

  private static String histogram(int buckets) {
    return "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"histogram\":{\"dataPoints\":"
        + "[{\"bucketCounts\":["
        + "1,".repeat(buckets - 1)
        + "1]}]}}]}]}]}";
  }

  /** Fields that nobody knows. */
  private static String names(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "\"" + Integer.toString(i, 36) + "\":1")
        .collect(Collectors.joining(","));
  }

  private static HttpRequest request(
      SmallHeapServer server, String path, String contentType, byte[] gzip) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
        .header("content-type", contentType)
        .header("content-encoding", "gzip")
        .POST(HttpRequest.BodyPublishers.ofByteArray(gzip))
        .build();
  }

  private static Slice json(String resourceSpans) {
    return bytes("{\"resourceSpans\":[" + resourceSpans + "]}");
  }

  private static Slice bytes(String text) {
    return Slice.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Slice field(int number, Slice payload) {
    ProtoWriter out = new ProtoWriter(payload.length() + 16);
    out.bytes(number, payload);
    return out.slice();
  }
}
