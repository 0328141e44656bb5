package io.sluice.instrumentation.http;

import static io.sluice.instrumentation.RecordedTelemetry.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpHandler;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.testing.time.TestClock;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.instrumentation.RecordedTelemetry;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpServerTelemetryTest {

  private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT_ID = "b7ad6b7169203331";

  private final RecordedTelemetry telemetry = new RecordedTelemetry();
  private final TestClock clock = TestClock.create();
  private final HttpServerTelemetry instrument =
      HttpServerTelemetry.create(telemetry.openTelemetry(), clock);
  private final TestServer server = new TestServer();
  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  @AfterEach
  void stop() {
    server.close();
    telemetry.close();
  }

  @Test
  void describesTheRequestByTheSemanticConventions() throws Exception {
    server.serve("/", instrument.filter(exchange -> "/orders/{id}"), answering(201, "made"));

    send(
        HttpRequest.newBuilder(server.uri("/orders/7?full=yes"))
            .header("User-Agent", "test/1")
            .POST(BodyPublishers.ofString("12345")));

    SpanData span = onlySpan();
    assertThat(span.getName()).isEqualTo("POST /orders/{id}");
    assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(span.getParentSpanContext().isValid()).isFalse();
    Attributes expected =
        Attributes.builder()
            .put("http.request.method", "POST")
            .put("http.route", "/orders/{id}")
            .put("http.response.status_code", 201)
            .put("url.scheme", "http")
            .put("url.path", "/orders/7")
            .put("url.query", "full=yes")
            .put("server.address", "127.0.0.1")
            .put("server.port", server.port())
            .put("client.address", "127.0.0.1")
            .put("network.peer.address", "127.0.0.1")
            .put("network.protocol.version", "1.1")
            .put("user_agent.original", "test/1")
            .build();
    assertThat(span.getAttributes().asMap()).containsAllEntriesOf(expected.asMap());
    assertThat(span.getAttributes().get(AttributeKey.longKey("network.peer.port"))).isPositive();
    assertThat(span.getAttributes().size()).isEqualTo(expected.size() + 1);
  }

  @Test
  void takesTheServersContextAsRouteWhenNoneIsGiven() throws Exception {
    server.serve("/cart", instrument.filter(), answering(200, ""));

    send(HttpRequest.newBuilder(server.uri("/cart/anything")));

    assertThat(onlySpan().getName()).isEqualTo("GET /cart");
  }

  @Test
  void namesTheSpanByItsMethodAloneWithoutARoute() throws Exception {
    server.serve("/", instrument.filter(exchange -> null), answering(404, ""));

    send(HttpRequest.newBuilder(server.uri("/random/31337")));

    SpanData span = onlySpan();
    assertThat(span.getName()).isEqualTo("GET");
    assertThat(text(span, "http.route")).isNull();
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
  }

  @Test
  void answersARequestWhoseRouteCannotBeTold() throws Exception {
    server.serve(
        "/",
        instrument.filter(
            exchange -> {
              throw new IllegalStateException("no router");
            }),
        answering(200, ""));

    send(HttpRequest.newBuilder(server.uri("/random/31337")));

    SpanData span = onlySpan();
    assertThat(span.getName()).isEqualTo("GET");
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(span.getEvents())
        .singleElement()
        .satisfies(
            event ->
                assertThat(event.getAttributes().get(AttributeKey.stringKey("exception.message")))
                    .isEqualTo("no router"));
  }

  @Test
  void measuresSizesInBucketsOfFourTimesTheOneBefore() throws Exception {
    server.serve("/", instrument.filter(), answering(200, "ok"));

    send(HttpRequest.newBuilder(server.uri("/")));

    onlySpan();
    List<Double> bounds =
        telemetry.histogram("http.server.response.body.size").get(0).getBoundaries();
    assertThat(bounds).startsWith(0.0, 256.0).endsWith((double) (16 << 20));
    for (int i = 2; i < bounds.size(); i++) {
      assertThat(bounds.get(i)).isEqualTo(4 * bounds.get(i - 1));
    }
  }

  @Test
  void keepsInventedMethodsOutOfNamesAndSeries() throws Exception {
    server.serve("/", instrument.filter(), answering(405, ""));

    send(HttpRequest.newBuilder(server.uri("/")).method("BREW", BodyPublishers.noBody()));

    SpanData span = onlySpan();
    assertThat(span.getName()).isEqualTo("HTTP /");
    assertThat(text(span, "http.request.method")).isEqualTo("_OTHER");
    assertThat(text(span, "http.request.method_original")).isEqualTo("BREW");
    assertThat(durations().getAttributes().get(AttributeKey.stringKey("http.request.method")))
        .isEqualTo("_OTHER");
  }

  @Test
  void measuresDurationAndBodySizes() throws Exception {
    server.serve(
        "/",
        instrument.filter(),
        exchange -> {
          clock.advance(Duration.ofMillis(120));
          TestServer.answer(exchange, 200, "four");
        });

    send(HttpRequest.newBuilder(server.uri("/")).POST(BodyPublishers.ofString("12345")));

    onlySpan();
    HistogramPointData duration = durations();
    assertThat(duration.getSum()).isEqualTo(0.12);
    assertThat(duration.getBoundaries()).startsWith(0.005, 0.01).endsWith(7.5, 10.0);
    assertThat(telemetry.unit("http.server.request.duration")).isEqualTo("s");
    assertThat(duration.getAttributes())
        .isEqualTo(
            Attributes.builder()
                .put("http.request.method", "POST")
                .put("http.route", "/")
                .put("http.response.status_code", 200)
                .put("network.protocol.version", "1.1")
                .put("url.scheme", "http")
                .build());
    assertThat(telemetry.sum("http.server.request.body.size")).isEqualTo(5);
    assertThat(telemetry.sum("http.server.response.body.size")).isEqualTo(4);
    assertThat(telemetry.unit("http.server.response.body.size")).isEqualTo("By");
  }

  @Test
  void countsAStreamedBodyWhileItPasses() throws Exception {
    CountDownLatch firstPartArrived = new CountDownLatch(1);
    server.serve(
        "/",
        instrument.filter(),
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream body = exchange.getResponseBody()) {
            body.write(new byte[100_000]);
            body.flush();
            // A buffering middleware would never let the first part through, and this never ends.
            awaitQuietly(firstPartArrived);
            body.write(new byte[23]);
          }
        });

    try (var stream =
        client
            .send(HttpRequest.newBuilder(server.uri("/")).build(), BodyHandlers.ofInputStream())
            .body()) {
      stream.readNBytes(100_000);
      assertThat(telemetry.spans()).isEmpty();
      firstPartArrived.countDown();
      assertThat(stream.readAllBytes()).hasSize(23);
    }

    onlySpan();
    assertThat(telemetry.sum("http.server.response.body.size")).isEqualTo(100_023);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503})
  void marksServerErrors(int status) throws Exception {
    server.serve("/", instrument.filter(), answering(status, "sorry"));

    send(HttpRequest.newBuilder(server.uri("/")));

    SpanData span = onlySpan();
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(text(span, "error.type")).isEqualTo(Integer.toString(status));
    assertThat(durations().getAttributes().get(AttributeKey.stringKey("error.type")))
        .isEqualTo(Integer.toString(status));
  }

  @Test
  void marksAHandlerThatThrowsAndPassesItsFailureOn() {
    server.serve(
        "/",
        instrument.filter(),
        exchange -> {
          throw new IllegalStateException("broken");
        });

    // The JDK's server drops the connection when a handler throws; its client tries a GET again.
    assertThatThrownBy(
            () -> send(HttpRequest.newBuilder(server.uri("/")).POST(BodyPublishers.noBody())))
        .isInstanceOf(IOException.class);

    SpanData span = onlySpan();
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(text(span, "error.type")).isEqualTo("java.lang.IllegalStateException");
    assertThat(span.getAttributes().get(AttributeKey.longKey("http.response.status_code")))
        .isNull();
    assertThat(span.getEvents()).singleElement().extracting("name").isEqualTo("exception");
  }

  @Test
  void marksAHandlerThatHangsUp() {
    server.serve("/", instrument.filter(), exchange -> exchange.close());

    assertThatThrownBy(
            () -> send(HttpRequest.newBuilder(server.uri("/")).POST(BodyPublishers.noBody())))
        .isInstanceOf(IOException.class);

    SpanData span = onlySpan();
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(text(span, "error.type")).isEqualTo("_OTHER");
  }

  @Test
  void endsWhenAnotherThreadCompletesTheResponse() throws Exception {
    CountDownLatch mayAnswer = new CountDownLatch(1);
    CountDownLatch handlerReturned = new CountDownLatch(1);
    server.serve(
        "/",
        instrument.filter(),
        exchange -> {
          Thread answering =
              new Thread(
                  () -> {
                    awaitQuietly(mayAnswer);
                    try {
                      TestServer.answer(exchange, 202, "later");
                    } catch (IOException failure) {
                      throw new java.io.UncheckedIOException(failure);
                    }
                  });
          answering.start();
          handlerReturned.countDown();
        });

    var response =
        client.sendAsync(HttpRequest.newBuilder(server.uri("/")).build(), BodyHandlers.ofString());
    handlerReturned.await();
    assertThat(telemetry.spans()).isEmpty();
    mayAnswer.countDown();

    assertThat(response.get().body()).isEqualTo("later");
    assertThat(onlySpan().getAttributes().get(AttributeKey.longKey("http.response.status_code")))
        .isEqualTo(202);
  }

  @Test
  void endsAResponseWithoutBody() throws Exception {
    server.serve("/", instrument.filter(), exchange -> exchange.sendResponseHeaders(204, -1));

    send(HttpRequest.newBuilder(server.uri("/")));

    assertThat(onlySpan().getEvents()).isEmpty();
  }

  @Test
  void endsTheAnswerToHead() throws Exception {
    server.serve("/", instrument.filter(), exchange -> exchange.sendResponseHeaders(200, 1000));

    send(HttpRequest.newBuilder(server.uri("/")).method("HEAD", BodyPublishers.noBody()));

    assertThat(onlySpan().getName()).isEqualTo("HEAD /");
    assertThat(telemetry.sum("http.server.response.body.size")).isZero();
  }

  @Test
  void isCurrentInsideTheHandlerOnly() throws Exception {
    CompletableFuture<Span> inside = new CompletableFuture<>();
    server.serve(
        "/",
        instrument.filter(),
        exchange -> {
          inside.complete(Span.current());
          TestServer.answer(exchange, 200, "");
        });

    send(HttpRequest.newBuilder(server.uri("/")));

    assertThat(inside.join().getSpanContext()).isEqualTo(onlySpan().getSpanContext());
  }

  @Test
  void continuesTheCallersTrace() throws Exception {
    SpanData span = spanOfRequestWith("traceparent", "00-" + TRACE_ID + "-" + PARENT_ID + "-01");

    assertThat(span.getTraceId()).isEqualTo(TRACE_ID);
    assertThat(span.getParentSpanId()).isEqualTo(PARENT_ID);
    assertThat(span.getParentSpanContext().isRemote()).isTrue();
  }

  @Test
  void continuesATraceOfAFutureVersionWithMoreFields() throws Exception {
    SpanData span =
        spanOfRequestWith("traceparent", "cc-" + TRACE_ID + "-" + PARENT_ID + "-01-what-next");

    assertThat(span.getTraceId()).isEqualTo(TRACE_ID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ff-" + TRACE_ID + "-" + PARENT_ID + "-01",
        "00-" + TRACE_ID + "-" + PARENT_ID + "-01-more",
        "00-" + TRACE_ID + "-" + PARENT_ID,
        "00-" + TRACE_ID + "-" + PARENT_ID + "-0",
        "00-" + TRACE_ID + "-" + PARENT_ID + "-zz",
        "00-00000000000000000000000000000000-" + PARENT_ID + "-01",
        "00-" + TRACE_ID + "-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319C-" + PARENT_ID + "-01",
        "00-" + TRACE_ID + "-B7AD6B7169203331-01",
        "00-0af7651916cd43dd-" + PARENT_ID + "-01",
        "0-" + TRACE_ID + "-" + PARENT_ID + "-01",
        "00_" + TRACE_ID + "_" + PARENT_ID + "_01",
        "garbage",
        "-",
      })
  void beginsANewTraceOnAMalformedTraceparent(String traceparent) throws Exception {
    SpanData span = spanOfRequestWith("traceparent", traceparent);

    assertThat(span.getParentSpanContext().isValid()).isFalse();
    assertThat(span.getTraceId()).isNotEqualTo(TRACE_ID);
  }

  @Test
  void beginsANewTraceWhenTwoTraceparentsContradict() throws Exception {
    SpanData span =
        spanOfRequestWith(
            "traceparent",
            "00-" + TRACE_ID + "-" + PARENT_ID + "-01",
            "traceparent",
            "00-" + TRACE_ID + "-00f067aa0ba902b7-01");

    assertThat(span.getParentSpanContext().isValid()).isFalse();
  }

  @Test
  void joinsTracestateHeadersAndDropsMalformedOnes() throws Exception {
    String traceparent = "00-" + TRACE_ID + "-" + PARENT_ID + "-01";

    SpanData joined =
        spanOfRequestWith("traceparent", traceparent, "tracestate", "one=1", "tracestate", "two=2");

    assertThat(joined.getSpanContext().getTraceState().asMap())
        .containsEntry("one", "1")
        .containsEntry("two", "2");
  }

  @Test
  void keepsTheTraceWhenItsTracestateIsMalformed() throws Exception {
    SpanData span =
        spanOfRequestWith(
            "traceparent",
            "00-" + TRACE_ID + "-" + PARENT_ID + "-01",
            "tracestate",
            "not a list member");

    assertThat(span.getTraceId()).isEqualTo(TRACE_ID);
    assertThat(span.getSpanContext().getTraceState().isEmpty()).isTrue();
  }

  @Test
  void marksAClientThatWentAway() throws Exception {
    CountDownLatch clientLeft = new CountDownLatch(1);
    server.serve(
        "/",
        instrument.filter(),
        exchange -> {
          awaitQuietly(clientLeft);
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream body = exchange.getResponseBody()) {
            byte[] part = new byte[1 << 16];
            for (int i = 0; i < 1_000; i++) {
              body.write(part);
            }
          }
        });

    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
      socket
          .getOutputStream()
          .write("GET / HTTP/1.1\r\nHost: shop:81\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    clientLeft.countDown();

    SpanData span = onlySpan();
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(text(span, "error.type")).isNotBlank();
    assertThat(text(span, "server.address")).isEqualTo("shop");
    assertThat(span.getAttributes().get(AttributeKey.longKey("server.port"))).isEqualTo(81);
  }

  private SpanData spanOfRequestWith(String... headers) throws Exception {
    server.serve("/", instrument.filter(), answering(200, ""));
    send(HttpRequest.newBuilder(server.uri("/")).headers(headers));
    return onlySpan();
  }

  private void send(HttpRequest.Builder request) throws IOException, InterruptedException {
    client.send(request.build(), BodyHandlers.discarding());
  }

  private SpanData onlySpan() {
    // The client may have its answer a moment before the server's span ends.
    await().until(() -> !telemetry.histogram("http.server.request.duration").isEmpty());
    return telemetry.span();
  }

  private HistogramPointData durations() {
    List<HistogramPointData> points = telemetry.histogram("http.server.request.duration");
    assertThat(points).hasSize(1);
    return points.get(0);
  }

  private static HttpHandler answering(int status, String body) {
    return exchange -> TestServer.answer(exchange, status, body);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }
}
