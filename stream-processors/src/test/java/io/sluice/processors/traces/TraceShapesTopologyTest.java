package io.sluice.processors.traces;

import static io.sluice.processors.traces.TracesDriver.CONFIG;
import static io.sluice.testkit.Telemetry.START;
import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.spanId;
import static io.sluice.testkit.Telemetry.traceId;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.schemas.CloseReason;
import io.sluice.schemas.Completeness;
import io.sluice.schemas.CriticalSpan;
import io.sluice.schemas.ServiceSummary;
import io.sluice.schemas.SpanId;
import io.sluice.schemas.SpanPlace;
import io.sluice.schemas.Trace;
import io.sluice.schemas.TraceId;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.SpanKind;
import io.sluice.testkit.Telemetry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Shapes of traces that occur in real systems, and what their record says of them. */
class TraceShapesTopologyTest {

  private final SpanBuilder root = Spans.span(1, 1).took(Duration.ofMillis(100));
  private final TracesDriver driver = new TracesDriver(CONFIG);

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void saysWhereTheTimeWentAndWhereTheErrorBegan() {
    SpanBuilder call = service("shop").span("call").trace(traceId(1)).parent(root.spanId()).error();
    SpanBuilder charge =
        service("bank").span("charge").trace(traceId(1)).parent(call.spanId()).error();
    driver.send(
        Spans.request(
            root,
            call.start(START.plusMillis(20)).took(Duration.ofMillis(60)),
            charge.start(START.plusMillis(30)).took(Duration.ofMillis(40))));

    Trace trace = settled();
    assertThat(trace.getRootOperation()).isEqualTo("operation 1");
    assertThat(trace.getDurationNanos()).isEqualTo(millis(100));
    assertThat(trace.getErrorOrigin())
        .isEqualTo(new SpanPlace(new SpanId(charge.spanId()), "bank", "charge"));
    assertThat(trace.getServiceSummaries())
        .extracting(
            ServiceSummary::getService,
            ServiceSummary::getSpanCount,
            ServiceSummary::getErrorCount,
            ServiceSummary::getSelfTimeNanos,
            ServiceSummary::getCriticalPathNanos)
        .containsExactly(
            tuple("bank", 1, 1, millis(40), millis(40)),
            tuple("service-1", 1, 0, millis(40), millis(40)),
            tuple("shop", 1, 1, millis(20), millis(20)));
    assertThat(trace.getCriticalPath())
        .extracting(CriticalSpan::getNanos)
        .containsExactly(millis(40), millis(40), millis(20));
  }

  @Test
  void aSpanWithoutTimesMakesItsTraceNoLonger() {
    driver.send(
        Spans.request(
            root.start(START),
            Spans.span(1, 2).parent(root.spanId()).start(Instant.EPOCH).took(Duration.ZERO),
            Spans.span(1, 3).start(Instant.EPOCH).took(Duration.ZERO)));

    Trace trace = settled();
    assertThat(trace.getStartTimeUnixNano()).isEqualTo(millis(START.toEpochMilli()));
    assertThat(trace.getDurationNanos()).isEqualTo(millis(100));
  }

  @Test
  void severalRootsAreOneTraceNamedByTheEarliest() {
    driver.send(
        Spans.request(
            Spans.span(1, 1).start(START.plusSeconds(1)),
            Spans.span(1, 2).start(START),
            Spans.span(1, 3).start(START.plusSeconds(2))));

    Trace trace = settled();
    assertThat(trace.getRootCount()).isEqualTo(3);
    assertThat(trace.getRootOperation()).isEqualTo("operation 2");
    assertThat(trace.getCloseReason()).isEqualTo(CloseReason.COMPLETE);
  }

