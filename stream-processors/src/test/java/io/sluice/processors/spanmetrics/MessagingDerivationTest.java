package io.sluice.processors.spanmetrics;

import static io.sluice.testkit.SpanKind.CLIENT;
import static io.sluice.testkit.SpanKind.CONSUMER;
import static io.sluice.testkit.SpanKind.PRODUCER;
import static io.sluice.testkit.SpanKind.SERVER;
import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import org.junit.jupiter.api.Test;

class MessagingDerivationTest {

  private static final String OPERATIONS = "traces_messaging_operations_total";
  private static final String LAG =
      "traces_messaging_lag_seconds{measured_by=\"message\",messaging_destination=\"orders\","
          + "messaging_system=\"kafka\",service=\"a\"}";

  private final Derived messaging = Derived.by(MessagingDerivation::new);

  @Test
  void measuresOperationsByTheirPresentNames() {
    assertThat(
            Derived.values(
                messaging.from(
                    span(PRODUCER).attribute("messaging.operation", "publish"),
                    span(PRODUCER).attribute("messaging.operation.type", "send"),
                    span(PRODUCER),
                    span(CONSUMER).attribute("messaging.operation.type", "process").error(),
                    span(CLIENT).attribute("messaging.operation.type", "receive"),
                    service("a").span("x").kind(SERVER))))
        .containsEntry(OPERATIONS + labels("send", "PRODUCER", "UNSET"), 3d)
        .containsEntry(OPERATIONS + labels("process", "CONSUMER", "ERROR"), 1d)
        .containsEntry(OPERATIONS + labels("receive", "CLIENT", "UNSET"), 1d)
        .hasSize(6);
  }

  @Test
  void measuresLagWhereTheConsumerSaysHowOldTheMessageWas() {
    long start = Telemetry.START.getEpochSecond();
    var points =
        messaging.from(
            span(CONSUMER).attribute("kafka.record.queue_time_ms", 1500L),
            span(CONSUMER).attribute("messaging.servicebus.message.enqueued_time", start - 30),
            span(CONSUMER).attribute("messaging.servicebus.message.enqueued_time", start + 30));

    assertThat(Derived.histogram(points, LAG))
        .returns(3L, histogram -> histogram.getCount())
        .extracting(histogram -> histogram.getSum())
        .satisfies(sum -> assertThat(sum).isCloseTo(31.5, within(1e-3)));
  }

  @Test
  void takesNoImpossibleAgeOfAMessage() {
    assertThat(
            messaging.from(
                span(CONSUMER).attribute("kafka.record.queue_time_ms", -5L),
                span(CONSUMER).attribute("kafka.record.queue_time_ms", Double.NaN),
                span(CONSUMER).attribute("kafka.record.queue_time_ms", "1500")))
        .doesNotContainKey(LAG);
  }

  private static SpanBuilder span(SpanKind kind) {
    return service("a")
        .span("orders")
        .kind(kind)
        .attribute("messaging.system", "kafka")
        .attribute("messaging.destination.name", "orders");
  }

  private static String labels(String operation, String kind, String status) {
    return ("{messaging_destination=\"orders\",messaging_operation=\"%s\",messaging_system=\"kafka\","
            + "service=\"a\",span_kind=\"SPAN_KIND_%s\",status_code=\"STATUS_CODE_%s\"}")
        .formatted(operation, kind, status);
  }
}
