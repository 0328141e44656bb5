package io.sluice.instrumentation.http;

import static io.sluice.instrumentation.RecordedTelemetry.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.WebClientBuilder;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.Server;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.instrumentation.RecordedTelemetry;
import java.io.IOException;
import java.net.ServerSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ArmeriaTelemetryTest {

  private final RecordedTelemetry telemetry = new RecordedTelemetry();
  private final ArmeriaTelemetry instrument = ArmeriaTelemetry.create(telemetry.openTelemetry());
  private final CountDownLatch released = new CountDownLatch(1);
  private Server server =
      Server.builder().service("/", (ctx, request) -> HttpResponse.of(200)).build();

  @AfterEach
  void stop() {
    released.countDown();
    var unused = server.stop(); // ends two seconds later: so long its threads look for more
    telemetry.close();
  }

  @Test
  void clientAndServerAreOneTraceWithTheRouteOfTheService() {
    serve("/orders/{id}", (ctx, request) -> HttpResponse.of("paid"));
    Span order = telemetry.tracer().spanBuilder("order").startSpan();

    try (Scope current = order.makeCurrent()) {
      assertThat(observedClient().get("/orders/7?size=2").aggregate().join().contentUtf8())
          .isEqualTo("paid");
    }

    SpanData served = span(SpanKind.SERVER);
    SpanData sent = span(SpanKind.CLIENT);
    assertThat(sent.getParentSpanId()).isEqualTo(order.getSpanContext().getSpanId());
    assertThat(served.getParentSpanId()).isEqualTo(sent.getSpanId());
    assertThat(served.getTraceId()).isEqualTo(order.getSpanContext().getTraceId());
    assertThat(served.getName()).isEqualTo("GET /orders/:id");
    assertThat(text(served, "http.route")).isEqualTo("/orders/:id");
    assertThat(text(served, "url.path")).isEqualTo("/orders/7");
    assertThat(text(served, "url.query")).isEqualTo("size=2");
    assertThat(text(served, "network.protocol.version")).isEqualTo("2");
    assertThat(status(served)).isEqualTo(200);
    assertThat(sent.getName()).isEqualTo("GET");
    assertThat(text(sent, "url.full")).isEqualTo(uri() + "/orders/7?size=2");
    assertThat(text(sent, "server.address")).isEqualTo("127.0.0.1");
    assertThat(status(sent)).isEqualTo(200);
  }

  @Test
  void bothSidesCountTheBodiesThatPass() {
    serve("/echo", (ctx, request) -> HttpResponse.of(ResponseHeaders.of(200), request));

    observedClient()
        .execute(RequestHeaders.of(HttpMethod.POST, "/echo"), new byte[300_000])
        .aggregate()
        .join();

    assertThat(span(SpanKind.SERVER).getName()).isEqualTo("POST /echo");
    assertThat(span(SpanKind.CLIENT).getName()).isEqualTo("POST");
    for (String side : new String[] {"server", "client"}) {
      assertThat(telemetry.sum("http." + side + ".request.body.size")).isEqualTo(300_000);
      assertThat(telemetry.sum("http." + side + ".response.body.size")).isEqualTo(300_000);
    }
  }

  @Test
  void aStreamedBodyIsCountedWhileItPasses() {
    CompletableFuture<HttpResponseWriter> streaming = new CompletableFuture<>();
    serve(
        "/stream",
        (ctx, request) -> {
          HttpResponseWriter writer = HttpResponse.streaming();
          writer.write(ResponseHeaders.of(200));
          writer.write(HttpData.wrap(new byte[100_000]));
          streaming.complete(writer);
          return writer;
        });

    CompletableFuture<AggregatedHttpResponse> answer = plainClient().get("/stream").aggregate();
    HttpResponseWriter writer = streaming.join();
    assertThat(telemetry.spans()).isEmpty();
    writer.write(HttpData.wrap(new byte[23]));
    writer.close();

    assertThat(answer.join().content().length()).isEqualTo(100_023);
    assertThat(status(span(SpanKind.SERVER))).isEqualTo(200);
    assertThat(telemetry.sum("http.server.response.body.size")).isEqualTo(100_023);
  }

  @Test
  void theSpanIsCurrentWhereTheRequestsContextIs() {
    CompletableFuture<Span> inside = new CompletableFuture<>();
    CompletableFuture<Span> blocking = new CompletableFuture<>();
    CompletableFuture<Span> elsewhere = new CompletableFuture<>();
    serve(
        "/",
        (ctx, request) -> {
          inside.complete(Span.current());
          return HttpResponse.of(
              CompletableFuture.supplyAsync(
                      () -> {
                        blocking.complete(Span.current());
                        return "later";
                      },
                      ctx.blockingTaskExecutor())
                  .thenApply(HttpResponse::of));
        });
    server.config().blockingTaskExecutor().execute(() -> elsewhere.complete(Span.current()));

    plainClient().get("/").aggregate().join();

    SpanData served = span(SpanKind.SERVER);
    assertThat(inside.join().getSpanContext()).isEqualTo(served.getSpanContext());
    assertThat(blocking.join().getSpanContext()).isEqualTo(served.getSpanContext());
    assertThat(elsewhere.join().getSpanContext().isValid()).isFalse();
  }

  @Test
  void marksAServiceThatThrows() {
    serve(
        "/",
        (ctx, request) -> {
          throw new IllegalStateException("broken");
        });

    assertThat(plainClient().get("/").aggregate().join().status().code()).isEqualTo(500);

    SpanData served = span(SpanKind.SERVER);
    assertThat(served.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(text(served, "error.type")).isEqualTo("java.lang.IllegalStateException");
    assertThat(status(served)).isEqualTo(500);
  }

  @Test
  void aThrownAnswerIsNoErrorUnlessItsStatusIsOne() {
    serve(
        "/",
        (ctx, request) -> {
          throw HttpStatusException.of(HttpStatus.NOT_FOUND);
        });

    observedClient().get("/").aggregate().join();

    SpanData served = span(SpanKind.SERVER);
    assertThat(served.getStatus().getStatusCode()).isEqualTo(StatusCode.UNSET);
    assertThat(status(served)).isEqualTo(404);
    SpanData sent = span(SpanKind.CLIENT);
    assertThat(sent.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(text(sent, "error.type")).isEqualTo("404");
  }

  @Test
  void hasNoRouteWhereNoServiceWasFound() {
    serve("/orders", (ctx, request) -> HttpResponse.of(200));

    plainClient().get("/random/31337").aggregate().join();

    SpanData served = span(SpanKind.SERVER);
    assertThat(served.getName()).isEqualTo("GET");
    assertThat(status(served)).isEqualTo(404);
  }

  @Test
  void marksAResponseThatItsReceiverGaveUp() {
    serve(
        "/endless",
        (ctx, request) -> {
          HttpResponseWriter writer = HttpResponse.streaming();
          writer.write(ResponseHeaders.of(200));
          writer.write(HttpData.wrap(new byte[1_000]));
          return writer;
        });

    HttpResponse answer = observedClient().get("/endless");
    answer.split().headers().join();
    answer.abort();

    SpanData served = span(SpanKind.SERVER);
    assertThat(served.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(text(served, "error.type")).isNotBlank();
    assertThat(status(served)).isEqualTo(200);
    assertThat(span(SpanKind.CLIENT).getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
  }

  @Test
  void marksARequestThatNobodyTakes() throws IOException {
    int nobody;
    try (ServerSocket socket = new ServerSocket(0)) {
      nobody = socket.getLocalPort();
    }
    HttpResponse answer = client("http://127.0.0.1:" + nobody).build().get("/");
    answer.aggregate().exceptionally(failure -> AggregatedHttpResponse.of(500)).join();

    SpanData sent = span(SpanKind.CLIENT);
    assertThat(sent.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(text(sent, "error.type")).isNotBlank();
    assertThat(status(sent)).isNull();
  }

  @Test
  void sendsTheContextInTheHeaders() {
    CompletableFuture<String> traceparent = new CompletableFuture<>();
    serve(
        "/",
        (ctx, request) -> {
          traceparent.complete(request.headers().get("traceparent"));
          return HttpResponse.of(200);
        });

    observedClient()
        .execute(
            HttpRequest.of(RequestHeaders.of(HttpMethod.GET, "/", HttpHeaderNames.ACCEPT, "*/*")))
        .aggregate()
        .join();

    SpanData sent = span(SpanKind.CLIENT);
    assertThat(traceparent.join())
        .startsWith("00-" + sent.getTraceId() + "-" + sent.getSpanId() + "-");
  }

  private void serve(String pattern, HttpService service) {
    server =
        Server.builder().http(0).service(pattern, service).decorator(instrument.server()).build();
    server.start().join();
  }

  private String uri() {
    return "http://127.0.0.1:" + server.activeLocalPort();
  }

  private WebClient plainClient() {
    return WebClient.of(uri());
  }

  private WebClient observedClient() {
    return client(uri()).build();
  }

  private WebClientBuilder client(String uri) {
    return WebClient.builder(uri).decorator(instrument.client());
  }

  private SpanData span(SpanKind kind) {
    await().until(() -> telemetry.spans().stream().anyMatch(span -> span.getKind() == kind));
    String side = kind == SpanKind.SERVER ? "server" : "client";
    await().until(() -> !telemetry.histogram("http." + side + ".request.duration").isEmpty());
    return telemetry.spans().stream()
        .filter(span -> span.getKind() == kind)
        .findFirst()
        .orElseThrow();
  }

  private static Long status(SpanData span) {
    return span.getAttributes().get(AttributeKey.longKey("http.response.status_code"));
  }
}
