package io.sluice.instrumentation.messaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.sluice.instrumentation.RecordedTelemetry;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KafkaPropagationTest {

  private static final String TRACEPARENT =
      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

  private final RecordedTelemetry telemetry = new RecordedTelemetry();
  private final KafkaPropagation propagation = KafkaPropagation.create(telemetry.openTelemetry());

  @AfterEach
  void close() {
    telemetry.close();
  }

  @Test
  void readsTraceStateAndBaggage() {
    Context context =
        propagation.extract(
            headers("traceparent", TRACEPARENT, "tracestate", "vendor=1", "baggage", "tier=gold"));

    SpanContext sender = Span.fromContext(context).getSpanContext();
    assertThat(sender.getTraceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
    assertThat(sender.getSpanId()).isEqualTo("b7ad6b7169203331");
    assertThat(sender.isSampled()).isTrue();
    assertThat(sender.isRemote()).isTrue();
    assertThat(sender.getTraceState().get("vendor")).isEqualTo("1");
    assertThat(Baggage.fromContext(context).getEntryValue("tier")).isEqualTo("gold");
  }

  @Test
  void writesWhatItReads() {
    Context sent = propagation.extract(headers("traceparent", TRACEPARENT, "baggage", "a=1,b=2"));
    Headers headers = new RecordHeaders();

    propagation.inject(sent, headers);

    assertThat(text(headers, "traceparent")).isEqualTo(TRACEPARENT);
    assertThat(Baggage.fromContext(propagation.extract(headers)))
        .isEqualTo(Baggage.fromContext(sent));
  }

  @Test
  void replacesTheContextOfTheRecordThatCameIn() {
    Headers headers =
        headers(
            "traceparent", TRACEPARENT, "tracestate", "vendor=1", "baggage", "a=1", "type", "x");

    Span span = telemetry.tracer().spanBuilder("work").startSpan();
    propagation.inject(Context.root().with(span), headers);
    span.end();

    assertThat(headers.headers("traceparent")).hasSize(1);
    assertThat(text(headers, "traceparent")).contains(span.getSpanContext().getSpanId());
    assertThat(headers.lastHeader("tracestate")).isNull();
    assertThat(headers.lastHeader("baggage")).isNull();
    assertThat(text(headers, "type")).isEqualTo("x");
  }

  @Test
  void takesTheLastOfSeveralAsKafkaDoes() {
    Headers headers =
        headers(
            "traceparent",
            "00-11111111111111111111111111111111-2222222222222222-01",
            "traceparent",
            TRACEPARENT);

    assertThat(Span.fromContext(propagation.extract(headers)).getSpanContext().getSpanId())
        .isEqualTo("b7ad6b7169203331");
  }

  @Test
  void takesNothingOfTheCurrentThread() {
    Span current = telemetry.tracer().spanBuilder("other work").startSpan();
    try (Scope scope = current.makeCurrent()) {
      assertThat(propagation.extract(new RecordHeaders())).isSameAs(Context.root());
      assertThat(propagation.extract(new RecordHeaders().add("traceparent", null)))
          .isSameAs(Context.root());
      assertThat(propagation.extract(headers("traceparent", "no context at all")))
          .isSameAs(Context.root());
    }
    current.end();
  }

  static Headers headers(String... namesAndValues) {
    Headers headers = new RecordHeaders();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      headers.add(namesAndValues[i], namesAndValues[i + 1].getBytes(StandardCharsets.UTF_8));
    }
    return headers;
  }

  private static String text(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
