package io.sluice.processors.traces;

import static io.sluice.processors.traces.TracesDriver.CONFIG;
import static io.sluice.testkit.Telemetry.spanId;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.schemas.CloseReason;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Reason;
import io.sluice.schemas.Trace;
import io.sluice.testkit.SpanBuilder;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What anyone who can write to the topic may send. None of it may stop or bend the others. */
class TracesPoisonTopologyTest {

  private final SpanBuilder good = Spans.span(1, 1);
  private final TracesDriver driver = new TracesDriver(CONFIG);

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void writesBytesThatAreNoProtobufToDeadLetters() {
    byte[] poison = {1, 2, 3};
    driver.send(poison);

    DeadLetter letter = onlyDeadLetter();
    assertThat(letter.getReason()).isEqualTo(Reason.MALFORMED);
    assertThat(letter.getStage()).isEqualTo("traces");
    assertThat(TracesDriver.value(letter)).isEqualTo(poison);
    assertGoesOn();
  }

  @Test
  void writesAResourceThatIsNoProtobufToDeadLettersBeforeItIsStored() {
    UnknownFieldSet.Field noResource =
        UnknownFieldSet.Field.newBuilder()
            .addLengthDelimited(ByteString.copyFrom(new byte[] {7, 7, 7}))
            .build();
    byte[] poison =
        request(
            ResourceSpans.newBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder().addField(1, noResource).build())
                .addScopeSpans(ScopeSpans.newBuilder().addSpans(Spans.span(2, 1).toProto())));
    driver.send(poison);

    assertThat(onlyDeadLetter().getReason()).isEqualTo(Reason.MALFORMED);
    assertThat(driver.batches()).isZero();
    assertGoesOn();
  }

  @Test
  void writesASpanWithoutValidIdsToDeadLettersAndKeepsItsNeighbours() {
    SpanBuilder bad = Spans.span(1, 2).id(new byte[8]);
    driver.send(Spans.request(bad, good));
    driver.pass(CONFIG.settle());

    DeadLetter letter = onlyDeadLetter();
    assertThat(letter.getReason()).isEqualTo(Reason.INVALID);
    assertThat(Spans.in(TracesDriver.value(letter))).containsExactly(bad.toProto());
    assertThat(Spans.in(only())).containsExactly(good.toProto());
  }

  @Test
  void closesASpanThatIsItsOwnParentByInactivity() {
    SpanBuilder self = Spans.span(2, 1).parent(spanId(2001));
    driver.send(Spans.request(self));
    driver.pass(CONFIG.inactivity());

    Trace trace = only();
    assertThat(trace.getCloseReason()).isEqualTo(CloseReason.INACTIVE);
    assertThat(trace.getRootOperation()).isNull();
    assertThat(Spans.in(trace)).containsExactly(self.toProto());
    assertGoesOn();
  }

  @Test
  void closesACycleOfParentsByInactivity() {
    driver.send(
        Spans.request(
            Spans.span(2, 1).parent(spanId(2003)),
            Spans.span(2, 2).parent(spanId(2001)),
            Spans.span(2, 3).parent(spanId(2002))));
    driver.pass(CONFIG.inactivity());

    Trace trace = only();
    assertThat(trace.getCloseReason()).isEqualTo(CloseReason.INACTIVE);
    assertThat(trace.getSpanCount()).isEqualTo(3);
    assertGoesOn();
  }

  @Test
  void countsASpanThatEndsBeforeItStartsAsNoTime() {
    driver.send(Spans.request(good.took(Duration.ofSeconds(-5))));
    driver.pass(CONFIG.settle());

    assertThat(only().getDurationNanos()).isZero();
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 1L << 62 | 1, Long.MAX_VALUE, Long.MIN_VALUE, -1})
  void survivesTimesAtTheEdgesOfTheirType(long nanos) {
    ScopeSpans.Builder spans =
        ScopeSpans.newBuilder()
            .addSpans(between(Spans.span(1, 3), nanos, ~nanos))
            .addSpans(between(Spans.span(1, 4), Long.MAX_VALUE, -2));
    driver.send(request(ResourceSpans.newBuilder().addScopeSpans(spans)));
    driver.pass(CONFIG.settle());

    Trace trace = only();
    assertThat(trace.getStartTimeUnixNano()).isNotNegative();
    assertThat(trace.getDurationNanos()).isNotNegative();
    assertThat(trace.getRootOperation()).isEqualTo("operation 3");
  }

  @Test
  void readsARecordWithoutSpans() {
    driver.send(new byte[0]);

    assertThat(driver.deadLetters()).isEmpty();
    assertGoesOn();
  }

  @Test
  void countsABatchThatWasSentTwiceOnce() {
    byte[] request = Spans.request(good, Spans.span(1, 2).parent(good.spanId()));
    driver.send(request);
    driver.send(request);
    driver.pass(CONFIG.settle());

    assertThat(only().getSpanCount()).isEqualTo(2);
    assertThat(driver.duplicates()).isEqualTo(2);
  }

  private static Span between(SpanBuilder span, long start, long end) {
    return span.toProto().toBuilder().setStartTimeUnixNano(start).setEndTimeUnixNano(end).build();
  }

  private static byte[] request(ResourceSpans.Builder spans) {
    return ExportTraceServiceRequest.newBuilder().addResourceSpans(spans).build().toByteArray();
  }

  private Trace only() {
    List<Trace> traces = driver.traces();
    assertThat(traces).hasSize(1);
    return traces.get(0);
  }

  private DeadLetter onlyDeadLetter() {
    List<DeadLetter> letters = driver.deadLetters();
    assertThat(letters).hasSize(1);
    return letters.get(0);
  }

  /** A good trace is emitted, and nothing stays behind. */
  private void assertGoesOn() {
    driver.send(Spans.request(good));
    driver.pass(CONFIG.inactivity());
    assertThat(Spans.in(only())).containsExactly(good.toProto());
    assertThat(driver.openTraces()).isZero();
    assertThat(driver.batches()).isZero();
  }
}
