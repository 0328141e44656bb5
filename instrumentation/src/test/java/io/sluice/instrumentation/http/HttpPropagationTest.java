package io.sluice.instrumentation.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.instrumentation.RecordedTelemetry;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Two real servers with an SDK each: the first calls the second. */
class HttpPropagationTest {

  @Test
  void carriesTraceAndBaggageThroughTwoServers() throws Exception {
    AtomicReference<String> tier = new AtomicReference<>("");
    HttpClient plain = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    try (RecordedTelemetry front = new RecordedTelemetry();
        RecordedTelemetry back = new RecordedTelemetry();
        TestServer backServer = new TestServer();
        TestServer frontServer = new TestServer()) {
      backServer.serve(
          "/stock",
          HttpServerTelemetry.create(back.openTelemetry()).filter(),
          exchange -> {
            tier.set(String.valueOf(Baggage.current().getEntryValue("customer.tier")));
            TestServer.answer(exchange, 200, "ok");
          });
      HttpClient frontClient = HttpClientTelemetry.create(front.openTelemetry()).wrap(plain);
      frontServer.serve(
          "/order",
          HttpServerTelemetry.create(front.openTelemetry()).filter(),
          exchange -> {
            try {
              frontClient.send(
                  HttpRequest.newBuilder(backServer.uri("/stock")).build(),
                  BodyHandlers.discarding());
            } catch (InterruptedException stopped) {
              throw new IOException(stopped);
            }
            TestServer.answer(exchange, 200, "done");
          });

      plain.send(
          HttpRequest.newBuilder(frontServer.uri("/order"))
              .header("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
              .header("tracestate", "vendor=opaque")
              .header("baggage", "customer.tier=gold")
              .build(),
          BodyHandlers.discarding());

      await().until(() -> front.spans().size() == 2 && back.spans().size() == 1);
      SpanData frontSpan = spanOf(front, SpanKind.SERVER);
      SpanData call = spanOf(front, SpanKind.CLIENT);
      SpanData backSpan = back.span();
      assertThat(frontSpan.getTraceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
      assertThat(frontSpan.getParentSpanId()).isEqualTo("b7ad6b7169203331");
      assertThat(call.getParentSpanContext()).isEqualTo(frontSpan.getSpanContext());
      assertThat(backSpan.getTraceId()).isEqualTo(call.getTraceId());
      assertThat(backSpan.getParentSpanId()).isEqualTo(call.getSpanId());
      assertThat(backSpan.getSpanContext().getTraceState().get("vendor")).isEqualTo("opaque");
      assertThat(tier.get()).isEqualTo("gold");
    }
  }

  private static SpanData spanOf(RecordedTelemetry telemetry, SpanKind kind) {
    return telemetry.spans().stream().filter(s -> s.getKind() == kind).findFirst().orElseThrow();
  }
}
