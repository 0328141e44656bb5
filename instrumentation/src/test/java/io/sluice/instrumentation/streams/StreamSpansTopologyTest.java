package io.sluice.instrumentation.streams;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.sluice.instrumentation.OpenScopes;
import io.sluice.instrumentation.RecordedTelemetry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import java.util.function.Supplier;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.LongDeserializer;
import org.apache.kafka.common.serialization.LongSerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.JoinWindows;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.Produced;
import org.apache.kafka.streams.kstream.StreamJoined;
import org.apache.kafka.streams.kstream.Suppressed;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueBytesStoreSupplier;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowBytesStoreSupplier;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamSpansTopologyTest {

  private static final Instant START = Instant.parse("2024-05-01T00:00:00Z");
  private static final Duration WINDOW = Duration.ofMinutes(1);
  private static final AttributeKey<Long> INPUTS =
      AttributeKey.longKey("messaging.batch.message_count");

  private final RecordedTelemetry telemetry = new RecordedTelemetry();
  private final StreamSpans spans = StreamSpans.create(telemetry.openTelemetry());

  @AfterEach
  void close() throws Exception {
    OpenScopes.assertNone(getClass());
    telemetry.close();
    assertThat(Context.current()).isSameAs(Context.root());
  }

  @Test
  void linksAWindowToAllItsInputsThoughTheStoreWasRestarted() {
    WindowBytesStoreSupplier disk = Disk.windows("sums", WINDOW.multipliedBy(2), WINDOW);
    try (TopologyTestDriver driver = driver(sums(disk))) {
      send(driver, "ann", 10, headers(1, "", ""), 0);
      send(driver, "ann", 20, headers(2, "", ""), 1);
    }
    try (TopologyTestDriver driver = driver(sums(disk))) {
      send(driver, "ann", 30, headers(3, "", ""), 2);

      TestRecord<String, Long> sum = results(driver).get(0);
      SpanData span = last();
      assertThat(sum.value()).isEqualTo(60);
      assertThat(span.getName()).isEqualTo("sum orders");
      assertThat(span.getKind()).isEqualTo(SpanKind.CONSUMER);
      assertThat(traceIdsOfLinks(span)).containsExactly(traceId(1), traceId(2), traceId(3));
      assertThat(span.getAttributes().get(INPUTS)).isEqualTo(3);
      assertThat(span.getParentSpanContext().isValid()).isFalse();
      assertThat(sentBy(sum.headers())).isEqualTo(span.getSpanContext().getSpanId());
    }
  }

  @Test
  void keepsTheContextThroughSuppression() {
    try (TopologyTestDriver driver = driver(closedSums())) {
      send(driver, "ann", 10, headers(1, "", ""), 0);
      send(driver, "ann", 20, headers(2, "", ""), 1);
      assertThat(results(driver)).isEmpty();

      send(driver, "bea", 1, headers(9, "", ""), 3600);

      TestRecord<String, Long> sum = results(driver).get(0);
      assertThat(sum.value()).isEqualTo(30);
      assertThat(traceIdsOfLinks(last())).containsExactly(traceId(1), traceId(2));
      assertThat(sentBy(sum.headers())).isEqualTo(last().getSpanId());
    }
  }

  @Test
  void goesOnInTheTraceOfAnOnlyInputWithItsBaggage() {
    try (TopologyTestDriver driver = driver(closedSums())) {
      send(driver, "ann", 10, headers(1, "vendor=1", "tier=gold"), 0);
      send(driver, "bea", 1, headers(9, "", ""), 3600);

      TestRecord<String, Long> sum = results(driver).get(0);
      SpanData span = last();
      assertThat(span.getTraceId()).isEqualTo(traceId(1));
      assertThat(span.getParentSpanId()).isEqualTo("00000000000000ff");
      assertThat(span.getParentSpanContext().getTraceState().get("vendor")).isEqualTo("1");
      assertThat(span.getLinks()).isEmpty();
      assertThat(text(sum.headers(), "baggage")).isEqualTo("tier=gold");
    }
  }

  @Test
  void boundsTheLinksOfAnAggregate() {
    try (TopologyTestDriver driver = driver(sums(Disk.windows("sums", WINDOW, WINDOW)))) {
      for (int i = 1; i <= 100; i++) {
        send(driver, "ann", 1, headers(i, "", ""), 0);
      }

      SpanData span = last();
      assertThat(traceIdsOfLinks(span)).hasSize(32).contains(traceId(69), traceId(100));
      assertThat(span.getAttributes().get(INPUTS)).isEqualTo(100);
    }
  }

  @Test
  void takesRecordsWithoutContext() {
    try (TopologyTestDriver driver = driver(sums(Disk.windows("sums", WINDOW, WINDOW)))) {
      send(driver, "ann", 1, new RecordHeaders(), 0);
      send(driver, "ann", 2, new RecordHeaders(), 0);

      List<TestRecord<String, Long>> sums = results(driver);
      assertThat(sums).extracting(TestRecord::value).containsExactly(1L, 3L);
      assertThat(last().getLinks()).isEmpty();
      assertThat(last().getAttributes().get(INPUTS)).isEqualTo(2);
    }
  }

  @Test
  void doesNotLinkOneKeyOrWindowToTheInputsOfAnother() {
    try (TopologyTestDriver driver =
        driver(sums(Disk.windows("sums", WINDOW.multipliedBy(5), WINDOW)))) {
      send(driver, "ann", 1, headers(1, "", ""), 0);
      send(driver, "bea", 1, headers(2, "", ""), 0);
      send(driver, "ann", 1, headers(3, "", ""), 90);

      assertThat(telemetry.spans())
          .extracting(SpanData::getTraceId)
          .containsExactly(traceId(1), traceId(2), traceId(3));
    }
  }

  @Test
  void goesOnFromAStoreInAPunctuationThoughTheStoreWasRestarted() {
    KeyValueBytesStoreSupplier disk = Disk.keyValues("waiting");
    try (TopologyTestDriver driver = driver(reminders(disk))) {
      send(driver, "ann", 10, headers(1, "", "tier=gold"), 0);
    }
    assertThat(telemetry.spans()).extracting(SpanData::getName).containsExactly("take order");
    SpanData taken = telemetry.span();

    try (TopologyTestDriver driver = driver(reminders(disk))) {
      driver.advanceWallClockTime(Duration.ofMinutes(5));

      TestRecord<String, Long> reminder = results(driver).get(0);
      SpanData reminded = last();
      assertThat(reminded.getName()).isEqualTo("remind");
      assertThat(taken.getParentSpanId()).isEqualTo("00000000000000ff");
      assertThat(reminded.getParentSpanId()).isEqualTo(taken.getSpanId());
      assertThat(reminded.getTraceId()).isEqualTo(traceId(1));
      assertThat(sentBy(reminder.headers())).isEqualTo(reminded.getSpanId());
      assertThat(text(reminder.headers(), "baggage")).isEqualTo("tier=gold");
    }
  }

  @Test
  void failsWithTheWorkOfAProcessor() {
    Record<String, Long> record = new Record<>("ann", 1L, 0, headers(1, "", ""));

    assertThatThrownBy(
            () ->
                spans.process(
                    "take order",
                    record,
                    () -> {
                      throw new IllegalStateException("no");
                    }))
        .isInstanceOf(IllegalStateException.class);

    assertThat(telemetry.span().getStatus().getStatusCode()).isEqualTo(StatusCode.ERROR);
    assertThat(telemetry.span().getTraceId()).isEqualTo(traceId(1));
  }

  @Test
  void joinsReducesAndMergesWhereValuesComeFrom() {
    Traced<Long> one = spans.remember(1L, headers(1, "", "tier=gold"));
    Traced<Long> two = spans.remember(2L, headers(2, "", ""));

    for (Supplier<Traced<Long>> both :
        List.<Supplier<Traced<Long>>>of(
            () -> Traced.<Long, Long, Long>joiner(Long::sum).apply(one, two),
            () -> Traced.<Long>reducer(Long::sum).apply(one, two),
            () -> Traced.<String, Long>merger((key, a, b) -> a + b).apply("k", one, two))) {
      assertThat(both.get().value()).isEqualTo(3);
      spans.resume("both", both.get(), () -> assertThat(Baggage.current().isEmpty()).isTrue());
      assertThat(traceIdsOfLinks(last())).containsExactly(traceId(1), traceId(2));
    }
  }

  @Test
  void anOuterJoinKnowsWhereEachSideComesFrom() {
    try (TopologyTestDriver driver = driver(paidOrders())) {
      send(driver, "ann", 10, headers(1, "", "tier=gold"), 0);
      pay(driver, "ann", 7, headers(2, "", ""), 1);
      send(driver, "bea", 5, headers(3, "", ""), 2);
      pay(driver, "cem", 3, headers(4, "", ""), 3);
      send(driver, "dan", 1, headers(5, "", ""), 600); // the window of the others is over

      assertThat(results(driver))
          .extracting(TestRecord::key, TestRecord::value)
          .containsExactlyInAnyOrder(tuple("ann", 3L), tuple("bea", 5L), tuple("cem", -3L));
      List<SpanData> settled = telemetry.spans();
      assertThat(traceIdsOfLinks(settled.get(0))).containsExactly(traceId(1), traceId(2));
      assertThat(settled.subList(1, 3))
          .extracting(SpanData::getTraceId)
          .containsExactlyInAnyOrder(traceId(3), traceId(4));
    }
  }

  /** What is open of each order; of either side one may be missing. */
  private Topology paidOrders() {
    StreamsBuilder builder = new StreamsBuilder();
    Consumed<String, Long> plain = Consumed.with(Serdes.String(), Serdes.Long());
    builder.stream("orders", plain)
        .processValues(spans.<String, Long>remember())
        .outerJoin(
            builder.stream("payments", plain).processValues(spans.<String, Long>remember()),
            Traced.<Long, Long, Long>joiner(
                (order, paid) -> (order == null ? 0 : order) - (paid == null ? 0 : paid)),
            JoinWindows.ofTimeDifferenceWithNoGrace(WINDOW),
            StreamJoined.with(
                Serdes.String(), Traced.serde(Serdes.Long()), Traced.serde(Serdes.Long())))
        .processValues(spans.resume("settle order"))
        .to("sums", Produced.with(Serdes.String(), Serdes.Long()));
    return builder.build();
  }

  private static void pay(
      TopologyTestDriver driver, String key, long value, Headers headers, int second) {
    driver
        .createInputTopic("payments", new StringSerializer(), new LongSerializer())
        .pipeInput(new TestRecord<>(key, value, headers, START.plusSeconds(second)));
  }

  @Test
  @SuppressWarnings("NullAway") // Kafka Streams deletes what becomes null.
  void deletesWhatAnAggregatorDeletes() {
    Traced<Long> one = spans.remember(1L, headers(1, "", ""));

    assertThat(
            Traced.<String, Long, Long>aggregator((key, value, sum) -> null).apply("k", one, one))
        .isNull();
  }

  @Test
  void leavesTheHeadersOfTheIncomingRecordAlone() {
    Record<String, Long> in = new Record<>("ann", 1L, 0, headers(1, "", ""));
    Span span = telemetry.tracer().spanBuilder("work").startSpan();
    try (var current = span.makeCurrent()) {
      assertThat(sentBy(spans.stamp(in).headers())).isEqualTo(span.getSpanContext().getSpanId());
    }
    span.end();

    assertThat(sentBy(in.headers())).isEqualTo("00000000000000ff");
  }

  private Topology sums(WindowBytesStoreSupplier store) {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream("orders", Consumed.with(Serdes.String(), Serdes.Long()))
        .processValues(spans.remember())
        .groupByKey(Grouped.with(Serdes.String(), Traced.serde(Serdes.Long())))
        .windowedBy(TimeWindows.ofSizeWithNoGrace(WINDOW))
        .aggregate(
            Traced.initializer(() -> 0L),
            Traced.<String, Long, Long>aggregator((key, value, sum) -> sum + value),
            Materialized.<String, Traced<Long>>as(store)
                .withKeySerde(Serdes.String())
                .withValueSerde(Traced.serde(Serdes.Long())))
        .toStream((window, sum) -> window.key())
        .processValues(spans.resume("sum orders"))
        .to("sums", Produced.with(Serdes.String(), Serdes.Long()));
    return builder.build();
  }

  private Topology closedSums() {
    StreamsBuilder builder = new StreamsBuilder();
    builder.stream("orders", Consumed.with(Serdes.String(), Serdes.Long()))
        .processValues(spans.remember())
        .groupByKey(Grouped.with(Serdes.String(), Traced.serde(Serdes.Long())))
        .windowedBy(TimeWindows.ofSizeWithNoGrace(WINDOW))
        .reduce(
            Traced.reducer(Long::sum),
            Materialized.with(Serdes.String(), Traced.serde(Serdes.Long())))
        .suppress(Suppressed.untilWindowCloses(Suppressed.BufferConfig.unbounded()))
        .toStream((window, sum) -> window.key())
        .processValues(spans.resume("sum orders"))
        .to("sums", Produced.with(Serdes.String(), Serdes.Long()));
    return builder.build();
  }

  private Topology reminders(KeyValueBytesStoreSupplier store) {
    return new Topology()
        .addSource("orders", new StringDeserializer(), new LongDeserializer(), "orders")
        .addProcessor("remind", () -> new Reminders(spans), "orders")
        .addStateStore(
            Stores.keyValueStoreBuilder(store, Serdes.String(), Traced.serde(Serdes.Long())),
            "remind")
        .addSink("sums", "sums", new StringSerializer(), new LongSerializer(), "remind");
  }

  /** Takes orders, and reminds of them a minute later. */
  private static final class Reminders extends ContextualProcessor<String, Long, String, Long> {

    private final StreamSpans spans;
    private @Nullable KeyValueStore<String, Traced<Long>> waiting;

    Reminders(StreamSpans spans) {
      this.spans = spans;
    }

    @Override
    public void init(ProcessorContext<String, Long> context) {
      super.init(context);
      waiting = context.getStateStore("waiting");
      context.schedule(Duration.ofMinutes(1), PunctuationType.WALL_CLOCK_TIME, this::remind);
    }

    @Override
    public void process(Record<String, Long> order) {
      spans.process(
          "take order", order, () -> store().put(order.key(), spans.remember(order.value())));
    }

    private void remind(long now) {
      List<String> reminded = new ArrayList<>();
      try (KeyValueIterator<String, Traced<Long>> all = store().all()) {
        all.forEachRemaining(
            order -> {
              spans.resume(
                  "remind",
                  order.value,
                  () ->
                      context()
                          .forward(spans.stamp(new Record<>(order.key, order.value.value(), now))));
              reminded.add(order.key);
            });
      }
      reminded.forEach(store()::delete);
    }

    private KeyValueStore<String, Traced<Long>> store() {
      return Objects.requireNonNull(waiting);
    }
  }

  private static TopologyTestDriver driver(Topology topology) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:0");
    return new TopologyTestDriver(topology, settings, START);
  }

  private static void send(
      TopologyTestDriver driver, String key, long value, Headers headers, int second) {
    driver
        .createInputTopic("orders", new StringSerializer(), new LongSerializer())
        .pipeInput(new TestRecord<>(key, value, headers, START.plusSeconds(second)));
  }

  private static List<TestRecord<String, Long>> results(TopologyTestDriver driver) {
    return driver
        .createOutputTopic("sums", new StringDeserializer(), new LongDeserializer())
        .readRecordsToList();
  }

  private SpanData last() {
    List<SpanData> all = telemetry.spans();
    return all.get(all.size() - 1);
  }

  private static List<String> traceIdsOfLinks(SpanData span) {
    return span.getLinks().stream().map(link -> link.getSpanContext().getTraceId()).toList();
  }

  private static Headers headers(int trace, String tracestate, String baggage) {
    RecordHeaders headers = new RecordHeaders();
    add(headers, "traceparent", "00-" + traceId(trace) + "-00000000000000ff-01");
    add(headers, "tracestate", tracestate);
    add(headers, "baggage", baggage);
    return headers;
  }

  private static void add(Headers headers, String name, String value) {
    if (!value.isEmpty()) {
      headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String traceId(int trace) {
    return String.format(Locale.ROOT, "%032x", trace);
  }

  /** The span id in the headers. */
  private static String sentBy(Headers headers) {
    return text(headers, "traceparent").split("-", -1)[2];
  }

  private static String text(Headers headers, String name) {
    return new String(headers.lastHeader(name).value(), StandardCharsets.UTF_8);
  }
}
