package io.sluice.processors.sli;

import static io.sluice.testkit.SpanKind.SERVER;
import static io.sluice.testkit.Telemetry.service;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.processor.testkit.StageTestDriver;
import io.sluice.schemas.AvroSerde;
import io.sluice.schemas.CloseReason;
import io.sluice.schemas.Completeness;
import io.sluice.schemas.SeriesPoint;
import io.sluice.schemas.SeriesType;
import io.sluice.schemas.SliWindow;
import io.sluice.schemas.Topics;
import io.sluice.schemas.Trace;
import io.sluice.schemas.TraceId;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** SLOs over every signal, and over slices of time. */
class SliSignalsTest {

  private static final byte[] NO_KEY = {};
  private static final AvroSerde<Trace> TRACES = AvroSerde.of(Trace.getClassSchema());
  private static final AvroSerde<SeriesPoint> SERIES = AvroSerde.of(SeriesPoint.getClassSchema());
  private static final String OCCURRENCES = "Occurrences\n  objectives: [{target: 0.99}]";

  private final StageTestDriver driver =
      StageTestDriver.of(new SliProcessor()).at(Telemetry.START).define(TestSlos.set(1)).start();
  private final WindowReader reader = new WindowReader();

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void logRecordsAreEventsByTheirSeverity() {
    define(ratio("logs", "{service: shop}", "{severityBelow: error}", OCCURRENCES));
    driver.send(
        Topics.LOGS,
        NO_KEY,
        Telemetry.logs(
                service("shop").log("fine").severity("INFO"),
                service("shop").log("broken").severity("ERROR"),
                service("till").log("broken").severity("ERROR"))
            .toByteArray());

    assertThat(reader.settle(driver).ratios()).isEqualTo(Map.of("s 00:00:00", "1/2"));
  }

  @Test
  void tracesAreEventsOnceByTheirFirstVersion() {
    define(ratio("traces", "{service: shop}", "{complete: true}", OCCURRENCES));
    trace(1, 1, Completeness.COMPLETE);
    trace(2, 1, Completeness.TIMED_OUT);
    trace(2, 2, Completeness.LATE);

    SliWindow window = reader.settle(driver).windows().get("s 00:00:00");
    assertThat(reader.ratios()).isEqualTo(Map.of("s 00:00:00", "1/2"));
    assertThat(Objects.requireNonNull(window).getBadTraces())
        .containsExactly(new TraceId(Telemetry.traceId(2)));
  }

  @Test
  void pointsOfGaugesAreEventsByTheirValue() {
    define(
        """
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: s}
        spec:
          service: shop
          indicator:
            spec:
              thresholdMetric:
                metricSource:
                  type: sluice
                  spec: {signal: metrics, selector: {operation: queue_length, service: shop}}
          timeWindow: [{duration: 30d, isRolling: true}]
          budgetingMethod: Occurrences
          objectives: [{op: lte, value: 100, target: 0.9}]
        """);
    point("queue_length", SeriesType.GAUGE, "shop", 100);
    point("queue_length", SeriesType.GAUGE, "shop", 101);
    point("queue_length", SeriesType.GAUGE, "till", 101);
    point("queue_length", SeriesType.COUNTER, "shop", 3);
    point("other", SeriesType.GAUGE, "shop", 3);

    assertThat(reader.settle(driver).ratios()).isEqualTo(Map.of("s 00:00:00", "1/2"));
  }

  @Test
  void aSeriesThatIsTakenBackIsNoDeadLetter() {
    driver.send(Topics.SERIES, new TestRecord<>(NO_KEY, (byte[]) null, Telemetry.START));

    assertThat(driver.deadLetters()).isEmpty();
  }

  @Test
  void slicesAreGoodOrBadAsAWhole() {
    define(
        ratio(
            "spans",
            "{service: shop}",
            "{noError: true}",
            "Timeslices\n  objectives: [{target: 0.9, timeSliceTarget: 0.5, timeSliceWindow: 1m}]"));
    send(span(1), span(59).error()); // half of it is good
    send(span(61), span(70).error(), span(119).error());
    send(span(185));
    driver.advance(Duration.ofSeconds(130));

    assertThat(reader.follow(driver).ratios())
        .isEqualTo(Map.of("s 00:00:00", "1/1", "s 00:01:00", "0/1", "s 00:03:00", "1/1"));
    assertThat(reader.windows().values())
        .extracting(SliWindow::getLengthNanos)
        .containsOnly(Duration.ofMinutes(1).toNanos());
    assertThat(reader.empty()).containsExactly("s 00:02:00", "s 00:04:00");
  }

