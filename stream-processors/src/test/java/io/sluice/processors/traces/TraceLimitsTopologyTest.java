package io.sluice.processors.traces;

import static io.sluice.processors.traces.TracesDriver.CONFIG;
import static io.sluice.processors.traces.TracesDriver.TRACES;
import static io.sluice.testkit.Telemetry.service;
import static io.sluice.testkit.Telemetry.traceId;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.sluice.schemas.CloseReason;
import io.sluice.schemas.Completeness;
import io.sluice.schemas.DeadLetter;
import io.sluice.schemas.Reason;
import io.sluice.schemas.SpanId;
import io.sluice.schemas.Trace;
import io.sluice.schemas.settings.DataSize;
import io.sluice.testkit.SpanBuilder;
import io.sluice.testkit.Telemetry;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Traces too large to be one record, and too many to be kept. */
class TraceLimitsTopologyTest {

  private final SpanBuilder root = Spans.span(1, 1);

  private TracesDriver driver = new TracesDriver(CONFIG);

  @AfterEach
  void close() {
    driver.close();
  }

  @Test
  void emitsALargeTraceInPartsThatSaySo() {
    start(Configs.size(10, CONFIG.maxBytes()));
    List<SpanBuilder> spans = Spans.tree(1, IntStream.range(0, 24).boxed().toList());
    driver.send(Telemetry.spans(spans.subList(0, 6)).toByteArray());
    driver.send(Telemetry.spans(spans.subList(6, 25)).toByteArray());
    driver.pass(CONFIG.inactivity());

    List<Trace> parts = driver.traces();
    assertThat(parts).allSatisfy(part -> assertThat(part.getSpanCount()).isLessThanOrEqualTo(10));
    assertThat(parts)
        .extracting(Trace::getCloseReason)
        .containsExactly(CloseReason.SIZE, CloseReason.SIZE, CloseReason.INACTIVE);
    assertThat(parts)
        .allSatisfy(part -> assertThat(part.getCompleteness()).isEqualTo(Completeness.TOO_LARGE));
    assertThat(parts)
        .extracting(Trace::getVersion)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, parts.size()).boxed().toList());
    assertThat(parts.stream().flatMap(part -> Spans.in(part).stream()))
        .containsExactlyInAnyOrderElementsOf(Spans.protos(spans));
  }

  /** An operator may have made it with the broker's default. */
  @Test
  void cutsATraceWhereItsTopicWouldRefuseTheRecord() {
    int mostBytes = 1 << 20;
    TaskInMemory task = new TaskInMemory(CONFIG, mostBytes);
    List<SpanBuilder> spans = Spans.tree(1, IntStream.range(0, 30).boxed().toList());
    spans.forEach(span -> task.produce(Spans.request(span.attribute("a", "x".repeat(100_000)))));
    task.poll();
    task.run(CONFIG.inactivity());

    assertThat(task.sent()).hasSize(5);
    assertThat(task.sent())
        .allSatisfy(part -> assertThat(TRACES.encode(part)).hasSizeLessThan(mostBytes))
        .allSatisfy(part -> assertThat(part.getCompleteness()).isEqualTo(Completeness.TOO_LARGE));
    assertThat(task.sent().stream().mapToInt(Trace::getSpanCount).sum()).isEqualTo(31);
  }

  @Test
  void closesByBytesToo() {
    start(Configs.size(CONFIG.maxSpans(), new DataSize(4096)));
    SpanBuilder large = Spans.span(1, 4).parent(root.spanId()).attribute("a", "x".repeat(3000));
    SpanBuilder larger = Spans.span(1, 5).parent(root.spanId()).attribute("a", "x".repeat(3000));
    driver.send(Spans.request(large));
    driver.send(Spans.request(larger));

    Trace trace = only();
    assertThat(trace.getCloseReason()).isEqualTo(CloseReason.SIZE);
    assertThat(Spans.in(trace)).containsExactly(large.toProto());
    assertThat(trace.getMissingParents()).containsExactly(new SpanId(root.spanId()));
  }

  @Test
  void closesTheOldestUnderPressure() {
    start(Configs.open(2, CONFIG.maxOpenSpans()));
    for (int trace = 1; trace <= 3; trace++) {
      driver.send(Spans.request(Spans.span(trace, 1)));
    }

    Trace trace = only();
    assertThat(trace.getCloseReason()).isEqualTo(CloseReason.PRESSURE);
    assertThat(trace.getCompleteness()).isEqualTo(Completeness.TIMED_OUT);
    assertThat(trace.getTraceId().bytes()).isEqualTo(traceId(1));
    assertThat(driver.openTraces()).isEqualTo(2);
  }

  @Test
  void writesASpanThatNoRecordCanHoldToDeadLetters() {
    SpanBuilder huge = Spans.span(1, 2).parent(root.spanId()).attribute("a", "x".repeat(10 << 20));
    driver.send(Spans.request(root, huge));
    driver.pass(CONFIG.inactivity());

    DeadLetter letter = driver.deadLetters().get(0);
    assertThat(letter.getReason()).isEqualTo(Reason.TOO_LARGE);
    assertThat(Spans.in(TracesDriver.value(letter))).containsExactly(huge.toProto());
    assertThat(Spans.in(only())).containsExactly(root.toProto());
  }

  @Test
  void keepsASpanWithAHundredThousandAttributes() {
    SpanBuilder wide =
        root.with(
            span -> {
              for (int i = 0; i < 100_000; i++) {
                span.addAttributes(KeyValue.newBuilder().setKey("key " + i));
              }
            });
    driver.send(Spans.request(wide));
    driver.pass(CONFIG.settle());

    assertThat(Spans.in(only())).containsExactly(wide.toProto());
  }

  @Test
  void emitsFiftyThousandSpansOfOneTraceInFiveParts() {
    List<SpanBuilder> spans = Spans.tree(1, Collections.nCopies(49_999, 0));
    for (int i = 0; i < spans.size(); i += 500) {
      driver.send(Telemetry.spans(spans.subList(i, i + 500)).toByteArray());
    }
    driver.pass(CONFIG.inactivity());

    List<Trace> parts = driver.traces();
    assertThat(parts).extracting(Trace::getVersion).containsExactly(1, 2, 3, 4, 5);
    assertThat(parts).extracting(Trace::getSpanCount).containsOnly(10_000);
    assertThat(parts).extracting(Trace::getCompleteness).containsOnly(Completeness.TOO_LARGE);
    assertThat(parts.stream().flatMap(part -> Spans.in(part).stream()).distinct()).hasSize(50_000);
    assertThat(driver.batches()).isZero();
  }

  /** All in one batch, of which the parts must not be emitted again after a restart. */
  @Test
  void emitsALargeTraceOfOneBatchInParts() {
    List<SpanBuilder> spans = Spans.tree(1, Collections.nCopies(20_499, 0));
    driver.send(Telemetry.spans(spans).toByteArray());
    driver.pass(CONFIG.inactivity());

    assertThat(driver.traces())
        .extracting(Trace::getSpanCount)
        .containsExactly(10_000, 10_000, 500);
  }

  /** Each of a trace of its own. A walk from the first group for each would take hours. */
  @Test
  @Timeout(120)
  void closesTheTracesOfAHundredThousandScopeGroupsOfOneBatch() {
    Span span = root.toProto();
    ResourceSpans.Builder groups = ResourceSpans.newBuilder().setSchemaUrl("url");
    for (int trace = 1; trace <= 100_000; trace++) {
      groups.addScopeSpansBuilder(); // nothing in it
      groups
          .addScopeSpansBuilder()
          .addSpans(span.toBuilder().setTraceId(ByteString.copyFrom(traceId(trace))));
    }
    driver.send(
        ExportTraceServiceRequest.newBuilder().addResourceSpans(groups).build().toByteArray());
    driver.pass(CONFIG.settle());

    assertThat(driver.records()).hasSize(100_000);
    assertThat(driver.closed("complete")).isEqualTo(100_000);
    assertThat(driver.deadLetters()).isEmpty();
  }

  @Test
  void holdsAMillionOpenTracesWithinItsLimitsAndLosesNone() {
    int inBatch = 2_000;
    Span orphan = Spans.span(1, 2).parent(root.spanId()).toProto();
    long emitted = 0;
    for (int first = 0; first < 1_000_000; first += inBatch) {
      ScopeSpans.Builder spans = ScopeSpans.newBuilder();
      for (int trace = first; trace < first + inBatch; trace++) {
        ByteString id = ByteString.copyFrom(traceId(1 + trace));
        spans.addSpans(orphan.toBuilder().setTraceId(id));
      }
      driver.send(
          ExportTraceServiceRequest.newBuilder()
              .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(spans))
              .build()
              .toByteArray());
      emitted += driver.records().size();
      assertThat(driver.openTraces()).isLessThanOrEqualTo(CONFIG.maxOpen());
    }

    assertThat((long) driver.closed("pressure")).isEqualTo(emitted);
    assertThat(emitted + driver.openTraces()).isEqualTo(1_000_000);
    assertThat(driver.deadLetters()).isEmpty();
  }

  @Test
  void closesTheOldestWhereThereAreTooManySpans() {
    start(Configs.open(CONFIG.maxOpen(), 10));
    driver.send(Telemetry.spans(Spans.tree(1, List.of(0, 0, 0, 0, 0))).toByteArray());
    driver.send(Telemetry.spans(Spans.tree(2, List.of(0, 0, 0, 0))).toByteArray());

    Trace trace = only();
    assertThat(trace.getCloseReason()).isEqualTo(CloseReason.PRESSURE);
    assertThat(trace.getSpanCount()).isEqualTo(6);
  }

  /** A slow trace with a span in each batch keeps them all, however few its own bytes are. */
  @Test
  void closesTheOldestWhereTheirBatchesAreTooManyBytes() {
    start(Configs.bytes(new DataSize(100_000)));
    for (int number = 2; number <= 13; number++) {
      SpanBuilder slow = Spans.span(1, number).parent(root.spanId());
      SpanBuilder whole = Spans.span(100 + number, 1).attribute("a", "x".repeat(10_000));
      driver.send(Spans.request(slow, whole));
      driver.pass(CONFIG.settle());
      assertThat(driver.openBytes()).isLessThanOrEqualTo(100_000);
    }

    assertThat(driver.closed("pressure")).isEqualTo(1);
    assertThat(driver.closed("complete")).isEqualTo(12);
    assertThat(driver.batches()).isEqualTo(2);
    assertThat(driver.openBytes()).isBetween(20_000.0, 22_000.0);
  }

  /** Twice, as a retry sends them. Looking through all of the id for each would take minutes. */
  @Test
  @Timeout(60)
  void keepsTwoHundredThousandSpansOfOneIdAndNoRepetition() {
    int count = 200_000;
    start(Configs.size(2 * count, CONFIG.maxBytes()));
    Span span = Spans.span(1, 1).toProto();
    ScopeSpans.Builder spans = ScopeSpans.newBuilder();
    for (int i = 1; i <= count; i++) {
      spans.addSpans(
          Span.newBuilder()
              .setTraceId(span.getTraceId())
              .setSpanId(span.getSpanId())
              .setStartTimeUnixNano(i));
    }
    byte[] request =
        ExportTraceServiceRequest.newBuilder()
            .addResourceSpans(ResourceSpans.newBuilder().addScopeSpans(spans))
            .build()
            .toByteArray();
    driver.send(request);
    driver.send(request);

    assertThat(driver.duplicates()).isEqualTo(count);
    driver.pass(CONFIG.settle());
    assertThat(only().getCollisionCount()).isEqualTo(count - 1);
  }

  @Test
  void namesDoNotMakeTheRecordLargerThanARecordMayBe() {
    String name = "n".repeat(2 << 20);
    SpanBuilder span = service(name).span(name).trace(traceId(1));
    driver.send(span.toRequestBytes());
    driver.pass(CONFIG.settle());

    TestRecord<byte[], byte[]> record = driver.records().get(0);
    assertThat(record.value()).hasSizeLessThan(span.toRequestBytes().length + 2000);
    Trace trace = TRACES.decode(record.value());
    assertThat(Spans.in(trace)).containsExactly(span.toProto());
    assertThat(name).startsWith(trace.getRootOperation()).startsWith(trace.getRootService());
    assertThat(trace.getServices()).containsExactly(trace.getRootService());
  }

  private Trace only() {
    List<Trace> traces = driver.traces();
    assertThat(traces).hasSize(1);
    return traces.get(0);
  }

  private void start(TracesConfig config) {
    driver.close();
    driver = new TracesDriver(config);
  }
}
