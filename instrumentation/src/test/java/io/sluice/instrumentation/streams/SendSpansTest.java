package io.sluice.instrumentation.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.instrumentation.RecordedTelemetry;
import io.sluice.instrumentation.messaging.KafkaPropagation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SendSpansTest {

  private static final String TRACE = "0000000000000000000000000000000a";
  private static final String SENDER = "00000000000000ff";

  private final RecordedTelemetry telemetry = new RecordedTelemetry();
  private final SendSpans spans =
      new SendSpans(
          telemetry.tracer(), KafkaPropagation.create(telemetry.openTelemetry()), "billing");
  private final MockProducer<byte[], byte[]> kafka =
      new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
  private final List<String> done = new ArrayList<>();

  @AfterEach
  void close() {
    telemetry.close();
  }

  @Test
  void aSpanForEachRecordThatLeavesUntilKafkaHasIt() {
    send(record("sums", TRACE));
    assertThat(telemetry.spans()).as("on its way").isEmpty();
    kafkaHasAll();

    SpanData span = telemetry.span();
    assertThat(span.getName()).isEqualTo("send sums");
    assertThat(span.getKind()).isEqualTo(SpanKind.PRODUCER);
    assertThat(span.getTraceId()).isEqualTo(TRACE);
    assertThat(span.getParentSpanId()).isEqualTo(SENDER);
    assertThat(sentBy(sent().headers())).isEqualTo(span.getSpanId());
    assertThat(RecordedTelemetry.text(span, "messaging.system")).isEqualTo("kafka");
    assertThat(RecordedTelemetry.text(span, "messaging.operation.type")).isEqualTo("send");
    assertThat(RecordedTelemetry.text(span, "messaging.destination.name")).isEqualTo("sums");
    assertThat(RecordedTelemetry.text(span, "messaging.destination.partition.id")).isEqualTo("0");
    assertThat(done).containsExactly("sent");
  }

  @Test
  void isAChildOfTheWorkThatForwardsTheRecord() {
    Span work = work(TRACE);
    try (Scope current = work.makeCurrent()) {
      send(record("sums", TRACE));
      send(record("sums", null));
    }
    kafkaHasAll();

    assertThat(telemetry.spans())
        .hasSize(2)
        .allMatch(span -> span.getParentSpanId().equals(work.getSpanContext().getSpanId()));
  }

  @Test
  void knowsARecordOfAnotherTraceThatACacheLetsGo() {
    try (Scope current = work("0000000000000000000000000000000b").makeCurrent()) {
      send(record("sums", TRACE));
    }
    kafkaHasAll();

    assertThat(telemetry.span().getTraceId()).isEqualTo(TRACE);
    assertThat(telemetry.span().getParentSpanId()).isEqualTo(SENDER);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "billing-by-customer-repartition",
        "billing-KTABLE-FK-JOIN-SUBSCRIPTION-REGISTRATION-0000000006-topic",
        "billing-prices-subscription-response-topic"
      })
  void aTopicBetweenItsProcessorsGetsTheContextOfTheWorkAndNoSpan(String topic) {
    Span work = work(TRACE);
    try (Scope current = work.makeCurrent()) {
      send(record(topic, TRACE));
    }

    assertThat(sentBy(sent().headers())).isEqualTo(work.getSpanContext().getSpanId());
    send(record(topic, TRACE));
    assertThat(sentBy(kafka.history().get(1).headers())).isEqualTo(SENDER);
    kafkaHasAll();
    assertThat(telemetry.spans()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "billing-sums-changelog",
        "otlp_spans",
        "acme.otlp_metrics",
        "sluice.series",
        "acme.sluice.logs"
      })
  void changelogsAndTelemetryAreLeftAlone(String topic) {
    try (Scope current = work(TRACE).makeCurrent()) {
      send(record(topic, null));
    }
    kafkaHasAll();

    assertThat(sent().headers()).isEqualTo(record(topic, null).headers());
    assertThat(telemetry.spans()).isEmpty();
    assertThat(done).containsExactly("sent");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "price-changelog",
        "billing-changelogs",
        "shop-by-city-repartition",
        "billing-topic"
      })
  void aTopicThatOnlyLooksInternalIsNot(String topic) {
    send(record(topic, TRACE));
    kafkaHasAll();

    assertThat(telemetry.span().getName()).isEqualTo("send " + topic);
  }

  @Test
  void failsWithTheSend() {
    send(record("sums", TRACE));
    assertThat(kafka.errorNext(new KafkaException("no"))).isTrue();

    assertThat(telemetry.span().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(done).containsExactly("no");
  }

  @Test
  void failsWithASendThatThrows() {
    kafka.sendException = new KafkaException("fenced");

    assertThatThrownBy(() -> send(record("sums", TRACE))).hasMessage("fenced");

    assertThat(telemetry.span().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
  }

  private void send(ProducerRecord<byte[], byte[]> record) {
    var unused =
        spans.send(
            record,
            (sent, failure) -> done.add(failure == null ? "sent" : failure.getMessage()),
            kafka::send);
  }

  private void kafkaHasAll() {
    boolean more = true;
    while (more) {
      more = kafka.completeNext();
    }
  }

  private ProducerRecord<byte[], byte[]> sent() {
    return kafka.history().get(0);
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, @Nullable String trace) {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, 0, new byte[0], null);
    record.headers().add("kind", "gift".getBytes(StandardCharsets.UTF_8));
    if (trace != null) {
      record.headers().add("traceparent", traceparent(trace));
    }
    return record;
  }

  /** Work in a trace, on what the sender of that trace sent. */
  private Span work(String trace) {
    return telemetry
        .tracer()
        .spanBuilder("work")
        .setParent(
            KafkaPropagation.create(telemetry.openTelemetry())
                .extract(record("orders", trace).headers()))
        .startSpan();
  }

  private static byte[] traceparent(String trace) {
    return ("00-" + trace + "-" + SENDER + "-01").getBytes(StandardCharsets.UTF_8);
  }

  private static String sentBy(Headers headers) {
    Header header = headers.lastHeader("traceparent");
    return new String(header.value(), StandardCharsets.UTF_8).split("-", -1)[2];
  }
}
