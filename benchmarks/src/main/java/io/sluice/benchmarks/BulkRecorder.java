package io.sluice.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Takes bulk requests as a cluster does that has nothing, and keeps their bodies. */
final class BulkRecorder implements AutoCloseable {

  private static final byte[] TAKEN =
      "{\"errors\":false,\"items\":[]}".getBytes(StandardCharsets.US_ASCII);

  private final HttpServer server;
  private final List<byte[]> bodies = Collections.synchronizedList(new ArrayList<>());

  BulkRecorder() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  List<byte[]> bodies() {
    return List.copyOf(bodies);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      boolean asks = exchange.getRequestMethod().equals("GET");
      if (exchange.getRequestURI().getPath().equals("/_bulk")) {
        bodies.add(body);
      }
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(asks ? 404 : 200, TAKEN.length);
      exchange.getResponseBody().write(TAKEN);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
