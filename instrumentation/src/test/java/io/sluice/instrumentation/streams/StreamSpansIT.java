package io.sluice.instrumentation.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import io.opentelemetry.instrumentation.kafkaclients.v2_6.KafkaTelemetry;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.instrumentation.RecordedTelemetry;
import io.sluice.instrumentation.messaging.ConsumerSpans;
import io.sluice.testkit.TestBroker;
import io.sluice.testkit.WithBroker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@WithBroker
@Timeout(60)
class StreamSpansIT {

  private static final Duration WAIT = Duration.ofSeconds(30);

  private final RecordedTelemetry telemetry = new RecordedTelemetry();
  private final StreamSpans spans = StreamSpans.create(telemetry.openTelemetry());

  @AfterEach
  void close() {
    telemetry.close();
  }

  @Test
  void aTraceGoesFromTheServiceThroughTheApplicationToTheNextConsumer(
      TestBroker broker, @TempDir Path state) throws Exception {
    String application = broker.connection().namespace().name() + ".totals";
    String orders = application + ".orders";
    String totals = application + ".customers";
    broker
        .admin()
        .createTopics(
            List.of(new NewTopic(orders, 1, (short) 1), new NewTopic(totals, 1, (short) 1)))
        .all()
        .get();

    List<ConsumerRecord<String, Long>> read;
    try (KafkaStreams streams =
        new KafkaStreams(
            topology(orders, totals),
            settings(broker, application, state),
            spans.clients(application))) {
      streams.start();
      order(broker, orders);
      read = bill(broker, totals);
    }

    assertThat(read).extracting(ConsumerRecord::value).containsExactly(10L);
    assertThat(telemetry.spans())
        .extracting(SpanData::getName)
        .as("each once, and none of the changelog and the repartition topic")
        .containsExactlyInAnyOrder(
            "order", orders + " publish", "sum orders", "send " + totals, "process " + totals);
    assertThat(parent("process " + totals)).isEqualTo("send " + totals);
    assertThat(parent("send " + totals)).isEqualTo("sum orders");
    assertThat(parent("sum orders")).isEqualTo(orders + " publish");
    assertThat(parent(orders + " publish")).isEqualTo("order");
  }

  /** The name of the span that is the parent of the one with this name. */
  private String parent(String name) {
    String id =
        telemetry.spans().stream()
            .filter(span -> span.getName().equals(name))
            .map(SpanData::getParentSpanId)
            .findFirst()
            .orElseThrow();
    return telemetry.spans().stream()
        .filter(span -> span.getSpanId().equals(id))
        .map(SpanData::getName)
        .findFirst()
        .orElseThrow();
  }

  /** With a repartition topic, a store and its changelog. */
  private Topology topology(String orders, String totals) {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream(orders, Consumed.with(Serdes.String(), Serdes.Long()))
        .processValues(spans.remember())
        .groupBy(
            (order, value) -> "ann", Grouped.with(Serdes.String(), Traced.serde(Serdes.Long())))
        .reduce(
            Traced.reducer(Long::sum),
            Materialized.with(Serdes.String(), Traced.serde(Serdes.Long())))
        .toStream()
        .processValues(spans.resume("sum orders"))
        .to(totals, Produced.with(Serdes.String(), Serdes.Long()));
    return builder.build();
  }

  private static Properties settings(TestBroker broker, String application, Path state) {
    Properties settings = new Properties();
    settings.putAll(broker.connection().clientConfig());
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, state.toString());
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.consumerPrefix(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG), "earliest");
    return settings;
  }

  private void order(TestBroker broker, String orders) {
    Span order = telemetry.tracer().spanBuilder("order").startSpan();
    try (Producer<String, Long> producer =
            KafkaTelemetry.create(telemetry.openTelemetry())
                .wrap(
                    new KafkaProducer<>(
                        broker.connection().clientConfig(),
                        new StringSerializer(),
                        new LongSerializer()));
        Scope current = order.makeCurrent()) {
      var unused = producer.send(new ProducerRecord<>(orders, "order 1", 10L));
    }
    order.end();
  }

  /** What came on the topic, once the first record is there. */
  private List<ConsumerRecord<String, Long>> bill(TestBroker broker, String totals) {
    Map<String, Object> settings = new HashMap<>(broker.connection().clientConfig());
    settings.put(ConsumerConfig.GROUP_ID_CONFIG, totals);
    settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    ConsumerSpans billing = ConsumerSpans.create(telemetry.openTelemetry(), "billing");
    List<ConsumerRecord<String, Long>> all = new ArrayList<>();
    try (KafkaConsumer<String, Long> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new LongDeserializer())) {
      consumer.subscribe(List.of(totals));
      await()
          .atMost(WAIT)
          .until(
              () -> {
                for (ConsumerRecord<String, Long> total : consumer.poll(Duration.ofMillis(100))) {
                  billing.process(total, () -> all.add(total));
                }
                return !all.isEmpty();
              });
    }
    return all;
  }
}
