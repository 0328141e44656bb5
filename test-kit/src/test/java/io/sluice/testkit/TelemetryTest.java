package io.sluice.testkit;

import static io.sluice.testkit.SpanKind.SERVER;
import static io.sluice.testkit.Telemetry.logs;
import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.spanId;
import static io.sluice.testkit.Telemetry.spans;
import static io.sluice.testkit.Telemetry.traceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.logs.v1.SeverityNumber;
import io.sluice.schemas.otlp.OtlpRequest;
import io.sluice.schemas.otlp.Slice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TelemetryTest {

  private static final Service CHECKOUT = service("checkout");

  @Test
  void spanSaysWhatTheTestSaid() {
    byte[] request =
        CHECKOUT
            .span("POST /checkout")
            .trace(traceId(7))
            .id(spanId(2))
            .parent(spanId(1))
            .kind(SERVER)
            .start(Instant.parse("2026-03-01T12:00:00Z"))
            .took(Duration.ofMillis(120))
            .error("card refused")
            .attribute("http.route", "/checkout")
            .toRequestBytes();

    List<String> seen = new ArrayList<>();
    OtlpRequest.forEachSpan(
        Slice.of(request),
        (resource, scope, span) -> {
          seen.add(resource.serviceName());
          assertThat(span.name()).isEqualTo("POST /checkout");
          assertThat(span.traceId().toBytes()).isEqualTo(traceId(7));
          assertThat(span.spanId().toBytes()).isEqualTo(spanId(2));
          assertThat(span.parentSpanId().toBytes()).isEqualTo(spanId(1));
          assertThat(span.kind()).isEqualTo(2);
          assertThat(span.startTimeUnixNano()).isEqualTo(1_772_366_400_000_000_000L);
          assertThat(span.durationNanos()).isEqualTo(120_000_000);
          assertThat(span.isError()).isTrue();
          assertThat(span.statusMessage()).isEqualTo("card refused");
        });
    assertThat(seen).containsExactly("checkout");
  }

  @Test
  void spansWithoutChosenIdsAreRootsOfDifferentTraces() {
    var one = CHECKOUT.span("a");
    var other = CHECKOUT.span("b");

    assertThat(one.traceId()).isNotEqualTo(other.traceId());
    assertThat(one.spanId()).isNotEqualTo(other.spanId());
    assertThat(one.toProto().getParentSpanId().isEmpty()).isTrue();
  }

  @Test
  void eventsHappenAtTheStartOfTheSpan() {
    Instant start = Instant.ofEpochSecond(5);
    var span = CHECKOUT.span("a").event("retry", Map.of("attempt", 2)).start(start).toProto();

    assertThat(span.getEvents(0).getTimeUnixNano()).isEqualTo(5_000_000_000L);
    assertThat(span.getEvents(0).getAttributes(0).getValue().getIntValue()).isEqualTo(2);
  }

  @Test
  void requestsAreGroupedByService() {
    var cart = service("cart").with("service.version", "2");
    var request = spans(CHECKOUT.span("a"), cart.span("b"), service("checkout").span("c"));

    assertThat(request.getResourceSpansList()).hasSize(2);
    assertThat(request.getResourceSpans(0).getScopeSpans(0).getSpansList())
        .extracting("name")
        .containsExactly("a", "c");
    assertThat(request.getResourceSpans(1).getResource().getAttributesCount()).isEqualTo(2);
  }

  @Test
  void logBodiesNest() {
    var span = CHECKOUT.span("a");
    var body = Map.of("items", List.of(Map.of("price", 9.5), true, "text"));
    var log = CHECKOUT.log(body).severity("ERROR").in(span).attribute("n", 1L).toProto();

    var items = log.getBody().getKvlistValue().getValues(0).getValue().getArrayValue();
    assertThat(items.getValues(0).getKvlistValue().getValues(0).getValue().getDoubleValue())
        .isEqualTo(9.5);
    assertThat(items.getValues(1).getBoolValue()).isTrue();
    assertThat(items.getValues(2).getStringValue()).isEqualTo("text");
    assertThat(log.getSeverityNumber()).isEqualTo(SeverityNumber.SEVERITY_NUMBER_ERROR);
    assertThat(log.getTraceId().toByteArray()).isEqualTo(span.traceId());
    assertThat(logs(CHECKOUT.log("one"), CHECKOUT.log("two")).getResourceLogsCount()).isOne();
  }

  @Test
  void metricsHaveOneDataPoint() {
    var counter = CHECKOUT.counter("orders", 3).unit("{order}").attribute("paid", true).toProto();
    var gauge = CHECKOUT.gauge("temperature", 21.5).toProto();
    var histogram =
        CHECKOUT.histogram("latency", new double[] {0.1, 1}, 0.05, 0.1, 0.7, 30).toProto();

    assertThat(counter.getSum().getDataPoints(0).getAsDouble()).isEqualTo(3);
    assertThat(counter.getSum().getDataPoints(0).getAttributesCount()).isOne();
    assertThat(gauge.getGauge().getDataPoints(0).getAsDouble()).isEqualTo(21.5);
    assertThat(histogram.getHistogram().getDataPoints(0).getBucketCountsList())
        .containsExactly(2L, 1L, 1L);
    assertThat(histogram.getHistogram().getDataPoints(0).getCount()).isEqualTo(4);
  }

  @Test
  void idsAreNumberedFromOne() {
    assertThat(traceId(7)).hasSize(16).isEqualTo(traceId(7)).isNotEqualTo(traceId(8));
    assertThat(spanId(7)).hasSize(8);
    assertThatThrownBy(() -> traceId(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void refusesValuesThatOtlpDoesNotHave() {
    assertThatThrownBy(() -> CHECKOUT.log(Instant.EPOCH))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Instant");
  }
}
