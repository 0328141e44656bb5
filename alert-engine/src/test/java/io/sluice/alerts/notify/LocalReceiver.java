package io.sluice.alerts.notify;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A webhook of this process: keeps what it gets, and fails as often as it is told to. */
final class LocalReceiver implements AutoCloseable {

  /**
   * @param key as the header has it, null without
   */
  record Request(@Nullable String key, String body) {}

  final List<Request> accepted = new CopyOnWriteArrayList<>();

  /** How many requests more it answers with 503. */
  final AtomicInteger failing = new AtomicInteger();

  private final HttpServer server;

  LocalReceiver() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          boolean fails = failing.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
          if (!fails) {
            accepted.add(
                new Request(exchange.getRequestHeaders().getFirst("Idempotency-Key"), body));
          }
          exchange.sendResponseHeaders(fails ? 503 : 200, -1);
          exchange.close();
        });
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
