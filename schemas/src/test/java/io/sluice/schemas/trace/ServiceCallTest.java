package io.sluice.schemas.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServiceCallTest {

  @Test
  void aCallThatNobodyAnsweredCountsWhenItNamesWhomItCalled() {
    assertThat(ServiceCall.of(queue(SpanKind.SPAN_KIND_PRODUCER, "send")))
        .extracting(ServiceCall::client, ServiceCall::server)
        .containsExactly(tuple("shop", "orders"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"receive", "poll", "process", "settle", "ack"})
  void whoTakesFromAQueueCallsNobody(String operation) {
    assertThat(ServiceCall.of(queue(SpanKind.SPAN_KIND_CLIENT, operation))).isEmpty();
  }

  @Test
  void anEmptyNameGivesWayToTheNextBest() {
    SpanTree tree =
        new Drawn()
            .span("shop", 1, 0, 10, 20)
            .kind(SpanKind.SPAN_KIND_CLIENT)
            .attribute("db.system.name", "")
            .attribute("db.name", "orders")
            .attribute("peer.service", "")
            .attribute("server.address", "db-1")
            .tree();
    assertThat(ServiceCall.of(tree))
        .extracting(ServiceCall::server, ServiceCall::connection)
        .containsExactly(tuple("db-1", ServiceCall.DATABASE));
  }

  private static SpanTree queue(SpanKind kind, String operation) {
    return new Drawn()
        .span("shop", 1, 0, 10, 20)
        .kind(kind)
        .attribute("messaging.system", "kafka")
        .attribute("messaging.operation.type", operation)
        .attribute("messaging.destination.name", "orders")
        .tree();
  }
}