  @Test
  void aTraceWithoutItsRootSaysWhatIsMissing() {
    SpanBuilder child = Spans.span(1, 2).parent(root.spanId());
    driver.send(
        Spans.request(
            child,
            Spans.span(1, 3).parent(root.spanId()),
            Spans.span(1, 4).parent(child.spanId())));
    driver.pass(CONFIG.inactivity());

    Trace trace = only();
    assertThat(trace.getRootOperation()).isNull();
    assertThat(trace.getRootCount()).isZero();
    assertThat(trace.getOrphanCount()).isEqualTo(2);
    assertThat(trace.getMissingParentCount()).isEqualTo(1);
    assertThat(trace.getMissingParents()).containsExactly(new SpanId(root.spanId()));
    assertThat(driver.count("sluice.traces.orphan.spans")).isEqualTo(2);
    assertThat(driver.count("sluice.traces.missing.parents")).isEqualTo(1);
  }

  @Test
  void aClockThatIsWrongIsPutRightForWhatIsComputedAndLeftInTheSpans() {
    SpanBuilder late =
        service("drifting")
            .span("GET /stock")
            .trace(traceId(1))
            .parent(root.spanId())
            .kind(SpanKind.SERVER)
            .start(START.plusSeconds(3600))
            .took(Duration.ofMillis(50));
    driver.send(Spans.request(root, late));

    Trace trace = settled();
    assertThat(trace.getDurationNanos()).isEqualTo(millis(100));
    assertThat(summary(trace, "drifting").getClockShiftNanos())
        .isEqualTo(millis(25) - Duration.ofHours(1).toNanos());
    assertThat(summary(trace, "drifting").getCriticalPathNanos()).isEqualTo(millis(50));
    assertThat(Spans.in(trace)).containsExactly(root.toProto(), late.toProto());
  }

  @Test
  void aBatchConsumerLinksToTheTracesOfItsMessages() {
    SpanBuilder consumer =
        root.kind(SpanKind.CONSUMER)
            .with(
                span -> {
                  for (int other : new int[] {7, 8, 7, 1}) {
                    span.addLinks(
                        Span.Link.newBuilder()
                            .setTraceId(ByteString.copyFrom(traceId(other)))
                            .setSpanId(ByteString.copyFrom(spanId(other))));
                  }
                });
    driver.send(Spans.request(consumer));

    assertThat(settled().getLinkedTraces())
        .containsExactly(new TraceId(traceId(7)), new TraceId(traceId(8)));
  }

  @Test
  void aConsumerMinutesAfterItsProducerIsAnAmendment() {
    SpanBuilder consumer =
        Spans.span(1, 2)
            .parent(root.spanId())
            .kind(SpanKind.CONSUMER)
            .start(START.plusSeconds(240));
    driver.send(Spans.request(root.kind(SpanKind.PRODUCER)));
    Trace first = settled();
    driver.pass(Duration.ofMinutes(4));
    driver.send(Spans.request(consumer));

    Trace amendment = settled();
    assertThat(first.getCompleteness()).isEqualTo(Completeness.COMPLETE);
    assertThat(amendment.getVersion()).isEqualTo(2);
    assertThat(amendment.getCompleteness()).isEqualTo(Completeness.LATE);
    assertThat(summary(amendment, "service-2").getClockShiftNanos()).isZero();
  }

  @Test
  void anIdOf64BitsHasZerosBefore() {
    byte[] id = new byte[16];
    id[15] = 7;
    driver.send(Spans.request(Spans.span(1, 1).trace(id)));

    assertThat(settled().getTraceId().bytes()).isEqualTo(id);
  }

  @Test
  void aSpanThatIsItsOwnParentIsMarked() {
    SpanBuilder self = Spans.span(1, 2).parent(spanId(1002));
    driver.send(Spans.request(root, self));
    Trace trace = settled();

    assertThat(trace.getCyclicCount()).isEqualTo(1);
    assertThat(trace.getOrphanCount()).isZero();
    assertThat(Spans.in(trace)).containsExactlyInAnyOrder(root.toProto(), self.toProto());
  }

  @Test
  void aCycleIsMarked() {
    driver.send(
        Spans.request(
            root,
            Spans.span(1, 2).parent(spanId(1003)),
            Spans.span(1, 3).parent(spanId(1002)),
            Spans.span(1, 4).parent(spanId(1003))));

    assertThat(settled().getCyclicCount()).isEqualTo(2);
  }

