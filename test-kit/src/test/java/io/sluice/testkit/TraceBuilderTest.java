package io.sluice.testkit;

import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.spanId;
import static io.sluice.testkit.Telemetry.traceId;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TraceBuilderTest {

  private final SpanBuilder charge = service("payment").span("charge");
  private final SpanBuilder checkout = service("checkout").span("checkout").calls(charge);
  private final SpanBuilder clear =
      service("cart").span("clear").start(Telemetry.START.plusSeconds(5));
  private final TraceBuilder trace =
      TraceBuilder.trace(traceId(7), service("frontend").span("GET /").calls(checkout, clear));

  @Test
  void connectsTheTree() {
    SpanBuilder root = trace.spans().get(0);

    assertThat(trace.spans()).containsExactly(root, checkout, charge, clear);
    assertThat(trace.spans()).allSatisfy(s -> assertThat(s.traceId()).isEqualTo(traceId(7)));
    assertThat(root.toProto().getParentSpanId().isEmpty()).isTrue();
    assertThat(parent(checkout)).isEqualTo(root.spanId());
    assertThat(parent(charge)).isEqualTo(checkout.spanId());
    assertThat(parent(clear)).isEqualTo(root.spanId());
  }

  @Test
  void spanIdsSayTraceAndPlace() {
    assertThat(trace.spans().get(0).traceId()).isEqualTo(traceId(7));
    assertThat(charge.spanId()).isEqualTo(spanId(7003));
  }

  @Test
  void childrenStartAfterTheirParentsUnlessTold() {
    assertThat(checkout.startOr(Telemetry.START)).isEqualTo(Telemetry.START.plusMillis(1));
    assertThat(charge.startOr(Telemetry.START)).isEqualTo(Telemetry.START.plusMillis(2));
    assertThat(Duration.between(Telemetry.START, clear.startOr(Telemetry.START))).hasSeconds(5);
  }

  @Test
  void servicesSendTheirOwnRequests() {
    assertThat(trace.toRequestBytesByService()).hasSize(4);
  }

  private static byte[] parent(SpanBuilder span) {
    return span.toProto().getParentSpanId().toByteArray();
  }
}