  @Test
  void aLateEventTurnsASlice() {
    define(
        ratio(
            "spans",
            "{service: shop}",
            "{noError: true}",
            "Timeslices\n  objectives: [{target: 0.9, timeSliceTarget: 0.6, timeSliceWindow: 1m}]"));
    send(span(1));
    driver.advance(Duration.ofMinutes(2));
    assertThat(reader.follow(driver).ratios()).isEqualTo(Map.of("s 00:00:00", "1/1"));

    send(span(2).error());
    driver.advance(Duration.ofSeconds(5));

    SliWindow corrected = reader.follow(driver).windows().get("s 00:00:00");
    assertThat(reader.ratios()).containsEntry("s 00:00:00", "0/1");
    assertThat(Objects.requireNonNull(corrected).getRevision()).isOne();
    assertThat(corrected.getLateCount()).isOne();
  }

  @Test
  void sharesOfSlicesCountTheSameWhateverTheirTraffic() {
    define(
        ratio(
            "spans",
            "{service: shop}",
            "{noError: true}",
            "RatioTimeslices\n  objectives: [{target: 0.9, timeSliceWindow: 20s}]"));
    send(span(1), span(2), span(3).error());
    send(span(21).error());
    driver.advance(Duration.ofMinutes(1));

    assertThat(reader.follow(driver).ratios())
        .isEqualTo(Map.of("s 00:00:00", "666666/1000000", "s 00:00:20", "0/1000000"));
  }

  private void define(String slo) {
    driver.define(TestSlos.set(2, slo));
  }

  private static String ratio(String signal, String selector, String good, String budgeting) {
    return """
        apiVersion: openslo/v1
        kind: SLO
        metadata: {name: s}
        spec:
          service: shop
          indicator:
            spec:
              ratioMetric:
                good: {metricSource: {type: sluice, spec: %s}}
                total: {metricSource: {type: sluice, spec: {signal: %s, selector: %s}}}
          timeWindow: [{duration: 30d, isRolling: true}]
          budgetingMethod: %s
        """
        .formatted(good, signal, selector, budgeting);
  }

  private static SpanBuilder span(long second) {
    return service("shop")
        .span("GET /")
        .kind(SERVER)
        .took(Duration.ZERO)
        .start(Telemetry.START.plusSeconds(second));
  }

  /** Arrives when its youngest span has ended. */
  private void send(SpanBuilder... spans) {
    long latest = 0;
    for (SpanBuilder span : spans) {
      latest = Math.max(latest, span.toProto().getEndTimeUnixNano());
    }
    Instant arrival = Instant.ofEpochSecond(0, latest);
    driver.send(
        Topics.SPANS, new TestRecord<>(NO_KEY, Telemetry.spans(spans).toByteArray(), arrival));
  }

  private void trace(int id, int version, Completeness completeness) {
    Trace trace =
        Trace.newBuilder()
            .setTraceId(new TraceId(Telemetry.traceId(id)))
            .setVersion(version)
            .setRootService("shop")
            .setRootOperation("GET /")
            .setServices(List.of("shop"))
            .setStartTimeUnixNano(nanos())
            .setDurationNanos(1_000_000)
            .setError(false)
            .setSpanCount(1)
            .setCompleteness(completeness)
            .setCloseReason(CloseReason.COMPLETE)
            .setCloseDelayMillis(0)
            .setOtlp(ByteBuffer.allocate(0))
            .build();
    driver.send(Topics.TRACES, Telemetry.traceId(id), TRACES.encode(trace));
  }

  private void point(String name, SeriesType type, String service, double value) {
    SeriesPoint point =
        SeriesPoint.newBuilder()
            .setName(name)
            .setHelp("")
            .setType(type)
            .setLabels(Map.of("service", service))
            .setStartTimeUnixNano(nanos())
            .setTimeUnixNano(nanos())
            .setValue(value)
            .build();
    driver.send(Topics.SERIES, NO_KEY, SERIES.encode(point));
  }

  private static long nanos() {
    return Telemetry.START.getEpochSecond() * 1_000_000_000L;
  }
}
