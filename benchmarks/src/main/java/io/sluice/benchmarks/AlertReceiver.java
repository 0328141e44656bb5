package io.sluice.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Whom alerts are told: a webhook for Sluice, an Alertmanager for Prometheus. Notes when the first
 * one of each SLO came.
 */
final class AlertReceiver implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** By the alert's name. */
  private final Map<String, Map<String, Told>> told = new ConcurrentHashMap<>();

  private final HttpServer server;

  /** When an alert came, and since when it says that it fires. */
  record Told(Instant came, Instant startsAt) {}

  AlertReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/webhook", exchange -> take(exchange, "Sluice"));
    server.createContext("/prometheus/api/v2/alerts", exchange -> take(exchange, ""));
    server.start();
  }

  String webhook() {
    return "http://" + address() + "/webhook";
  }

  /** Host and port; as an Alertmanager it is under {@code /prometheus}. */
  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** The alerts of a name, by SLO: {@code Sluice} has those of the webhook. */
  Map<String, Told> told(String name) {
    return told.computeIfAbsent(name, unused -> new ConcurrentHashMap<>());
  }

  private void take(HttpExchange exchange, String sender) throws IOException {
    Instant came = Instant.now();
    JsonNode body = JSON.readTree(exchange.getRequestBody());
    for (JsonNode alert : body.isArray() ? body : body.get("alerts")) {
      JsonNode labels = alert.get("labels");
      boolean firing = !"resolved".equals(alert.path("status").asText());
      if (firing) {
        told(sender.isEmpty() ? labels.path("alertname").asText() : sender)
            .putIfAbsent(
                labels.path("slo").asText(),
                new Told(came, Instant.parse(alert.path("startsAt").asText())));
      }
    }
    exchange.sendResponseHeaders(200, -1);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
