package io.sluice.processors.spanmetrics;

import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.traceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.CloseReason;
import io.sluice.schemas.Completeness;
import io.sluice.schemas.Topics;
import io.sluice.schemas.Trace;
import io.sluice.schemas.TraceId;
import io.sluice.testkit.Telemetry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What another build wrote in another way is refused, or forgotten where it comes again. */
class LayoutTest {

  private static final byte[] NO_KEY = {};
  private static final byte OTHER = 99;

  private final StageTestDriver driver =
      StageTestDriver.of(new SpanMetricsProcessor()).at(Telemetry.START.plusSeconds(60)).start();

  @AfterEach
  void close() {
    driver.close();
  }

  /** Something for every store. */
  @BeforeEach
  void fill() {
    byte[] spans =
        Telemetry.spans(
                service("a")
                    .span("x")
                    .attribute("db.system.name", "mysql")
                    .attribute("db.query.text", "SELECT 1"))
            .toByteArray();
    driver.send(Topics.SPANS, NO_KEY, spans);
    driver.send(
        Topics.METRICS,
        NO_KEY,
        Otlp.request(
            Otlp.counter(
                "m",
                AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE,
                Otlp.point(0, 1, 5))));
    Trace trace =
        Trace.newBuilder()
            .setTraceId(new TraceId(traceId(1)))
            .setVersion(1)
            .setServices(List.of())
            .setStartTimeUnixNano(0)
            .setDurationNanos(0)
            .setError(false)
            .setSpanCount(1)
            .setCompleteness(Completeness.COMPLETE)
            .setCloseReason(CloseReason.COMPLETE)
            .setCloseDelayMillis(0)
            .setOtlp(ByteBuffer.wrap(spans))
            .build();
    driver.send(
        Topics.TRACES, traceId(1), AvroSerde.<Trace>of(Trace.getClassSchema()).encode(trace));
    driver.advance(Duration.ofSeconds(11));
  }

  @Test
  void refusesWhatCountsDependOn() {
    Map<String, Consumer<KeyValueStore<byte[], byte[]>>> readers =
        Map.of(
            SpanMetricsTopology.SERIES,
            store -> entries(store).forEach(each -> Series.outline(each.key, each.value)),
            SpanMetricsTopology.JOURNAL,
            PartialsJournal::new,
            SpanMetricsTopology.METRIC_STREAMS,
            store -> entries(store).forEach(each -> MetricStream.unpack(each.value)),
            SpanMetricsTopology.SEEN,
            store -> new SeenRecords(store, 1),
            SpanMetricsTopology.PENDING_CALLS,
            store -> new PendingCalls(store, Duration.ZERO, Duration.ZERO, 0));

    readers.forEach(
        (name, reader) -> {
          KeyValueStore<byte[], byte[]> store = driver.store(name);
          reader.accept(store);
          writeOtherwise(store);
          assertThatThrownBy(() -> reader.accept(store))
              .as(name)
              .isInstanceOf(IllegalStateException.class)
              .hasMessageContaining("store " + name)
              .hasMessageContaining("layout 99")
              .hasMessageContaining("run the version that wrote it");
        });
  }

  @Test
  void forgetsWhatComesAgain() {
    Demands demands = new Demands();
    Statements statements = new Statements(Duration.ofMinutes(20), 10);
    for (String name : List.of(SpanMetricsTopology.DEMAND, SpanMetricsTopology.STATEMENTS)) {
      KeyValueStore<byte[], byte[]> store = driver.store(name);
      writeOtherwise(store);
      for (KeyValue<byte[], byte[]> each : entries(store)) {
        assertThat(demands.restore(each.key, each.value)).isFalse();
        assertThat(statements.restore(each.key, each.value)).isFalse();
      }
    }
    assertThat(demands.takeChanged()).isEmpty();
  }

  private static void writeOtherwise(KeyValueStore<byte[], byte[]> store) {
    List<KeyValue<byte[], byte[]>> entries = entries(store);
    assertThat(entries).isNotEmpty();
    for (KeyValue<byte[], byte[]> each : entries) {
      each.value[0] = OTHER;
      store.put(each.key, each.value);
    }
  }

  private static List<KeyValue<byte[], byte[]>> entries(KeyValueStore<byte[], byte[]> store) {
    List<KeyValue<byte[], byte[]>> entries = new ArrayList<>();
    try (KeyValueIterator<byte[], byte[]> all = store.all()) {
      all.forEachRemaining(entries::add);
    }
    return entries;
  }
}
