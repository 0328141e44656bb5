package io.sluice.instrumentation.examples;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.grpc.BindableService;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.ServerBuilder;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.instrumentation.grpc.v1_6.GrpcTelemetry;
import io.opentelemetry.instrumentation.kafkaclients.v2_6.KafkaTelemetry;
import io.sluice.instrumentation.http.HttpClientTelemetry;
import io.sluice.instrumentation.http.HttpServerTelemetry;
import io.sluice.instrumentation.messaging.ConsumerSpans;
import io.sluice.instrumentation.messaging.KafkaPropagation;
import io.sluice.instrumentation.streams.StreamSpans;
import io.sluice.instrumentation.streams.Traced;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;

/** The examples of docs/instrumentation.md, word for word. */
final class PropagationExamples {

  private PropagationExamples() {}

  static HttpClient http(OpenTelemetry openTelemetry, HttpServer server, HttpHandler handler) {
    server
        .createContext("/orders", handler)
        .getFilters()
        .add(HttpServerTelemetry.create(openTelemetry).filter());
    HttpClient client = HttpClientTelemetry.create(openTelemetry).wrap(HttpClient.newHttpClient());
    return client;
  }

  static Channel grpc(
      OpenTelemetry openTelemetry,
      ServerBuilder<?> server,
      BindableService service,
      ManagedChannel channel) {
    GrpcTelemetry grpc = GrpcTelemetry.create(openTelemetry);
    server.intercept(grpc.createServerInterceptor()).addService(service);
    Channel observed = ClientInterceptors.intercept(channel, grpc.createClientInterceptor());
    return observed;
  }

  static Producer<String, Long> producer(
      OpenTelemetry openTelemetry, Producer<String, Long> kafkaProducer) {
    Producer<String, Long> producer = KafkaTelemetry.create(openTelemetry).wrap(kafkaProducer);
    return producer;
  }

  static void records(
      OpenTelemetry openTelemetry, Consumer<String, Long> consumer, Billing billing) {
    ConsumerSpans spans = ConsumerSpans.create(openTelemetry, "billing");
    for (ConsumerRecord<String, Long> order : consumer.poll(Duration.ofSeconds(1))) {
      spans.process(order, () -> billing.bill(order.value()));
    }
  }

  static void batch(OpenTelemetry openTelemetry, Consumer<String, Long> consumer, Billing billing) {
    ConsumerSpans spans = ConsumerSpans.create(openTelemetry, "billing");
    ConsumerRecords<String, Long> orders = consumer.poll(Duration.ofSeconds(1));
    spans.processBatch(orders, () -> billing.billAll(orders));
  }

  static void byHand(
      OpenTelemetry openTelemetry,
      ProducerRecord<String, Long> outgoing,
      ConsumerRecord<String, Long> incoming,
      Billing billing) {
    KafkaPropagation propagation = KafkaPropagation.create(openTelemetry);
    propagation.inject(Context.current(), outgoing.headers());

    try (Scope sender = propagation.extract(incoming.headers()).makeCurrent()) {
      billing.bill(incoming.value());
    }
  }

  static void window(StreamsBuilder builder, OpenTelemetry openTelemetry) {
    StreamSpans spans = StreamSpans.create(openTelemetry);
    builder.stream("orders", Consumed.with(Serdes.String(), Serdes.Long()))
        .processValues(spans.remember())
        .groupByKey(Grouped.with(Serdes.String(), Traced.serde(Serdes.Long())))
        .windowedBy(TimeWindows.ofSizeWithNoGrace(Duration.ofMinutes(1)))
        .aggregate(
            Traced.initializer(() -> 0L),
            Traced.<String, Long, Long>aggregator((customer, value, sum) -> sum + value),
            Materialized.with(Serdes.String(), Traced.serde(Serdes.Long())))
        .toStream((window, sum) -> window.key())
        .processValues(spans.resume("sum orders"))
        .to("sums", Produced.with(Serdes.String(), Serdes.Long()));
  }

  static KafkaStreams application(Topology topology, Properties settings, StreamSpans spans) {
    KafkaStreams streams = new KafkaStreams(topology, settings, spans.clients("billing"));
    return streams;
  }

  /** A processor with a store of its own. */
  abstract static class Reminders extends ContextualProcessor<String, Long, String, Long> {

    private final StreamSpans spans;
    private final KeyValueStore<String, Traced<Long>> waiting;

    Reminders(StreamSpans spans, KeyValueStore<String, Traced<Long>> waiting) {
      this.spans = spans;
      this.waiting = waiting;
    }

    @Override
    public void process(Record<String, Long> order) {
      spans.process(
          "take order", order, () -> waiting.put(order.key(), spans.remember(order.value())));
    }

    void remind(String customer, Traced<Long> order, long now) {
      spans.resume(
          "remind",
          order,
          () -> context().forward(spans.stamp(new Record<>(customer, order.value(), now))));
    }
  }

  /** What the examples are about. */
  interface Billing {
    void bill(long order);

    void billAll(ConsumerRecords<String, Long> orders);
  }
}
