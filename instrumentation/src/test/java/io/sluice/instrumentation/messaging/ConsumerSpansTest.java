package io.sluice.instrumentation.messaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.instrumentation.kafkaclients.v2_6.KafkaTelemetry;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.instrumentation.OpenScopes;
import io.sluice.instrumentation.RecordedTelemetry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConsumerSpansTest {

  private final RecordedTelemetry telemetry = new RecordedTelemetry();
  private final ConsumerSpans spans = ConsumerSpans.create(telemetry.openTelemetry(), "billing");

  @AfterEach
  void close() throws Exception {
    OpenScopes.assertNone(getClass());
    telemetry.close();
    assertThat(Context.current()).isSameAs(Context.root());
  }

  @Test
  void continuesTheTraceOfTheProducerWithItsBaggage() {
    ConsumerRecord<String, String> record = sentByTheLibrary("orders", "tier", "gold");
    AtomicReference<String> tier = new AtomicReference<>("");

    spans.process(record, () -> tier.set(String.valueOf(Baggage.current().getEntryValue("tier"))));

    SpanData sent = span(SpanKind.PRODUCER);
    SpanData processed = span(SpanKind.CONSUMER);
    assertThat(processed.getTraceId()).isEqualTo(sent.getTraceId());
    assertThat(processed.getParentSpanId()).isEqualTo(sent.getSpanId());
    assertThat(tier.get()).isEqualTo("gold");
  }

  @Test
  void isDescribedByTheConventionsForMessaging() {
    spans.process(record("orders", 3, 42, new RecordHeaders()), () -> {});

    SpanData processed = telemetry.span();
    assertThat(processed.getName()).isEqualTo("process orders");
    assertThat(processed.getKind()).isEqualTo(SpanKind.CONSUMER);
    assertThat(processed.getParentSpanContext().isValid()).isFalse();
    assertThat(processed.getAttributes().asMap().toString())
        .contains("messaging.system=kafka")
        .contains("messaging.operation.name=process")
        .contains("messaging.operation.type=process")
        .contains("messaging.destination.name=orders")
        .contains("messaging.destination.partition.id=3")
        .contains("messaging.kafka.offset=42")
        .contains("messaging.consumer.group.name=billing");
  }

  @Test
  void failsWithTheWork() {
    assertThatThrownBy(
            () ->
                spans.process(
                    record("orders", 0, 0, new RecordHeaders()),
                    () -> {
                      throw new IOException("the bank is closed");
                    }))
        .isInstanceOf(IOException.class);

    SpanData processed = telemetry.span();
    assertThat(processed.getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(processed.getAttributes().get(AttributeKey.stringKey("error.type")))
        .isEqualTo("java.io.IOException");
  }

  @Test
  void linksABatchToEachSenderOnce() {
    ConsumerRecord<String, String> first = record("orders", 0, 1, from(1));
    ConsumerRecord<String, String> second = record("orders", 1, 1, from(2));
    ConsumerRecord<String, String> secondAgain = record("orders", 1, 2, from(2));
    ConsumerRecord<String, String> ofNobody = record("orders", 1, 3, new RecordHeaders());
    AtomicReference<SpanContext> current = new AtomicReference<>();

    spans.processBatch(
        List.of(first, second, secondAgain, ofNobody),
        () -> current.set(Span.current().getSpanContext()));

    SpanData batch = telemetry.span();
    assertThat(batch.getName()).isEqualTo("process orders");
    assertThat(batch.getSpanContext()).isEqualTo(current.get());
    assertThat(batch.getAttributes().get(AttributeKey.longKey("messaging.batch.message_count")))
        .isEqualTo(4);
    assertThat(batch.getLinks())
        .extracting(link -> link.getSpanContext().getTraceId())
        .containsExactlyInAnyOrder(traceId(1), traceId(2));
    assertThat(batch.getParentSpanContext().isValid()).isFalse();
  }

  @Test
  void boundsTheLinksOfABatchAndSaysHowManyRecordsThereWere() {
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    for (int i = 1; i <= 1000; i++) {
      records.add(record(i % 2 == 0 ? "orders" : "returns", 0, i, from(i)));
    }

    spans.processBatch(records, () -> {});

    SpanData batch = telemetry.span();
    assertThat(batch.getName()).isEqualTo("process");
    assertThat(batch.getAttributes().get(AttributeKey.stringKey("messaging.destination.name")))
        .isNull();
    assertThat(batch.getLinks()).hasSize(ConsumerSpans.MOST_LINKS).doesNotHaveDuplicates();
    assertThat(batch.getTotalRecordedLinks()).isEqualTo(ConsumerSpans.MOST_LINKS);
    assertThat(batch.getLinks())
        .extracting(LinkData::getSpanContext)
        .extracting(SpanContext::getTraceId)
        .contains(traceId(1), traceId(ConsumerSpans.MOST_LINKS));
    assertThat(batch.getAttributes().get(AttributeKey.longKey("messaging.batch.message_count")))
        .isEqualTo(1000);
  }

  @Test
  void anEmptyBatchMakesNoSpan() {
    AtomicReference<String> ran = new AtomicReference<>("");

    spans.processBatch(List.<ConsumerRecord<String, String>>of(), () -> ran.set("yes"));

    assertThat(ran.get()).isEqualTo("yes");
    assertThat(telemetry.spans()).isEmpty();
  }

  private ConsumerRecord<String, String> sentByTheLibrary(
      String topic, String baggage, String value) {
    MockProducer<String, String> kafka =
        new MockProducer<>(true, null, new StringSerializer(), new StringSerializer());
    try (Producer<String, String> producer =
            KafkaTelemetry.create(telemetry.openTelemetry()).wrap(kafka);
        var current = Baggage.builder().put(baggage, value).build().makeCurrent()) {
      var unused = producer.send(new ProducerRecord<>(topic, "key", "value"));
    }
    return record(topic, 0, 0, kafka.history().get(0).headers());
  }

  private SpanData span(SpanKind kind) {
    return telemetry.spans().stream().filter(s -> s.getKind() == kind).findFirst().orElseThrow();
  }

  private static ConsumerRecord<String, String> record(
      String topic, int partition, long offset, Headers headers) {
    ConsumerRecord<String, String> record =
        new ConsumerRecord<>(topic, partition, offset, "key", "value");
    headers.forEach(record.headers()::add);
    return record;
  }

  private static Headers from(int sender) {
    return KafkaPropagationTest.headers(
        "traceparent", "00-" + traceId(sender) + "-00000000000000ff-01");
  }

  private static String traceId(int sender) {
    return String.format(Locale.ROOT, "%032x", sender);
  }
}