  @Test
  void aCollisionOfIdsWithOtherContentIsKeptAndMarked() {
    SpanBuilder first = Spans.span(1, 2).parent(root.spanId());
    SpanBuilder second = Spans.span(1, 3).id(first.spanId()).parent(root.spanId());
    driver.send(Spans.request(root, first));
    driver.send(Spans.request(second, first));

    Trace trace = settled();
    assertThat(trace.getCollisionCount()).isEqualTo(1);
    assertThat(trace.getSpanCount()).isEqualTo(3);
    assertThat(driver.duplicates()).isEqualTo(1);
  }

  @Test
  void aTraceOverManyRecordsOfManyProducersIsOne() {
    List<SpanBuilder> spans = Spans.tree(1, IntStream.range(0, 200).boxed().toList());
    List<SpanBuilder> shuffled = new ArrayList<>();
    for (int i = 0; i < spans.size(); i++) {
      shuffled.add(spans.get(i * 77 % spans.size()));
    }
    shuffled.forEach(span -> driver.send(Spans.request(span)));

    Trace trace = settled();
    assertThat(trace.getSpanCount()).isEqualTo(201);
    assertThat(trace.getServices()).hasSize(3);
    assertThat(Spans.in(trace)).containsExactlyInAnyOrderElementsOf(Spans.protos(spans));
  }

  @Test
  void aTraceWithoutItsRootStandsForAsManyAsItsSpansSay() {
    SpanBuilder orphan =
        Spans.span(1, 2)
            .parent(root.spanId())
            .with(span -> span.setTraceState("ot=rv:ffffffffffffff;th:c"));
    driver.send(Spans.request(orphan));
    driver.pass(CONFIG.inactivity());

    assertThat(only().getAdjustedCount()).isEqualTo(4);
  }

  @Test
  void sampledSpansCountForThoseThatTheyStandFor() {
    SpanBuilder sampled = root.with(span -> span.setTraceState("ot=rv:ffffffffffffff;th:c"));
    SpanBuilder other =
        Spans.span(1, 2)
            .parent(root.spanId())
            .error()
            .with(span -> span.setTraceState("vendor=1,ot=rv:8e6d1a75832a2f;th:8"));
    driver.send(Spans.request(sampled, other, Spans.span(1, 3).parent(root.spanId())));

    Trace trace = settled();
    assertThat(trace.getAdjustedCount()).isEqualTo(4);
    assertThat(summary(trace, "service-1").getAdjustedSpanCount()).isEqualTo(4);
    assertThat(summary(trace, "service-2").getAdjustedSpanCount()).isEqualTo(2);
    assertThat(summary(trace, "service-2").getAdjustedErrorCount()).isEqualTo(2);
    assertThat(summary(trace, "service-0").getAdjustedSpanCount()).isEqualTo(1);
  }

  @Test
  void manyServicesAndALongPathDoNotMakeTheRecordLong() {
    List<SpanBuilder> spans = new ArrayList<>(List.of(root.took(Duration.ofSeconds(2))));
    for (int i = 2; i <= 1500; i++) {
      spans.add(
          service("service " + i)
              .span("s")
              .trace(traceId(1))
              .parent(root.spanId())
              .start(START.plusMillis(i))
              .took(Duration.ofMillis(1)));
    }
    driver.send(Telemetry.spans(spans).toByteArray());

    Trace trace = settled();
    assertThat(trace.getSpanCount()).isEqualTo(1500);
    assertThat(trace.getServices()).hasSize(1000);
    assertThat(trace.getServiceSummaries()).hasSize(100);
    assertThat(trace.getCriticalPath()).hasSize(100);
  }

  private static ServiceSummary summary(Trace trace, String service) {
    return trace.getServiceSummaries().stream()
        .filter(summary -> summary.getService().equals(service))
        .findFirst()
        .orElseThrow();
  }

  private static long millis(long millis) {
    return Duration.ofMillis(millis).toNanos();
  }

  private Trace settled() {
    driver.pass(CONFIG.settle());
    return only();
  }

  private Trace only() {
    List<Trace> traces = driver.traces();
    assertThat(traces).hasSize(1);
    return traces.get(0);
  }
}
