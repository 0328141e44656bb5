package io.sluice.instrumentation.http;

import static io.sluice.instrumentation.RecordedTelemetry.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.Filter;
import com.sun.net.httpserver.HttpHandler;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.testing.time.TestClock;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.instrumentation.RecordedTelemetry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpClientTelemetryTest {

  private final RecordedTelemetry telemetry = new RecordedTelemetry();
  private final TestClock clock = TestClock.create();
  private final TestServer server = new TestServer();
  private final HttpClient client =
      HttpClientTelemetry.create(telemetry.openTelemetry(), clock)
          .wrap(
              HttpClient.newBuilder()
                  .version(HttpClient.Version.HTTP_1_1)
                  .followRedirects(HttpClient.Redirect.NORMAL)
                  .build());

  @AfterEach
  void stop() {
    server.close();
    telemetry.close();
  }

  @Test
  void describesTheRequestByTheSemanticConventions() throws Exception {
    serve(
        exchange -> {
          clock.advance(Duration.ofMillis(30));
          TestServer.answer(exchange, 200, "four");
        });
    Span parent = telemetry.tracer().spanBuilder("parent").startSpan();

    HttpResponse<String> response;
    try (Scope current = parent.makeCurrent()) {
      response =
          client.send(
              request("/a?b=c").POST(BodyPublishers.ofString("12345")).build(),
              BodyHandlers.ofString());
    }

    assertThat(response.body()).isEqualTo("four");
    SpanData span = telemetry.span();
    assertThat(span.getName()).isEqualTo("POST");
    assertThat(span.getKind()).isEqualTo(SpanKind.CLIENT);
    assertThat(span.getParentSpanId()).isEqualTo(parent.getSpanContext().getSpanId());
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(span.getAttributes().asMap())
        .isEqualTo(
            Attributes.builder()
                .put("http.request.method", "POST")
                .put("url.full", "http://127.0.0.1:" + server.port() + "/a?b=c")
                .put("server.address", "127.0.0.1")
                .put("server.port", server.port())
                .put("http.response.status_code", 200)
                .build()
                .asMap());
    HistogramPointData duration = telemetry.histogram("http.client.request.duration").get(0);
    assertThat(duration.getSum()).isEqualTo(0.03);
    assertThat(duration.getAttributes().asMap())
        .containsEntry(AttributeKey.stringKey("http.request.method"), "POST")
        .containsEntry(AttributeKey.longKey("http.response.status_code"), 200L)
        .doesNotContainKey(AttributeKey.stringKey("url.full"));
    assertThat(telemetry.sum("http.client.request.body.size")).isEqualTo(5);
    assertThat(telemetry.sum("http.client.response.body.size")).isEqualTo(4);
  }

  @Test
  void marksStatusesFrom400AsErrors() throws Exception {
    serve(exchange -> TestServer.answer(exchange, 404, "no"));

    client.send(request("/").build(), BodyHandlers.discarding());

    SpanData span = telemetry.span();
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(text(span, "error.type")).isEqualTo("404");
  }

  @Test
  void marksAServerThatIsAway() throws Exception {
    int freePort;
    try (ServerSocket socket = new ServerSocket(0)) {
      freePort = socket.getLocalPort();
    }
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + freePort + "/")).build();

    assertThatThrownBy(() -> client.send(request, BodyHandlers.discarding()))
        .isInstanceOf(IOException.class);

    SpanData span = telemetry.span();
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(text(span, "error.type")).isEqualTo("java.net.ConnectException");
  }

  @Test
  void marksATimeOut() {
    CountDownLatch neverInTime = new CountDownLatch(1);
    serve(
        exchange -> {
          awaitQuietly(neverInTime);
          TestServer.answer(exchange, 200, "");
        });

    HttpTimeoutException thrown =
        catchThrowableOfType(
            HttpTimeoutException.class,
            () ->
                client.send(
                    request("/").timeout(Duration.ofMillis(50)).build(),
                    BodyHandlers.discarding()));
    neverInTime.countDown();

    // On a busy machine it is the connection that takes too long, which has a class of its own.
    assertThat(text(telemetry.span(), "error.type")).isEqualTo(thrown.getClass().getName());
  }

  @Test
  void leavesUserAndPasswordOutOfTheUrl() throws Exception {
    serve(exchange -> TestServer.answer(exchange, 200, ""));
    URI withPassword = URI.create("http://shop:hunter2@127.0.0.1:" + server.port() + "/x");

    client.send(HttpRequest.newBuilder(withPassword).build(), BodyHandlers.discarding());

    assertThat(text(telemetry.span(), "url.full"))
        .isEqualTo("http://REDACTED:REDACTED@127.0.0.1:" + server.port() + "/x");
  }

  @Test
  void endsTheSpanOfAnAsynchronousRequestWithItsBody() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream body = exchange.getResponseBody()) {
            body.write(new byte[1000]);
            body.flush();
            awaitQuietly(mayEnd);
            body.write(new byte[1]);
          }
        });

    HttpResponse<InputStream> response =
        client.sendAsync(request("/").build(), BodyHandlers.ofInputStream()).get();
    try (InputStream body = response.body()) {
      body.readNBytes(1000);
      assertThat(telemetry.spans()).isEmpty();
      mayEnd.countDown();
      body.readAllBytes();
    }

    assertThat(telemetry.span().getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(telemetry.sum("http.client.response.body.size")).isEqualTo(1001);
  }

  @Test
  void endsTheSpanWhenTheReaderGivesUp() throws Exception {
    CountDownLatch mayEnd = new CountDownLatch(1);
    serve(
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(new byte[1000]);
          exchange.getResponseBody().flush();
          awaitQuietly(mayEnd);
          exchange.close();
        });

    client.send(request("/").build(), BodyHandlers.ofInputStream()).body().close();

    await().until(() -> !telemetry.spans().isEmpty());
    assertThat(text(telemetry.span(), "error.type"))
        .isEqualTo("java.util.concurrent.CancellationException");
    mayEnd.countDown();
  }

  @Test
  void endsTheSpanWhenTheRequestIsCancelled() throws Exception {
    CountDownLatch arrived = new CountDownLatch(1);
    CountDownLatch mayEnd = new CountDownLatch(1);
    serve(
        exchange -> {
          arrived.countDown();
          awaitQuietly(mayEnd);
          exchange.close();
        });

    CompletableFuture<HttpResponse<String>> sending =
        client.sendAsync(request("/").build(), BodyHandlers.ofString());
    arrived.await();
    sending.cancel(true);

    await().until(() -> !telemetry.spans().isEmpty());
    assertThat(text(telemetry.span(), "error.type"))
        .isEqualTo("java.util.concurrent.CancellationException");
    mayEnd.countDown();
  }

  @Test
  void endsTheSpanOfAResponseWithoutBody() throws Exception {
    serve(exchange -> TestServer.answer(exchange, 204, ""));

    client.send(request("/").build(), BodyHandlers.ofInputStream());
    client.send(
        request("/").method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.ofInputStream());

    await().untilAsserted(() -> assertThat(telemetry.spans()).hasSize(2));
  }

  @Test
  void countsAStreamedRequestBody() throws Exception {
    serve(exchange -> TestServer.answer(exchange, 200, ""));

    client.send(
        request("/")
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[70_000])))
            .build(),
        BodyHandlers.discarding());

    assertThat(telemetry.sum("http.client.request.body.size")).isEqualTo(70_000);
  }

  @Test
  void replacesAStaleTraceparentOfTheCallers() throws Exception {
    AtomicReference<String> seen = new AtomicReference<>("");
    serve(
        exchange -> {
          seen.set(String.join("|", exchange.getRequestHeaders().get("traceparent")));
          TestServer.answer(exchange, 200, "");
        });

    client.send(
        request("/")
            .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
            .build(),
        BodyHandlers.discarding());

    SpanData span = telemetry.span();
    String flags = span.getSpanContext().getTraceFlags().asHex();
    assertThat(seen.get())
        .isEqualTo("00-" + span.getTraceId() + "-" + span.getSpanId() + "-" + flags);
  }

  @Test
  void countsTheLastResponseOfARedirect() throws Exception {
    serve(
        exchange -> {
          if (exchange.getRequestURI().getPath().equals("/old")) {
            exchange.getResponseHeaders().set("Location", "/new");
            TestServer.answer(exchange, 302, "moved, moved");
          } else {
            TestServer.answer(exchange, 200, "here");
          }
        });

    client.send(request("/old").build(), BodyHandlers.ofString());

    assertThat(
            telemetry.span().getAttributes().get(AttributeKey.longKey("http.response.status_code")))
        .isEqualTo(200);
    assertThat(telemetry.sum("http.client.response.body.size")).isEqualTo(4);
  }

  private void serve(HttpHandler handler) {
    server.serve("/", new PassThrough(), handler);
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(server.uri(path));
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class PassThrough extends Filter {
    @Override
    public void doFilter(com.sun.net.httpserver.HttpExchange exchange, Chain chain)
        throws IOException {
      chain.doFilter(exchange);
    }

    @Override
    public String description() {
      return "none";
    }
  }
}
