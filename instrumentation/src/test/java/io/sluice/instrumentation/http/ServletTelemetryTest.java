package io.sluice.instrumentation.http;

import static io.sluice.instrumentation.RecordedTelemetry.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.instrumentation.RecordedTelemetry;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ServletTelemetryTest {

  private static final String TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT_ID = "b7ad6b7169203331";

  private final RecordedTelemetry telemetry = new RecordedTelemetry();
  private final ServletTelemetry instrument = ServletTelemetry.create(telemetry.openTelemetry());
  private final HttpClient client = HttpClient.newHttpClient();
  private final Server server =
      new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

  @AfterEach
  void stop() throws Exception {
    server.stop();
    telemetry.close();
  }

  @Test
  void continuesTheCallersTraceAndNamesTheSpanByTheServletsPattern() throws Exception {
    CompletableFuture<Span> inside = new CompletableFuture<>();
    serve(
        "/orders/*",
        (request, response) -> {
          inside.complete(Span.current());
          response.getWriter().write("paid");
        });

    send(
        request("/shop/orders/7?size=2")
            .header("traceparent", "00-" + TRACE_ID + "-" + PARENT_ID + "-01"));

    SpanData span = onlySpan();
    assertThat(span.getName()).isEqualTo("GET /shop/orders/*");
    assertThat(span.getKind()).isEqualTo(SpanKind.SERVER);
    assertThat(span.getTraceId()).isEqualTo(TRACE_ID);
    assertThat(span.getParentSpanId()).isEqualTo(PARENT_ID);
    assertThat(text(span, "http.route")).isEqualTo("/shop/orders/*");
    assertThat(text(span, "url.path")).isEqualTo("/shop/orders/7");
    assertThat(text(span, "url.query")).isEqualTo("size=2");
    assertThat(text(span, "server.address")).isEqualTo("127.0.0.1");
    assertThat(status(span)).isEqualTo(200);
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(inside.join().getSpanContext()).isEqualTo(span.getSpanContext());
  }

  @Test
  void takesTheRouteOfAFrameworkBehindOneServlet() throws Exception {
    start(
        instrument.filter(request -> (String) request.getAttribute("matched")),
        "/*",
        (request, response) -> request.setAttribute("matched", "/orders/{id}"));

    send(request("/shop/orders/7"));

    assertThat(onlySpan().getName()).isEqualTo("GET /orders/{id}");
    assertThat(durations().getAttributes().get(AttributeKey.stringKey("http.route")))
        .isEqualTo("/orders/{id}");
  }

  @Test
  void answersAlsoWhenTheRouteCannotBeTold() throws Exception {
    start(
        instrument.filter(
            request -> {
              throw new IllegalArgumentException("no route");
            }),
        "/*",
        (request, response) -> response.getWriter().write("paid"));

    HttpResponse<String> answer = send(request("/shop/orders/7"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("paid");
    SpanData span = onlySpan();
    assertThat(span.getName()).isEqualTo("GET");
    assertThat(status(span)).isEqualTo(200);
    assertThat(text(span, "error.type")).isEqualTo("java.lang.IllegalArgumentException");
  }

  @Test
  void saysWhatTheServletThrewAlsoWhenTheRouteCannotBeTold() throws Exception {
    start(
        instrument.filter(
            request -> {
              throw new IllegalArgumentException("no route");
            }),
        "/*",
        (request, response) -> {
          throw new IllegalStateException("broken");
        });

    assertThat(send(request("/shop/orders/7")).statusCode()).isEqualTo(500);

    SpanData span = onlySpan();
    assertThat(status(span)).isEqualTo(500);
    assertThat(text(span, "error.type")).isEqualTo("java.lang.IllegalStateException");
  }

  @Test
  void countsBodiesOfStreamsAndWritersInBytes() throws Exception {
    serve(
        "/echo",
        (request, response) -> {
          response.setCharacterEncoding("UTF-8");
          request.getReader().transferTo(response.getWriter());
        });

    String body = "größe 12 € \uD83D\uDE00".repeat(5_000);
    HttpResponse<String> answer =
        send(
            request("/shop/echo")
                .header("Content-Type", "text/plain; charset=utf-8")
                .POST(BodyPublishers.ofString(body)));

    int bytes = body.getBytes(StandardCharsets.UTF_8).length;
    assertThat(answer.body()).isEqualTo(body);
    onlySpan();
    assertThat(telemetry.sum("http.server.request.body.size")).isEqualTo(bytes);
    assertThat(telemetry.sum("http.server.response.body.size")).isEqualTo(bytes);
  }

  @Test
  void beginsTheBodyAnewAfterAReset() throws Exception {
    serve(
        "/again",
        (request, response) -> {
          response.setCharacterEncoding("ISO-8859-1");
          response.getWriter().write("a draft");
          response.reset();
          response.setCharacterEncoding("UTF-8");
          response.getWriter().write("größe 12 €");
        });

    HttpResponse<String> answer = send(request("/shop/again"));

    assertThat(answer.body()).isEqualTo("größe 12 €");
    onlySpan();
    assertThat(telemetry.sum("http.server.response.body.size")).isEqualTo(14);
  }

  @Test
  void countsNothingOfABodyThatAnErrorTookThePlaceOf() throws Exception {
    serve(
        "/gone",
        (request, response) -> {
          response.getOutputStream().write(new byte[100]);
          response.sendError(503, "later");
        });

    assertThat(send(request("/shop/gone")).statusCode()).isEqualTo(503);

    onlySpan();
    assertThat(telemetry.sum("http.server.response.body.size")).isZero();
  }

  @Test
  void countsAFormThatTheContainerReads() throws Exception {
    serve("/form", (request, response) -> response.getWriter().write(request.getParameter("name")));

    HttpResponse<String> answer =
        send(
            request("/shop/form")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("name=Ada&age=36")));

    assertThat(answer.body()).isEqualTo("Ada");
    onlySpan();
    assertThat(telemetry.sum("http.server.request.body.size")).isEqualTo(15);
  }

  @Test
  void letsAStreamedBodyThroughWhileItCounts() throws Exception {
    CountDownLatch firstPartArrived = new CountDownLatch(1);
    serve(
        "/stream",
        (request, response) -> {
          OutputStream body = response.getOutputStream();
          body.write(new byte[100_000]);
          body.flush();
          // A buffering filter would never let the first part through, and this never ends.
          awaitQuietly(firstPartArrived);
          body.write(new byte[23]);
        });

    try (InputStream body =
        client.send(request("/shop/stream").build(), BodyHandlers.ofInputStream()).body()) {
      body.readNBytes(100_000);
      assertThat(telemetry.spans()).isEmpty();
      firstPartArrived.countDown();
      assertThat(body.readAllBytes()).hasSize(23);
    }

    onlySpan();
    assertThat(telemetry.sum("http.server.response.body.size")).isEqualTo(100_023);
  }

  @Test
  void theAnswerToHeadHasNoBody() throws Exception {
    serve("/page", (request, response) -> response.getOutputStream().write(new byte[1000]));

    send(request("/shop/page").method("HEAD", BodyPublishers.noBody()));

    assertThat(onlySpan().getName()).isEqualTo("HEAD /shop/page");
    assertThat(telemetry.sum("http.server.response.body.size")).isZero();
  }

  @Test
  void marksAServletThatThrowsWithTheStatusThatTheContainerAnswers() throws Exception {
    serve(
        "/broken",
        (request, response) -> {
          throw new ServletException("wrapped", new IllegalStateException("broken"));
        });

    assertThat(send(request("/shop/broken")).statusCode()).isEqualTo(500);

    SpanData span = onlySpan();
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(text(span, "error.type")).isEqualTo("java.lang.IllegalStateException");
    assertThat(status(span)).isEqualTo(500);
    assertThat(span.getEvents()).singleElement().extracting("name").isEqualTo("exception");
  }

  @Test
  void takesTheStatusOfSendError() throws Exception {
    serve("/gone", (request, response) -> response.sendError(503, "later"));

    assertThat(send(request("/shop/gone")).statusCode()).isEqualTo(503);

    SpanData span = onlySpan();
    assertThat(status(span)).isEqualTo(503);
    assertThat(text(span, "error.type")).isEqualTo("503");
  }

  @Test
  void hasNoRouteWhereNoServletWasFound() throws Exception {
    serve("/orders", (request, response) -> {});

    assertThat(send(request("/shop/random/31337")).statusCode()).isEqualTo(404);

    SpanData span = onlySpan();
    assertThat(span.getName()).isEqualTo("GET");
    assertThat(status(span)).isEqualTo(404);
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
  }

  @Test
  void anAsyncRequestEndsWhenItIsCompleted() throws Exception {
    CountDownLatch servletReturned = new CountDownLatch(1);
    CountDownLatch mayAnswer = new CountDownLatch(1);
    serve(
        "/async",
        (request, response) -> {
          AsyncContext async = request.startAsync();
          new Thread(
                  () -> {
                    awaitQuietly(mayAnswer);
                    answer((HttpServletResponse) async.getResponse(), 202, "later");
                    async.complete();
                  })
              .start();
          servletReturned.countDown();
        });

    var answer = client.sendAsync(request("/shop/async").build(), BodyHandlers.ofString());
    servletReturned.await();
    assertThat(telemetry.spans()).isEmpty();
    mayAnswer.countDown();

    assertThat(answer.get().body()).isEqualTo("later");
    assertThat(status(onlySpan())).isEqualTo(202);
    assertThat(telemetry.sum("http.server.response.body.size")).isEqualTo(5);
  }

  @Test
  void anAsyncRequestThatIsDispatchedAgainIsOneSpan() throws Exception {
    CompletableFuture<Span> second = new CompletableFuture<>();
    serve(
        "/twice",
        (request, response) -> {
          if (request.getDispatcherType() == DispatcherType.REQUEST) {
            request.startAsync().dispatch();
          } else {
            second.complete(Span.current());
            response.getWriter().write("done");
          }
        });

    assertThat(send(request("/shop/twice")).body()).isEqualTo("done");

    SpanData span = onlySpan();
    assertThat(span.getName()).isEqualTo("GET /shop/twice");
    assertThat(second.join().getSpanContext()).isEqualTo(span.getSpanContext());
    assertThat(telemetry.sum("http.server.response.body.size")).isEqualTo(4);
  }

  @Test
  void itsSpanIsCurrentInWhatAnAsyncRequestStarts() throws Exception {
    List<Span> inside = new CopyOnWriteArrayList<>();
    serve(
        "/async",
        (request, response) ->
            request
                .startAsync()
                .start(
                    () -> {
                      inside.add(Span.current());
                      AsyncContext async = request.getAsyncContext();
                      async.start(
                          () -> {
                            inside.add(Span.current());
                            async.complete();
                          });
                    }));

    send(request("/shop/async"));

    SpanData span = onlySpan();
    assertThat(inside)
        .extracting(Span::getSpanContext)
        .containsExactly(span.getSpanContext(), span.getSpanContext());
  }

  @Test
  void itsSpanIsCurrentWhereABodyIsReadAndWrittenWithoutBlocking() throws Exception {
    List<Span> inside = new CopyOnWriteArrayList<>();
    serve(
        "/echo",
        (request, response) -> {
          AsyncContext async = request.startAsync();
          ServletInputStream body = request.getInputStream();
          ServletOutputStream answer = response.getOutputStream();
          WriteListener writes =
              new WriteListener() {
                @Override
                public void onWritePossible() throws IOException {
                  inside.add(Span.current());
                  answer.print("done");
                  async.complete();
                }

                @Override
                public void onError(Throwable failure) {
                  async.complete();
                }
              };
          body.setReadListener(
              new ReadListener() {
                @Override
                public void onDataAvailable() throws IOException {
                  inside.add(Span.current());
                  while (body.isReady() && !body.isFinished() && body.read() >= 0) {}
                }

                @Override
                public void onAllDataRead() {
                  inside.add(Span.current());
                  answer.setWriteListener(writes);
                }

                @Override
                public void onError(Throwable failure) {
                  async.complete();
                }
              });
        });

    assertThat(send(request("/shop/echo").POST(BodyPublishers.ofString("body"))).body())
        .isEqualTo("done");

    SpanData span = onlySpan();
    assertThat(inside)
        .hasSizeGreaterThanOrEqualTo(3)
        .allMatch(each -> each.getSpanContext().equals(span.getSpanContext()));
  }

  @Test
  void anAsyncRequestThatThrowsInItsSecondDispatchIsAnError() throws Exception {
    serve(
        "/twice",
        (request, response) -> {
          if (request.getDispatcherType() == DispatcherType.REQUEST) {
            request.startAsync().dispatch();
          } else {
            throw new IllegalStateException("broken");
          }
        });

    assertThat(send(request("/shop/twice")).statusCode()).isEqualTo(500);

    SpanData span = onlySpan();
    assertThat(text(span, "error.type")).isEqualTo("java.lang.IllegalStateException");
    assertThat(status(span)).isEqualTo(500);
  }

  @Test
  void anAsyncRequestThatNobodyCompletesIsATimeOut() throws Exception {
    serve("/never", (request, response) -> request.startAsync().setTimeout(50));

    assertThat(send(request("/shop/never")).statusCode()).isEqualTo(500);

    SpanData span = onlySpan();
    assertThat(text(span, "error.type")).isEqualTo("java.util.concurrent.TimeoutException");
    assertThat(status(span)).isEqualTo(500);
  }

  @Test
  void countsABodyThatIsReadWithoutBlocking() throws Exception {
    serve(
        "/upload",
        (request, response) -> {
          AsyncContext async = request.startAsync();
          ServletInputStream body = request.getInputStream();
          body.setReadListener(
              new ReadListener() {
                @Override
                public void onDataAvailable() throws IOException {
                  byte[] part = new byte[4096];
                  while (body.isReady() && !body.isFinished()) {
                    if (body.read(part) < 0) {
                      return;
                    }
                  }
                }

                @Override
                public void onAllDataRead() {
                  async.complete();
                }

                @Override
                public void onError(Throwable failure) {
                  async.complete();
                }
              });
        });

    send(request("/shop/upload").POST(BodyPublishers.ofByteArray(new byte[300_000])));

    onlySpan();
    assertThat(telemetry.sum("http.server.request.body.size")).isEqualTo(300_000);
  }

  @Test
  void marksAClientThatWentAwayWhileItSent() throws Exception {
    serve("/upload", (request, response) -> request.getInputStream().readAllBytes());

    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket
          .getOutputStream()
          .write(
              "POST /shop/upload HTTP/1.1\r\nHost: shop:81\r\nContent-Length: 1000\r\n\r\nhalf"
                  .getBytes(StandardCharsets.US_ASCII));
    }

    SpanData span = onlySpan();
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(text(span, "error.type")).isNotBlank();
    assertThat(telemetry.sum("http.server.request.body.size")).isEqualTo(4);
  }

  @Test
  void marksAClientThatWentAwayWhileItReceived() throws Exception {
    CountDownLatch clientLeft = new CountDownLatch(1);
    serve(
        "/download",
        (request, response) -> {
          awaitQuietly(clientLeft);
          for (int i = 0; i < 1_000; i++) {
            response.getOutputStream().write(new byte[1 << 16]);
          }
        });

    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port())) {
      socket
          .getOutputStream()
          .write(
              "GET /shop/download HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    }
    clientLeft.countDown();

    SpanData span = onlySpan();
    assertThat(span.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(telemetry.sum("http.server.response.body.size")).isLessThan(1_000 << 16);
  }

  /** Jetty says so of a connection that is closed already. */
  @Test
  void servesARequestOfWhichNobodyKnowsTheAddresses() throws Exception {
    jakarta.servlet.Filter filter = instrument.filter();
    start(
        (request, response, chain) ->
            filter.doFilter(
                new HttpServletRequestWrapper((HttpServletRequest) request) {
                  @Override
                  public @Nullable String getRemoteAddr() {
                    return null;
                  }

                  @Override
                  public @Nullable String getLocalAddr() {
                    return null;
                  }
                },
                response,
                chain),
        "/orders",
        (request, response) -> response.getWriter().write("paid"));

    assertThat(send(request("/shop/orders")).body()).isEqualTo("paid");

    assertThat(status(onlySpan())).isEqualTo(200);
  }

  private void serve(String pattern, Handling handling) throws Exception {
    start(instrument.filter(), pattern, handling);
  }

  private void start(jakarta.servlet.Filter filter, String pattern, Handling handling)
      throws Exception {
    ServletContextHandler shop = new ServletContextHandler("/shop");
    FilterHolder holder = new FilterHolder(filter);
    holder.setAsyncSupported(true);
    shop.addFilter(holder, "/*", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
    ServletHolder servlet =
        new ServletHolder(
            new HttpServlet() {
              @Override
              protected void service(HttpServletRequest request, HttpServletResponse response)
                  throws ServletException, IOException {
                handling.handle(request, response);
              }
            });
    servlet.setAsyncSupported(true);
    shop.addServlet(servlet, pattern);
    server.setHandler(shop);
    server.start();
  }

  private int port() {
    return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
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

  private static Long status(SpanData span) {
    return span.getAttributes().get(AttributeKey.longKey("http.response.status_code"));
  }

  private static void answer(HttpServletResponse response, int status, String body) {
    response.setStatus(status);
    try {
      response.getWriter().write(body);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private interface Handling {
    void handle(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException;
  }
}
