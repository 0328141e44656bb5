package io.sluice.sinks.search;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** Answers as a cluster does that has nothing, and with what it was told to. */
final class FakeCluster implements AutoCloseable {

  private static final String TAKEN = "{\"errors\":false,\"items\":[]}";
  private static final String EMPTY =
      "{\"error\":{\"type\":\"parse_exception\",\"reason\":\"request body is required\"},"
          + "\"status\":400}";

  private record Told(int status, String body) {}

  private final HttpServer server;
  private final Map<String, String> puts = new ConcurrentHashMap<>();
  private final Map<String, Told> there = new ConcurrentHashMap<>();
  private final Queue<Told> bulkReplies = new ConcurrentLinkedQueue<>();
  private final Queue<String> bulks = new ConcurrentLinkedQueue<>();
  private final Queue<String> authorizations = new ConcurrentLinkedQueue<>();

  FakeCluster() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** What is found at a path. */
  void has(String path, String json) {
    has(200, path, json);
  }

  void has(int status, String path, String json) {
    there.put(path, new Told(status, json));
  }

  /** What bulk requests are answered with, one after the other, before they are taken. */
  void answersBulk(int status, String body) {
    bulkReplies.add(new Told(status, body));
  }

  /** The same for searches. */
  void answersSearch(String json) {
    answersBulk(200, json);
  }

  /** What was put at a path, or posted to one of a plugin. */
  @Nullable JsonNode put(String path) throws IOException {
    String body = puts.get(path);
    return body == null ? null : OpenSearchClient.JSON.readTree(body);
  }

  void forgetPuts() {
    puts.clear();
  }

  /** Each bulk request. */
  List<String> requests() {
    return List.copyOf(bulks);
  }

  /** All lines of bulk requests. */
  String bulks() {
    return String.join("", bulks);
  }

  /** How each request said who asks. */
  List<String> authorizations() {
    return List.copyOf(authorizations);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    authorizations.add(authorization == null ? "none" : authorization);
    String path = exchange.getRequestURI().getPath();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    switch (exchange.getRequestMethod()) {
      case "PUT" -> {
        puts.put(path, body);
        reply(exchange, 200, "{}");
      }
      case "POST" -> {
        if (path.startsWith("/_plugins/")) {
          puts.put(path, body);
          Told told = there.getOrDefault(path, new Told(200, "{}"));
          reply(exchange, told.status(), told.body());
          return;
        }
        bulks.add(body);
        Told told = body.isEmpty() ? new Told(400, EMPTY) : bulkReplies.poll();
        reply(exchange, told == null ? 200 : told.status(), told == null ? TAKEN : told.body());
      }
      default -> {
        Told found = there.getOrDefault(path, new Told(404, "{}"));
        reply(exchange, found.status(), found.body());
      }
    }
  }

  private static void reply(HttpExchange exchange, int status, String json) throws IOException {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    try (exchange) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
