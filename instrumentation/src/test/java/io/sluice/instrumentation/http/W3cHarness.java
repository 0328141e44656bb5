package io.sluice.instrumentation.http;

import com.sun.net.httpserver.Filter;
import io.sluice.instrumentation.RecordedTelemetry;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * What the W3C's test harness does: it sends a request to a service and looks at the headers of the
 * requests that the service makes of it. The service is the JDK's server and client with our
 * instruments; the request is written byte by byte, since no client sends what the suite wants
 * sent.
 */
final class W3cHarness implements AutoCloseable {

  private static final HttpClient PLAIN =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private final RecordedTelemetry telemetry = new RecordedTelemetry();
  private final TestServer harness = new TestServer();
  private final TestServer service = new TestServer();
  private final List<Map<String, List<String>>> called = new CopyOnWriteArrayList<>();

  W3cHarness() {
    Filter unobserved =
        Filter.beforeHandler(
            "notes what comes", exchange -> called.add(exchange.getRequestHeaders()));
    harness.serve("/", unobserved, exchange -> TestServer.answer(exchange, 200, ""));
    HttpClient client = HttpClientTelemetry.create(telemetry.openTelemetry()).wrap(PLAIN);
    service.serve(
        "/",
        HttpServerTelemetry.create(telemetry.openTelemetry()).filter(),
        exchange -> {
          int calls = Integer.parseInt(exchange.getRequestURI().getPath().substring(1));
          for (int i = 0; i < calls; i++) {
            call(client);
          }
          TestServer.answer(exchange, 200, "");
        });
  }

  /** What the service sent on. */
  record Sent(String traceparent, String tracestate) {

    String traceId() {
      return traceparent.split("-", -1)[1];
    }

    String parentId() {
      return traceparent.split("-", -1)[2];
    }
  }

  /**
   * Sends these header lines, and lets the service make so many requests.
   *
   * @param headers as they are on the wire, such as {@code "traceparent: 00-…"}
   */
  List<Sent> send(int calls, List<String> headers) throws IOException {
    called.clear();
    StringBuilder request = new StringBuilder("GET /" + calls + " HTTP/1.1\r\nHost: service\r\n");
    headers.forEach(header -> request.append(header).append("\r\n"));
    request.append("Connection: close\r\n\r\n");
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), service.port())) {
      socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.ISO_8859_1));
      socket.getOutputStream().flush();
      InputStream answer = socket.getInputStream();
      String status = new String(answer.readAllBytes(), StandardCharsets.ISO_8859_1);
      if (!status.startsWith("HTTP/1.1 200")) {
        throw new AssertionError("the service answered " + status);
      }
    }
    return called.stream()
        .map(sent -> new Sent(only(sent.get("Traceparent")), joined(sent.get("Tracestate"))))
        .toList();
  }

  private void call(HttpClient client) throws IOException {
    try {
      client.send(HttpRequest.newBuilder(harness.uri("/")).build(), BodyHandlers.discarding());
    } catch (InterruptedException stopped) {
      throw new IOException(stopped);
    }
  }

  private static String only(@Nullable List<String> values) {
    if (values == null || values.size() != 1) {
      throw new AssertionError("expected one traceparent, got " + values);
    }
    return values.get(0);
  }

  private static String joined(@Nullable List<String> values) {
    return values == null ? "" : String.join(",", values);
  }

  @Override
  public void close() {
    harness.close();
    service.close();
    telemetry.close();
  }
}
