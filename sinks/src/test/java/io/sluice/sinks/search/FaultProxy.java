package io.sluice.sinks.search;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Stands before a node and does to bulk requests, one after the other, what it was told to, and
 * lets searches wait.
 */
final class FaultProxy implements AutoCloseable {

  enum Fault {
    NONE,
    THROTTLED,
    UNAVAILABLE,
    UNAUTHORIZED,
    FORBIDDEN,
    /** Every other document is not taken, with 429. */
    HALF_REJECTED,
    /** The node has all; the connection breaks in the middle of its reply. */
    RESET_IN_REPLY,
    /** The node has all; nobody hears of it. */
    REPLY_LOST,
    SLOW,
    TOO_LARGE
  }

  private final ServerSocket server;
  private final String target;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Queue<Fault> plan = new ArrayDeque<>();
  private final AtomicInteger bulks = new AtomicInteger();
  private final AtomicInteger stalled = new AtomicInteger();
  private volatile boolean stalling;

  FaultProxy(String target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread accepting = new Thread(this::accept, "fault-proxy");
    accepting.setDaemon(true);
    accepting.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getLocalPort();
  }

  /** What happens to the next bulk requests; then nothing does. */
  void plan(Fault... faults) {
    synchronized (plan) {
      for (Fault fault : faults) {
        plan.add(fault);
      }
    }
  }

  /** Faults that have not happened yet. */
  int left() {
    synchronized (plan) {
      return plan.size();
    }
  }

  int bulks() {
    return bulks.get();
  }

  /** Whether searches that come from now on are not answered. */
  void stallSearches(boolean stall) {
    stalling = stall;
  }

  /** Searches that are not answered and whose asker has not hung up. */
  int stalled() {
    return stalled.get();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        Thread serving = new Thread(() -> serve(socket), "fault-proxy-connection");
        serving.setDaemon(true);
        serving.start();
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      OutputStream out = socket.getOutputStream();
      for (String first = line(in); !first.isEmpty(); first = line(in)) {
        Map<String, String> headers = new HashMap<>();
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
          int colon = header.indexOf(':');
          headers.put(
              header.substring(0, colon).toLowerCase(Locale.ROOT),
              header.substring(colon + 1).strip());
        }
        byte[] body = body(in, headers);
        String[] words = first.split(" ", 3);
        if (stalling && words[1].contains("/_search")) {
          awaitHangUp(in);
          return;
        }
        Fault fault = Fault.NONE;
        if (words[1].startsWith("/_bulk")) {
          bulks.incrementAndGet();
          synchronized (plan) {
            fault = plan.isEmpty() ? Fault.NONE : plan.remove();
          }
        }
        if (!answer(fault, words, headers, body, socket, out)) {
          return;
        }
      }
    } catch (IOException e) {
      // The sink closed the connection.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitHangUp(InputStream in) throws IOException {
    stalled.incrementAndGet();
    try {
      in.transferTo(OutputStream.nullOutputStream());
    } finally {
      stalled.decrementAndGet();
    }
  }

  /** Whether the connection goes on. */
  private boolean answer(
      Fault fault,
      String[] words,
      Map<String, String> headers,
      byte[] body,
      Socket socket,
      OutputStream out)
      throws IOException, InterruptedException {
    switch (fault) {
      case THROTTLED -> write(out, 429, error(429, "rejected_execution_exception"));
      case UNAVAILABLE -> write(out, 503, "no JSON at all");
      case UNAUTHORIZED -> write(out, 401, error(401, "security_exception"));
      case FORBIDDEN -> write(out, 403, error(403, "security_exception"));
      case TOO_LARGE -> write(out, 413, "");
      case HALF_REJECTED -> write(out, 200, halfRejected(words, headers, body));
      case RESET_IN_REPLY -> {
        String reply = forward(words, headers, body).body();
        String head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ";
        out.write((head + reply.length() + "\r\n\r\n").getBytes(StandardCharsets.UTF_8));
        out.write(reply.substring(0, reply.length() / 2).getBytes(StandardCharsets.UTF_8));
        out.flush();
        socket.setSoLinger(true, 0); // closing is a reset
        return false;
      }
      case REPLY_LOST -> {
        forward(words, headers, body);
        return false;
      }
      default -> {
        if (fault == Fault.SLOW) {
          LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
        }
        HttpResponse<String> reply = forward(words, headers, body);
        write(out, reply.statusCode(), reply.body());
      }
    }
    return true;
  }

  private HttpResponse<String> forward(String[] words, Map<String, String> headers, byte[] body)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(target + words[1]))
            .method(words[0], HttpRequest.BodyPublishers.ofByteArray(body));
    String type = headers.get("content-type");
    if (type != null) {
      request.header("Content-Type", type);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private String halfRejected(String[] words, Map<String, String> headers, byte[] body)
      throws IOException, InterruptedException {
    String[] lines = new String(body, StandardCharsets.UTF_8).split("\n", -1);
    StringBuilder taken = new StringBuilder();
    for (int i = 0; i + 1 < lines.length; i += 4) {
      taken.append(lines[i]).append('\n').append(lines[i + 1]).append('\n');
    }
    var real =
        OpenSearchClient.JSON.readTree(
            forward(words, headers, taken.toString().getBytes(StandardCharsets.UTF_8)).body());
    ObjectNode reply = OpenSearchClient.JSON.createObjectNode().put("errors", true);
    ArrayNode items = reply.putArray("items");
    int next = 0;
    for (int i = 0; i + 1 < lines.length; i += 2) {
      if (i % 4 == 0) {
        items.add(real.path("items").path(next++));
      } else {
        ObjectNode item = items.addObject().putObject("index").put("status", 429);
        item.putObject("error").put("type", "rejected_execution_exception");
      }
    }
    return reply.toString();
  }

  private static String error(int status, String type) {
    return "{\"error\":{\"type\":\"" + type + "\",\"reason\":\"no\"},\"status\":" + status + "}";
  }

  private static void write(OutputStream out, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    String head =
        "HTTP/1.1 "
            + status
            + " X\r\nContent-Type: application/json\r\nContent-Length: "
            + bytes.length
            + "\r\n\r\n";
    out.write(head.getBytes(StandardCharsets.UTF_8));
    out.write(bytes);
    out.flush();
  }

  private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
    String length = headers.get("content-length");
    if (length != null) {
      return in.readNBytes(Integer.parseInt(length));
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if ("chunked".equals(headers.get("transfer-encoding"))) {
      for (int size = size(in); size > 0; size = size(in)) {
        body.writeBytes(in.readNBytes(size));
        line(in);
      }
      line(in);
    }
    return body.toByteArray();
  }

  private static int size(InputStream in) throws IOException {
    return Integer.parseInt(line(in), 16);
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
